import pytest

from notifications.webhooks.own_words import MOST_LINES, own_words

ANSWERS = {
    "gmail": "Oui, c’est parfait\n\nLe lun. 23 nov. 2026 à 10 h 11, Boréal <boreal+1@reply.example> a écrit :\n\n> Bonjour",
    "gmail, long sender": (
        "Oui, c’est parfait\n\nLe lun. 23 nov. 2026, à 10 h 11, Concessionnaire Boréal Automobiles\n"
        "<boreal+ab837a6f8cd94e0b8d4c8f3e3ad1f3b1@reply.creneau.example> a écrit :\n\n> Bonjour Luc,\n"
    ),
    "gmail, English": "Oui, c’est parfait\n\nOn Mon, Nov 23, 2026 at 10:11 AM Boreal <b@reply.example> wrote:\n\n> Hi",
    "iPhone": (
        "Oui, c’est parfait\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 09:12, Boréal <a@b.example> a écrit :\n> \n> Bonjour"
    ),
    "iPhone, English": (
        "Oui, c’est parfait\n\nSent from my iPhone\n\n> On Nov 23, 2026, at 9:12 AM, B <a@b.example> wrote:\n> \n> Hi"
    ),
    "Outlook": (
        "Oui, c’est parfait\n\nDe : Boréal <x@r.example>\nEnvoyé : 23 novembre 2026 10:11\nÀ : luc@example.com\n"
        "Objet : Votre rendez-vous\n\nBonjour Luc"
    ),
    "Outlook on a phone": (
        "Oui, c’est parfait\n\nTélécharger Outlook pour iOS\n________________________________\n"
        "De : Boréal <a@b.example>\nEnvoyé : lundi, novembre 23, 2026 10:11 a.m.\n"
        "À : luc@example.com <luc@example.com>\nObjet : Rappel\n\nBonjour"
    ),
    "Yahoo": (
        "Oui, c’est parfait\n\n    Le lundi 23 novembre 2026 à 10:11:00 UTC-5, B <a@b.example> a écrit :  \n \n Bonjour Luc\n"
    ),
    "Samsung": (
        "Oui, c’est parfait\n\nEnvoyé de mon Galaxy\n\n-------- Message d'origine --------\nDe : B <a@b.example>\n"
        "Date : 2026-11-23 10 h 11 (GMT-05:00)\nÀ : luc@example.com\nObjet : Rappel\n\nBonjour"
    ),
    "Proton": (
        "Oui, c’est parfait\n\nEnvoyé avec Proton Mail.\n\nLe lundi 23 novembre 2026 à 10:11, B <a@b.example> a écrit :\n\n> Hé"
    ),
    "a signature": "Oui, c’est parfait\n\n-- \nLuc Tremblay\nConseiller, Desjardins",
    "below the quote": "> Serez-vous là?\n\nOui, c’est parfait",
    "nothing quoted": "Oui, c’est parfait\r\n",
}


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS)
def test_the_words_are_what_was_written_and_nothing_else(text):
    assert own_words(text, "") == "Oui, c’est parfait"


def test_lines_stay_lines():
    assert own_words("Bonjour,\n\nMon auto fait un bruit.\nDepuis lundi.", "") == (
        "Bonjour,\n\nMon auto fait un bruit.\nDepuis lundi."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Le garage a écrit que c’est prêt.",
        "J’ai reçu : deux pneus.\nDe : quoi parle-t-on?",
        "Sent from above",
    ],
)
def test_words_that_only_look_like_a_thread_stay(text):
    assert own_words(text, "") == text


def test_a_letter_of_html_alone_is_read_as_text_without_its_quote():
    html = (
        "<html><head><style>p{color:red}</style></head><body><p>Bonjour,</p><p>Je serai&nbsp;en retard</p>"
        '<div class="gmail_quote">Le lun. 23 nov. 2026 à 10:11, B &lt;a@b.example&gt; a écrit :<br>'
        "<blockquote>Bonjour Luc</blockquote></div></body></html>"
    )
    assert own_words("", html) == "Bonjour,\n\nJe serai en retard"
    assert own_words("  \n", "<div>Oui</div>") == "Oui"


def test_when_nothing_else_would_be_left_everything_stays():
    assert own_words("> Serez-vous là?\n> Oui", "") == "> Serez-vous là?\n> Oui"
    assert own_words("Envoyé de mon iPhone", "") == "Envoyé de mon iPhone"
    assert own_words("", "") == ""


@pytest.mark.parametrize(
    "line", ["De : x\n", "From: x\n", "> x\n", "Le lun a\n", "<p>De : x<br>", "<div>", "x: \n"]
)
def test_a_hostile_letter_is_cut_before_it_is_looked_through(line):
    words = own_words(line * 50_000, "")
    assert len(words.splitlines()) <= MOST_LINES
    assert own_words("", line * 50_000) is not None
