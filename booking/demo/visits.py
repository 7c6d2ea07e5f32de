"""What people come for, and when: shared by the past and by the coming weeks."""

from __future__ import annotations

import random
from datetime import date

from booking.demo.dice import draw
from booking.menu import Basket
from booking.models import Transport

# Weeks in which most of the work is tires: from the first cold nights, and from the first warm ones.
AUTUMN = ((10, 1), (12, 15))
SPRING = ((3, 25), (5, 20))

IN_SEASON = {
    ("tire_swap",): 46.0, ("tire_swap", "oil_change"): 12, ("oil_change",): 14, ("maintenance",): 7,
    ("brakes",): 7, ("diagnosis",): 6, ("alignment",): 3, ("tire_swap", "alignment"): 3, ("recall",): 2,
}  # fmt: skip
OUT_OF_SEASON = {
    ("oil_change",): 36.0, ("maintenance",): 19, ("brakes",): 13, ("diagnosis",): 12, ("alignment",): 6,
    ("recall",): 6, ("oil_change", "brakes"): 4, ("tire_swap",): 4,
}  # fmt: skip
NOTES = {
    "tire_swap": (
        ("Les pneus sont dans le coffre.", "Tires are in the trunk."),
        ("La clé antivol est dans le coffre à gants.", "The wheel lock key is in the glove box."),
    ),
    "oil_change": (
        ("Merci de vérifier aussi les balais d’essuie-glace.", "Please check the wipers too."),
        ("Huile 0W-20 SVP.", "0W-20 oil please."),
    ),
    "maintenance": (
        ("Entretien des 96 000 km.", "96,000 km service."),
        ("Appelez-moi avant tout travail de plus.", "Call me before any extra work."),
    ),
    "alignment": (("Tire à droite depuis un nid-de-poule.", "Pulls to the right since a pothole."),),
    "brakes": (
        ("Grincement à l’avant, à basse vitesse.", "Squeal at the front, at low speed."),
        ("La pédale vibre au freinage sur l’autoroute.", "The pedal shakes when braking on the highway."),
    ),
    "diagnosis": (
        ("Le voyant moteur est allumé depuis mardi.", "The engine light has been on since Tuesday."),
        ("Claquement à froid, surtout sous −10 °C.", "Knocking when cold, mostly below −10 °C."),
        ("Démarre mal le matin.", "Hard to start in the morning."),
    ),
    "recall": (("J’ai reçu une lettre pour le coussin gonflable.", "I received a letter about the airbag."),),
}
NOTED = 0.18


def choose_basket(rng: random.Random, day: date, *, stored: bool = True) -> Basket:
    """Services of the season with their answers and the way of getting on; `stored` tires need days of notice."""
    services = draw(rng, IN_SEASON if _in_season(day) else OUT_OF_SEASON)
    answers = {}
    if "tire_swap" in services:
        answers = {
            "rims": "on" if rng.random() < 0.62 else "off",
            "tires": "stored" if stored and rng.random() < 0.4 else "own",
        }
    return Basket(services=services, transport=_transport(rng, services), answers=answers)


def choose_note(rng: random.Random, basket: Basket, language: str) -> str:
    """Mostly nothing; sometimes what a customer adds about the work."""
    if rng.random() >= NOTED:
        return ""
    french, english = rng.choice(NOTES[basket.services[0]])
    return english if language == "en" else french


def _in_season(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in (AUTUMN, SPRING))


def _transport(rng: random.Random, services: tuple[str, ...]) -> str:
    long = {"maintenance", "brakes", "diagnosis", "recall"} & set(services)
    if not long:
        quick = services in {("oil_change",), ("alignment",)} or services == ("tire_swap",)
        waits = {Transport.WAIT: 40.0} if quick else {}
        return str(draw(rng, {**waits, Transport.DROP_OFF: 42, Transport.KEY_DROP: 8, Transport.SHUTTLE: 8}))
    car = {Transport.COURTESY_CAR: 9.0} if set(services) == long else {}
    return str(draw(rng, {Transport.DROP_OFF: 62.0, Transport.KEY_DROP: 14, Transport.SHUTTLE: 15, **car}))
