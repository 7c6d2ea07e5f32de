"""What people come for, and when: shared by the past and by the coming weeks."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import date

from booking.demo.dice import draw
from booking.menu import Basket, Menu
from booking.models import Transport
from customers.models import Vehicle

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
    "recall": (("J’ai reçu une lettre pour le coussin gonflable.", "I received a letter about the airbag."),),
}
# In the customer's own words, for work that asks what is wrong.
PROBLEMS = {
    "brakes": (
        (
            "Ça grince à l’avant, à basse vitesse, surtout le matin quand c’est humide.",
            "A squeal at the front at low speed, mostly on damp mornings.",
        ),
        (
            "La pédale vibre quand je freine sur l’autoroute. Depuis environ deux semaines.",
            "The pedal shakes when I brake on the highway. It has for about two weeks.",
        ),
    ),
    "diagnosis": (
        (
            "Le voyant moteur est allumé depuis mardi. Le moteur roule normalement.",
            "The engine light has been on since Tuesday. The engine runs as usual.",
        ),
        (
            "Un claquement à froid, surtout sous −10 °C; il disparaît après cinq minutes.",
            "A knocking when cold, mostly below −10 °C; it is gone after five minutes.",
        ),
        (
            "Démarre mal le matin. La batterie a quatre ans.",
            "Hard to start in the morning. The battery is four.",
        ),
    ),
}
NOTED = 0.18
TOLD = 0.7


def choose_basket(
    rng: random.Random, day: date, *, stored: bool = True, without: Collection[str] = ()
) -> Basket:
    """Services of the season but those `without`, with their answers and the way of getting on.

    `stored` tires need days of notice.
    """
    season = IN_SEASON if _in_season(day) else OUT_OF_SEASON
    services = draw(rng, {codes: share for codes, share in season.items() if not set(codes) & set(without)})
    answers = {}
    if "tire_swap" in services:
        answers = {
            "rims": "on" if rng.random() < 0.62 else "off",
            "tires": "stored" if stored and rng.random() < 0.4 else "own",
        }
    return Basket(services=services, transport=_transport(rng, services), answers=answers)


def makes_no_sense(menu: Menu, vehicle: Vehicle) -> set[str]:
    """The services that nobody offers for what drives this vehicle."""
    return {code for code, item in menu.items() if vehicle.fuel in item.not_for}


def choose_problem(rng: random.Random, basket: Basket, language: str) -> str:
    """What is wrong, for work that asks it; some leave it to the telephone."""
    known = [problem for code in basket.services for problem in PROBLEMS.get(code, ())]
    if not known or rng.random() >= TOLD:
        return ""
    french, english = rng.choice(known)
    return english if language == "en" else french


def choose_note(rng: random.Random, basket: Basket, language: str) -> str:
    """Mostly nothing; sometimes what a customer adds about the work."""
    if rng.random() >= NOTED:
        return ""
    notes = NOTES.get(basket.services[0], NOTES["maintenance"][1:])
    french, english = rng.choice(notes)
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
