"""Names one hears at a counter in Laval or Terrebonne today."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """First and family names that go together, their share of the customers, and how many prefer English."""

    share: float
    english: float
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().replace("_", " ") for word in text.split())


FRENCH = Origin(
    share=60,
    english=0.02,
    women=_words(
        "Marie-Ève Julie Isabelle Sophie Annie Geneviève Mélanie Catherine Stéphanie Valérie Caroline Nathalie Karine "
        "Josée Chantal Sylvie Johanne Diane Louise Francine Ginette Émilie Audrey Véronique Amélie Gabrielle Camille "
        "Noémie Jade Florence Laurence Rosalie Marie-Pier Marie-Claude Marie-Josée Andrée-Anne Anne-Marie Élise "
        "Hélène Céline Manon Lucie Martine Claudine Océane Maude Sabrina Joannie Vanessa Myriam Ariane Béatrice "
        "Frédérique Maïka Alexandra Justine Mireille Pierrette Thérèse Danielle"
    ),
    men=_words(
        "Mathieu Alexandre Éric Martin François Patrick Sylvain Stéphane Luc Daniel Michel André Pierre Jean-François "
        "Marc-André Maxime Simon Guillaume Sébastien Jonathan Nicolas Vincent Olivier Samuel Gabriel William Félix "
        "Antoine Raphaël Thomas Émile Louis-Philippe Jean-Philippe Pier-Luc Francis Benoît Dominic Hugo Charles-Étienne "
        "Étienne Jérôme Yves Réjean Normand Gilles Claude Serge Denis Robert Jacques Gaétan Mario Alain Steve Kevin "
        "Cédric Tristan Xavier Zachary Frédéric Rémi"
    ),
    families=_words(
        "Tremblay Gagnon Roy Côté Bouchard Gauthier Morin Lavoie Fortin Gagné Ouellet Pelletier Bélanger Lévesque "
        "Bergeron Leblanc Paquette Girard Simard Boucher Caron Beaulieu Cloutier Dubé Poirier Fournier Lapointe Leclerc "
        "Lefebvre Poulin Thibault St-Pierre Nadeau Martin Landry Martel Bédard Grenier Lessard Bernier Richard Michaud "
        "Hébert Desjardins Couture Turcotte Lachance Parent Blais Gosselin Savard Proulx Beaudoin Demers Perreault "
        "Boudreau Lemieux Cyr Perron Dufour Dion Mercier Bolduc Bérubé Boisvert Langlois Ménard Therrien Plante Bilodeau "
        "Blanchette Dubois Champagne Paradis Fortier Arsenault Dupuis Gaudreault Hamel Houle Villeneuve Rousseau Gravel "
        "Thériault Lemay Robert Allard Deschênes Giroux Guay Leduc Boivin Charbonneau Lambert Raymond Vachon Gilbert "
        "Audet Jacques Larouche Legault Trudel Fontaine Picard Labelle Lacroix Jean Moreau Carrier Bernard Desrosiers "
        "Goulet Renaud Dionne Lapierre Vaillancourt Fillion Lalonde Tessier Bertrand Tardif Lepage Gingras Benoît Rioux "
        "Giguère Drouin Harvey Lauzon Nguyen Gendron Boutin Laflamme Vallée Dumont Breton Paré Paquin Robitaille Gélinas "
        "Duchesne Lussier Séguin Veilleux Potvin Gervais Pépin Laroche Morissette Charron Lavallée Laplante Chabot "
        "Brunet Vézina Desrochers Labrecque Coulombe Tanguay Chouinard Noël Pouliot Lacasse Daigle Marcoux Lamontagne "
        "Turgeon Larocque Roberge Auger Masse Pilon Racine Dallaire Émond Grégoire Beauregard Smith Denis Lebel Blouin "
        "Martineau Labbé Beauchamp St-Onge Charette Dupont Létourneau Rodrigue Cormier Rivard Mathieu Asselin St-Jean"
    ),
)
ENGLISH = Origin(
    share=8,
    english=0.85,
    women=_words(
        "Jennifer Emily Sarah Megan Ashley Heather Karen Susan Rachel Lauren Brittany Samantha Nicole Laura"
    ),
    men=_words(
        "James Michael David Ryan Kevin Brian Andrew Scott Jason Matthew Connor Tyler Sean Gregory Alan Peter"
    ),
    families=_words(
        "Smith Brown MacDonald Campbell O’Brien Wilson Murphy Johnson Taylor Clarke Stewart Kelly Robertson Fraser "
        "Sullivan Thompson McKenna Walsh Anderson Hughes"
    ),
)
HAITIAN = Origin(
    share=7,
    english=0.05,
    women=_words(
        "Fabienne Guerda Marie-Flore Widline Nadège Rose-Laure Farah Carline Mirlande Régine Islande Dieulande"
    ),
    men=_words(
        "Jean-Robert Frantz Wilner Ricardo Emmanuel Stanley Jean-Claude Evens Ralph Pierre-Richard Kenson Reginald"
    ),
    families=_words(
        "Joseph Pierre Jean-Baptiste Charles Désir François Louis Saint-Fleur Toussaint Augustin Étienne Célestin "
        "Dorvil Estimé Jean-Louis Paul Philippe Noël Casséus Exantus"
    ),
)
MAGHREBI = Origin(
    share=8,
    english=0.04,
    women=_words(
        "Amina Fatima Nadia Samira Khadija Yasmine Leïla Meriem Salma Hind Sara Imane Kenza Assia Lamia Rim"
    ),
    men=_words(
        "Mohamed Karim Youssef Yacine Rachid Mehdi Sofiane Amine Hicham Nabil Omar Samir Bilal Tarek Walid Anis"
    ),
    families=_words(
        "Benali Bouazza El_Amrani Haddad Cherif Benslimane Ziani Mansouri Belkacem Trabelsi Boudiaf Alaoui Hamdi Saïdi "
        "Tazi Khelifi Ait_Ouali Bensaïd Ouedraogo El_Idrissi Meziane Chaabane"
    ),
)
ITALIAN = Origin(
    share=5,
    english=0.5,
    women=_words("Maria Angela Giovanna Lucia Rosanna Daniela Francesca Silvana Patrizia Sabrina Carmela"),
    men=_words("Antonio Giuseppe Luca Marco Domenic Tony Frank Roberto Salvatore Angelo Carlo Franco"),
    families=_words(
        "Di_Stefano Rossi De_Luca Mancini Colangelo D’Amico Ricci Iannuzzi Del_Vecchio Marchetti Bianchi Lombardi "
        "Panetta Caruso Iadeluca"
    ),
)
PORTUGUESE = Origin(
    share=4,
    english=0.25,
    women=_words("Ana Fátima Cristina Lúcia Sandra Teresa Conceição Inês Beatriz Filomena"),
    men=_words("João Carlos Manuel Paulo Rui Fernando Nuno Tiago José Hélder"),
    families=_words(
        "Da_Silva Ferreira Pereira Dos_Santos Medeiros Sousa Câmara Raposo Arruda Moniz Correia Gonçalves"
    ),
)
VIETNAMESE = Origin(
    share=4,
    english=0.15,
    women=_words("Thi_Mai Lan Hương Ngọc Linh Kim Thảo Thanh Vy Mai-Anh"),
    men=_words("Minh Tuấn Hùng Quang Duc Huy Van_Long Khoa Bao Hoang"),
    families=_words("Nguyen Nguyễn Tran Trần Le Pham Phạm Huynh Vo Dang Bui Ngo Duong Ly"),
)
LATIN = Origin(
    share=2,
    english=0.2,
    women=_words("María_José Gabriela Daniela Valentina Paola Claudia Ángela Ximena"),
    men=_words("Luis Andrés Diego Jorge Alejandro César Héctor Ramón"),
    families=_words("García Rodríguez Martínez Hernández López Ramírez Vásquez Peña Muñoz Castaño Rojas"),
)
LEBANESE = Origin(
    share=2,
    english=0.3,
    women=_words("Rima Joumana Nayla Mireille Zeina Carla Hala"),
    men=_words("Georges Elie Tony Charbel Ziad Fadi Rami"),
    families=_words("Khoury Haddad Nassar Abboud Gemayel Sfeir Karam Saadé Chidiac Matta"),
)

ORIGINS = (FRENCH, ENGLISH, HAITIAN, MAGHREBI, ITALIAN, PORTUGUESE, VIETNAMESE, LATIN, LEBANESE)
