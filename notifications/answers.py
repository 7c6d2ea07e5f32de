"""Ready answers of the desk: what is written most, in the customer's language, to be sent as it is or changed."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.words import suffix


@dataclass(frozen=True, slots=True)
class Ready:
    """One ready answer: its code, its name for the staff, and its words to the customer, in each language."""

    code: str
    names: dict[str, str]
    words: dict[str, str]


READY = (
    Ready(
        "vehicle",
        {"fr": "Véhicule prêt", "en": "Vehicle ready"},
        {
            "fr": "Bonjour, votre véhicule est prêt. Vous pouvez passer le chercher.",
            "en": "Hello, your vehicle is ready. You can come and pick it up.",
        },
    ),
    Ready(
        "call",
        {"fr": "On vous rappelle", "en": "We will call"},
        {
            "fr": "Merci de votre message. Nous vous rappelons dès que possible.",
            "en": "Thank you for your message. We will call you as soon as we can.",
        },
    ),
    Ready(
        "noted",
        {"fr": "C’est noté", "en": "Noted"},
        {
            "fr": "Oui, c’est noté. Merci de nous avoir prévenus.",
            "en": "Yes, noted. Thank you for letting us know.",
        },
    ),
    Ready(
        "visit",
        {"fr": "Lien du rendez-vous", "en": "Link to the visit"},
        {
            "fr": "Voici le lien pour voir, déplacer ou annuler votre rendez-vous: {lien}",
            "en": "Here is the link to see, move or cancel your appointment: {link}",
        },
    ),
    Ready(
        "photos",
        {"fr": "Demander les photos", "en": "Ask for the photos"},
        {
            "fr": "Merci. Pour que l’atelier voie vos photos, ajoutez-les à votre rendez-vous ici: {lien}",
            "en": "Thank you. So that the shop sees your photos, add them to your appointment here: {link}",
        },
    ),
    Ready(
        "book",
        {"fr": "Lien pour réserver", "en": "Link to book"},
        {
            "fr": "Voici le lien pour prendre rendez-vous: {lien}",
            "en": "Here is the link to book your appointment: {link}",
        },
    ),
)
# Need a visit to come; the other link is for who has none.
_OF_A_VISIT, _WITHOUT_VISIT = {"visit", "photos"}, {"book"}


def ready_answers(*, with_visit: bool) -> list[Ready]:
    """Those that fit: the link to the visit, or the one to book."""
    left_out = _WITHOUT_VISIT if with_visit else _OF_A_VISIT
    return [one for one in READY if one.code not in left_out]


def ready_words(code: str, language: str) -> str:
    """The words of one, in the customer's language; empty for a code that is none."""
    return next((one.words[suffix(language)] for one in READY if one.code == code), "")
