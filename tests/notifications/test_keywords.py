"""What the words of a text message mean."""

from __future__ import annotations

import pytest

from notifications.keywords import Meaning, read_letter_words, read_words

STOPPING = {
    "en": [
        "STOP",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "CANCEL",
        "STOPALL",
        "Stop all",
        "REVOKE",
        "OPTOUT",
        "OPT-OUT",
        "REMOVE",
    ],
    "fr": [
        "ARRET",
        "ARRÊT",
        "arrêt",
        "Arrêter",
        "TD",
        "DESABONNER",
        "DÉSABONNEMENT",
        "Désabonnez-moi",
        "FIN",
    ],
}


@pytest.mark.parametrize(
    ("language", "word"), [(lang, one) for lang, all_ in STOPPING.items() for one in all_]
)
@pytest.mark.parametrize("shape", ["{}", "  {}!  ", "«{}.»", "{} svp", "\n{}\n"])
def test_every_word_that_stops_is_known_however_it_is_typed_and_in_its_language(language, word, shape):
    for text in (shape.format(word), shape.format(word.lower()), shape.format(word.upper())):
        reading = read_words(text)
        assert (reading.meaning, reading.language) == (Meaning.STOP, language), text


@pytest.mark.parametrize(
    ("text", "meaning", "language"),
    [
        ("HELP", Meaning.HELP, "en"),
        ("Aide?", Meaning.HELP, "fr"),
        ("info", Meaning.HELP, ""),
        ("START", Meaning.START, "en"),
        ("unstop", Meaning.START, "en"),
        ("Début", Meaning.START, "fr"),
        ("OUI-ABONNER", Meaning.START, "fr"),
        ("OUI", Meaning.CONFIRM, "fr"),
        ("Oui merci", Meaning.CONFIRM, "fr"),
        ("bonjour oui", Meaning.CONFIRM, "fr"),
        ("D’accord", Meaning.CONFIRM, "fr"),
        ("je confirme.", Meaning.CONFIRM, "fr"),
        ("YES!", Meaning.CONFIRM, "en"),
        ("yes please", Meaning.CONFIRM, "en"),
        ("O", Meaning.CONFIRM, ""),
        ("y", Meaning.CONFIRM, "en"),
        ("ok", Meaning.CONFIRM, ""),
        ("1", Meaning.CONFIRM, ""),
        ("1.", Meaning.CONFIRM, ""),
        ("C", Meaning.CONFIRM, ""),
        ("👍🏽", Meaning.CONFIRM, ""),
        ("2", Meaning.CHANGE, ""),
        ("Déplacer", Meaning.CHANGE, "fr"),
        ("deplacer mon rendez-vous svp", Meaning.CHANGE, "fr"),
        ("reporter", Meaning.CHANGE, "fr"),
        ("Move", Meaning.CHANGE, "en"),
        ("reschedule", Meaning.CHANGE, "en"),
        ("Annuler", Meaning.CANCEL, "fr"),
        ("NON", Meaning.CANCEL, "fr"),
        ("no", Meaning.CANCEL, "en"),
        ("cancel my appointment", Meaning.CANCEL, "en"),
        ("Merci beaucoup", Meaning.THANKS, "fr"),
    ],
)
def test_a_word_alone_is_understood(text, meaning, language):
    reading = read_words(text)
    assert (reading.meaning, reading.language) == (meaning, language)


def test_a_word_that_stops_never_cancels_an_appointment_and_the_other_way_round():
    assert read_words("CANCEL").meaning is Meaning.STOP
    assert read_words("ANNULER").meaning is Meaning.CANCEL


@pytest.mark.parametrize(
    "text",
    [
        "Stop me if you have heard this one",
        "Est-ce que je peux arrêter en chemin?",
        "oui mais plutôt à 9 h",
        "oui pour les freins",
        "ok 9h30",
        "2 pneus à changer",
        "Mon auto fait un bruit",
        "pas en retard",
        "not late",
        "it’s late, can I still come tomorrow?",
        "le retard de livraison des pièces",
        "",
        "???",
        "🚗",
        "12",
        "a" * 2000,
    ],
)
def test_what_is_said_in_a_sentence_is_for_a_person(text):
    assert read_words(text).meaning is Meaning.OTHER


@pytest.mark.parametrize(
    ("text", "language", "minutes"),
    [
        ("en retard", "fr", None),
        ("Je vais être en retard", "fr", None),
        ("je serai en retard de 20 min", "fr", 20),
        ("20min de retard désolé", "fr", 20),
        ("J’aurai environ 15 minutes de retard!", "fr", 15),
        ("late", "en", None),
        ("Running late", "en", None),
        ("I’ll be 10 minutes late, sorry", "en", 10),
        ("we're going to be a bit late", "en", None),
    ],
)
def test_who_is_late_is_understood_with_the_minutes(text, language, minutes):
    reading = read_words(text)
    assert (reading.meaning, reading.language, reading.minutes) == (Meaning.LATE, language, minutes)


@pytest.mark.parametrize(
    ("text", "digit"),
    [("1", 1), ("2", 2), ("3!", 3), ("12", None), ("1 merci", 1), ("2 pneus", None), ("oui", None)],
)
def test_a_bare_digit_is_kept_for_who_was_asked_which(text, digit):
    assert read_words(text).digit == digit


LETTERS = {
    "Oui": Meaning.CONFIRM,
    "Bonjour,\n\nOui, je serai là.\n\nMerci,\nLuc Tremblay": Meaning.CONFIRM,
    "Bonjour Julie,\nOui\n\nLuc": Meaning.CONFIRM,
    "Hello,\n\nYes\n\nBest regards\nLuc T.": Meaning.OTHER,  # a name that is not theirs is read by a person
    "Hello,\n\nYes\n\nBest regards\nLuc": Meaning.CONFIRM,
    "Annuler": Meaning.CANCEL,
    "CANCEL": Meaning.CANCEL,
    "Déplacer mon rendez-vous\nMerci": Meaning.CHANGE,
    "Je vais être en retard de 20 minutes\n\nLuc": Meaning.LATE,
    "Merci!": Meaning.THANKS,
    "STOP": Meaning.STOP,
    "Désabonnez-moi\n\nMerci": Meaning.STOP,
    # Only what can mean nothing else stops a mailbox, and nothing starts one.
    "end": Meaning.OTHER,
    "fin": Meaning.OTHER,
    "remove": Meaning.OTHER,
    "START": Meaning.OTHER,
    "aide": Meaning.OTHER,
    # What stands with it decides what it means: a person reads.
    "Oui\n\nMais est-ce que je peux venir à 9 h?": Meaning.OTHER,
    "Bonjour, je ne viendrai pas!\nMerci": Meaning.OTHER,
    "Bonjour, annulez!\nMerci": Meaning.CANCEL,
    "Allô 2 pneus,\nOui": Meaning.OTHER,
    "": Meaning.OTHER,
    "\n \n": Meaning.OTHER,
}


@pytest.mark.parametrize(("letter", "meaning"), LETTERS.items(), ids=lambda value: repr(str(value))[:40])
def test_a_letter_is_read_without_its_greeting_and_its_end(letter, meaning):
    assert read_letter_words(letter, "Luc Tremblay").meaning is meaning


def test_without_a_name_the_end_of_a_letter_is_not_guessed():
    assert read_letter_words("Oui\n\nLuc").meaning is Meaning.OTHER
