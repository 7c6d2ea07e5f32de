"""The service menu of the demo. Minutes: planning values of the trade; prices: cents, before taxes, indicative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from booking.models import Skill, Transport
from customers.models import Fuel


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    code: str
    fr: str
    en: str
    minutes: int = 0
    price: int = 0
    notice: int = 0


@dataclass(frozen=True, slots=True)
class QuestionRow:
    code: str
    fr: str
    en: str
    choices: tuple[ChoiceRow, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class ServiceRow:
    code: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    icon: str
    minutes: int
    price: int | None
    skill: Skill
    transports: tuple[Transport, ...]
    waitable: bool = True
    questions: tuple[QuestionRow, ...] = ()
    same_day_until: time | None = None
    keywords_fr: str = ""
    keywords_en: str = ""
    not_for: tuple[Fuel, ...] = ()
    asks_problem: bool = False


LEFT_HERE = (Transport.DROP_OFF, Transport.KEY_DROP, Transport.SHUTTLE)
SHORT = (Transport.WAIT, *LEFT_HERE)
LONG = (*LEFT_HERE, Transport.COURTESY_CAR)

RIMS = QuestionRow(
    "rims", "Vos pneus sont-ils déjà posés sur des jantes?", "Are your tires already on rims?",
    (
        ChoiceRow("on", "Sur jantes", "On rims"),
        ChoiceRow("off", "Sans jantes (pneus seuls)", "Off rims (tires alone)", minutes=30, price=5000),
    ),
)  # fmt: skip
TIRES = QuestionRow(
    "tires", "Où sont les pneus à poser?", "Where are the tires to install?",
    (
        ChoiceRow("own", "Pneus apportés", "Tires brought along"),
        ChoiceRow("stored", "Pneus entreposés ici", "Tires stored here", notice=48),
    ),
)  # fmt: skip

TPMS = QuestionRow(
    "tpms", "Ces roues ont-elles des capteurs de pression?", "Do these wheels have pressure sensors?",
    (
        ChoiceRow("yes", "Avec capteurs", "With sensors", minutes=10),
        ChoiceRow("no", "Sans capteurs", "Without sensors"),
        ChoiceRow("unknown", "Capteurs : à vérifier", "Sensors: to be checked"),
    ),
    required=False,
)  # fmt: skip
LOCK_KEY = QuestionRow(
    "lock_key", "Où est la clé antivol des roues?", "Where is the wheel lock key?",
    (
        ChoiceRow("in_car", "Clé antivol dans l’auto", "Lock key in the car"),
        ChoiceRow("bring", "Clé antivol apportée", "Lock key brought along"),
        ChoiceRow("none", "Pas de clé antivol", "No lock key"),
        ChoiceRow("unknown", "Clé antivol : à vérifier", "Lock key: to be checked"),
    ),
    required=False,
)  # fmt: skip

SERVICES = (
    ServiceRow(
        "tire_swap", "Changement de pneus", "Tire change",
        "Vos pneus d’hiver ou d’été posés, équilibrés au besoin, pression et serrage vérifiés.",
        "Your winter or summer tires put on, balanced if needed, pressure and torque checked.",
        "snowflake", 30, 7995, Skill.TIRES, SHORT, questions=(RIMS, TIRES, TPMS, LOCK_KEY),
        keywords_fr="switch, pose, pneu d’hiver, pneu d’été, jantes, mags, roues, balancement, équilibrage, montage,"
        " entreposage, permutation, saisonnier, crampons, neige, crevaison",
        keywords_en="swap, changeover, winter tires, summer tires, tyres, rims, mags, wheels, balance, balancing, mount,"
        " storage, rotation, seasonal, studs, snow, flat",
    ),
    ServiceRow(
        "oil_change", "Vidange d’huile et filtre", "Oil and filter change",
        "Huile synthétique, filtre, niveaux et coup d’œil aux freins et aux pneus.",
        "Synthetic oil, filter, fluid levels and a look at brakes and tires.",
        "droplets", 40, 8995, Skill.EXPRESS, SHORT, same_day_until=time(14),
        keywords_fr="changement d’huile, huile, lubrification, filtre à huile, express, niveaux, lave-glace",
        keywords_en="oil change, lube, filter, synthetic, express, fluids, top up, washer fluid",
        not_for=(Fuel.ELECTRIC,),
    ),
    ServiceRow(
        "maintenance", "Entretien périodique", "Scheduled maintenance",
        "Ce que le constructeur prévoit à votre kilométrage, avec inspection complète.",
        "What the manufacturer schedules at your mileage, with a full inspection.",
        "clipboard-check", 105, 24995, Skill.MECHANICAL, LONG, waitable=False,
        keywords_fr="entretien planifié, mise au point, tune up, inspection, kilométrage, odomètre, bougies, filtres,"
        " garantie, batterie, essuie-glaces, liquide, check up",
        keywords_en="service, tune up, inspection, mileage, odometer, spark plugs, filters, warranty, battery, wipers,"
        " coolant, check up, major, minor",
    ),
    ServiceRow(
        "alignment", "Réglage de la géométrie", "Wheel alignment",
        "Le volant est de travers ou les pneus s’usent d’un côté : angles mesurés et réglés.",
        "The steering wheel is off centre or the tires wear on one side: angles measured and set.",
        "move-horizontal", 60, 12995, Skill.MECHANICAL, SHORT,
        keywords_fr="alignement, parallélisme, direction, volant, tire à droite, tire à gauche, usure des pneus, nid-de-poule",
        keywords_en="align, four wheel, steering, pulls to one side, tire wear, pothole, toe, camber",
    ),
    ServiceRow(
        "brakes", "Freins", "Brakes",
        "Bruit, vibration ou pédale molle : inspection, puis plaquettes et disques sur évaluation.",
        "Noise, vibration or a soft pedal: inspection, then pads and rotors on estimate.",
        "circle-dot", 90, None, Skill.MECHANICAL, LONG, waitable=False, asks_problem=True,
        keywords_fr="brakes, frein, freinage, plaquettes, disques, étriers, grincement, pédale, ABS, frein à main",
        keywords_en="brake, braking, pads, rotors, discs, calipers, squeal, grinding, pedal, ABS, handbrake",
    ),
    ServiceRow(
        "diagnosis", "Bruit ou voyant (diagnostic)", "Noise or warning light (diagnosis)",
        "Un technicien cherche la cause et vous appelle avant toute réparation.",
        "A technician finds the cause and calls you before any repair.",
        "gauge", 60, 14995, Skill.DIAGNOSIS, LONG, waitable=False, asks_problem=True,
        keywords_fr="problème, check engine, voyant moteur, témoin du moteur, claquement, cliquetis, vibration, fuite,"
        " fumée, odeur, surchauffe, démarre mal, batterie, climatisation, air climatisé, chauffage, panne, brisé, scan",
        keywords_en="problem, diagnostic, check engine, knocking, rattle, vibration, leak, smoke, smell,"
        " overheating, won’t start, battery, AC, air conditioning, heater, breakdown, broken, scan, fault",
    ),
    ServiceRow(
        "recall", "Rappel du constructeur", "Manufacturer recall",
        "Vous avez reçu un avis de rappel de sécurité : la correction est faite sans frais.",
        "You received a recall notice: the correction is made at no charge.",
        "shield-alert", 60, 0, Skill.MECHANICAL, LONG, waitable=False,
        keywords_fr="avis, lettre, campagne, sécurité, fabricant, coussin gonflable, Takata, mise à jour",
        keywords_en="notice, letter, campaign, safety, maker, airbag, Takata, update, software",
    ),
)  # fmt: skip
