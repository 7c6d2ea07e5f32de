"""The two dealerships: identity, hours, people, and what the shop can do on each weekday."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from booking.demo.rows import (
    BOTH,
    SATURDAY,
    THURSDAY,
    WEEKDAYS,
    AdvisorRow,
    Caps,
    GroupRow,
    Kept,
    Rooftop,
    TechnicianRow,
    Week,
)
from booking.models import Skill

__all__ = ["BOREAL", "RIVIERE", "ROOFTOPS"]

EXPRESS, TIRES, MECHANICAL, DIAGNOSIS, ELECTRIC = (
    Skill.EXPRESS, Skill.TIRES, Skill.MECHANICAL, Skill.DIAGNOSIS, Skill.ELECTRIC,
)  # fmt: skip
_NOON, _LATE_NOON = (time(11, 30), time(12, 15)), (time(12, 30), time(13, 15))
_MORNINGS = ((time(8), 6), (time(9), 6), (time(10, 30), 6))
_SATURDAY = ((time(8), time(12)), (time(12, 30), time(15)))
_SHORT_SATURDAY = ((time(8, 30), time(12)),)


def _early(**more: object) -> Week:
    """7:30 to 16:30, as most technicians at Boréal."""
    return Week(starts=time(7, 30), lunch=_NOON, ends=time(16, 30), saturday=_SATURDAY, **more)  # type: ignore[arg-type]


def _late(**more: object) -> Week:
    return Week(starts=time(8), lunch=_LATE_NOON, ends=time(17), saturday=_SATURDAY, **more)  # type: ignore[arg-type]


def _groups(alignment: int, off_rims: int, diagnosis: tuple[int, int]) -> tuple[GroupRow, ...]:
    half = -(-alignment // 2)
    return (
        GroupRow(
            "alignment", "Banc d’alignement", "Alignment rack", ("alignment", "", ""), time(15, 30),
            (("", alignment), ("am", half), ("pm", half)),
        ),
        GroupRow(
            "off_rims", "Pneus sans jantes", "Off-rim tires", ("tire_swap", "rims", "off"), time(15, 30),
            (("", off_rims),), seasonal=True,
        ),
        GroupRow(
            "diagnosis", "Diagnostic", "Diagnosis", ("diagnosis", "", ""), None,
            (("am", diagnosis[0]), ("pm", diagnosis[1])),
        ),
    )  # fmt: skip


BOREAL = Rooftop(
    identity={
        "slug": "boreal",
        "name": "Garage Boréal",
        "phone": "+14505550134",
        "email": "service@boreal.example",
        "address_line": "2380, boulevard Curé-Labelle",
        "city": "Laval",
        "postal_code": "H7T 1R1",
        "brand_colour": "#0e6a75",
        "latitude": Decimal("45.55680"),
        "longitude": Decimal("-73.75600"),
        "privacy_officer": "Isabelle Roy",
        "privacy_email": "vieprivee@boreal.example",
    },
    hours={
        **dict.fromkeys((0, 1, 2, 4), (time(7, 30), time(17, 30))),
        THURSDAY: (time(7, 30), time(20)),
        SATURDAY: (time(8), time(15)),
    },
    advisors=(
        AdvisorRow(
            "Mathieu Gagnon", BOTH,
            Week(starts=time(7, 30), lunch=_NOON, ends=time(16), day_off=2, saturdays=(0,)),
            email="conseiller@demo.example",
        ),
        AdvisorRow(
            "Fabienne Joseph", ("fr",),
            Week(starts=time(7, 30), lunch=_LATE_NOON, ends=time(16, 15), saturdays=(0,)),
        ),
        AdvisorRow(
            "Mai Nguyễn", BOTH,
            Week(starts=time(7, 45), lunch=_NOON, ends=time(16, 30), day_off=4, saturdays=(1,)),
        ),
        AdvisorRow(
            "Yacine Benali", BOTH,
            Week(starts=time(8), lunch=_LATE_NOON, ends=time(16, 45), saturdays=(1,), thursday_evening=True),
        ),
        AdvisorRow(
            "Josée Ouellet", ("fr",),
            Week(starts=time(8, 30), lunch=_LATE_NOON, ends=time(17), day_off=0, saturdays=(0, 1),
                 thursday_evening=True),
        ),
    ),
    technicians=(
        TechnicianRow("Réjean Bolduc", (MECHANICAL, DIAGNOSIS), 105, _early(day_off=2, saturdays=(0,))),
        TechnicianRow("Kevin Lavallée", (MECHANICAL, DIAGNOSIS, ELECTRIC), 100, _late(thursday_evening=True)),
        TechnicianRow("Nassim Cherif", (TIRES, EXPRESS), 110, _early(day_off=0, saturdays=(0,))),
        TechnicianRow("Alexis Tremblay-Roy", (TIRES, EXPRESS), 95, _late(day_off=2, saturdays=(1,))),
        TechnicianRow("Guy Lemay", (MECHANICAL, TIRES), 100, _early(day_off=0, saturdays=(1,))),
        TechnicianRow("Jonathan Pierre", (MECHANICAL, EXPRESS), 100, _early(day_off=4, saturdays=(0, 1))),
        TechnicianRow("Stéphanie Morin", (TIRES, EXPRESS), 90, _late(day_off=1, saturdays=(0, 1),
                                                                     thursday_evening=True)),
    ),
    caps={
        **dict.fromkeys((0, 1, 2, 4), Caps(((EXPRESS, 760), (TIRES, 1260)), _MORNINGS, 6)),
        THURSDAY: Caps(((EXPRESS, 900), (TIRES, 1380)), _MORNINGS, 6),
        SATURDAY: Caps(((EXPRESS, 600), (TIRES, 900), (MECHANICAL, 600), (DIAGNOSIS, 0)), (), 6),
    },
    groups=_groups(4, 8, (3, 2)),
    kept=Kept(reserve=15, for_staff=4, for_web=6),
    share=0.7,
    visits=(30, 45),
    lost=2.6,
    others=(
        ("directrice@demo.example", "manager", "Isabelle Roy"),
        ("directrice@demo.example", "group_administrator", "Isabelle Roy"),
        ("livraison@demo.example", "delivery", "Samuel Côté-Bergeron"),
        ("pieces@demo.example", "parts", "Nadia Haddad"),
    ),
)  # fmt: skip


def _riviere(**more: object) -> Week:
    """8:00 to 16:45."""
    return Week(
        starts=time(8), lunch=_NOON, ends=time(16, 45), saturday=_SHORT_SATURDAY, **more  # type: ignore[arg-type]
    )  # fmt: skip


RIVIERE = Rooftop(
    identity={
        "slug": "riviere",
        "name": "Garage de la Rivière",
        "phone": "+14505550178",
        "email": "service@riviere.example",
        "address_line": "915, montée Masson",
        "city": "Terrebonne",
        "postal_code": "J6W 2C9",
        "brand_colour": "#8a3b2a",
        "latitude": Decimal("45.70360"),
        "longitude": Decimal("-73.63500"),
        "privacy_officer": "Isabelle Roy",
        "privacy_email": "vieprivee@riviere.example",
    },
    hours={**dict.fromkeys(WEEKDAYS, (time(8), time(17))), SATURDAY: (time(8, 30), time(12))},
    advisors=(
        AdvisorRow(
            "Sylvain Charbonneau", ("fr",),
            Week(starts=time(8), lunch=_NOON, ends=time(15, 45), saturdays=(0,)), customers=10,
        ),
        AdvisorRow(
            "Ana Medeiros", BOTH,
            Week(starts=time(8), lunch=_LATE_NOON, ends=time(16), saturdays=(1,)), customers=10,
        ),
        AdvisorRow(
            "Frantz Toussaint", BOTH,
            Week(starts=time(8, 30), lunch=_LATE_NOON, ends=time(16, 15), day_off=2), customers=10,
        ),
    ),
    technicians=(
        TechnicianRow("Normand Beaulieu", (MECHANICAL, DIAGNOSIS, ELECTRIC), 95, _riviere(saturdays=(0,))),
        TechnicianRow("Luis Castaño", (TIRES, EXPRESS), 105, _riviere(saturdays=(0, 1))),
        TechnicianRow("Marc-Olivier Dubé", (MECHANICAL, TIRES, EXPRESS), 95, _riviere(saturdays=(1,))),
    ),
    caps={
        **dict.fromkeys(
            WEEKDAYS, Caps(((EXPRESS, 360), (TIRES, 560)), ((time(8, 30), 4), (time(9, 30), 4)), 2)
        ),
        SATURDAY: Caps(((EXPRESS, 200), (TIRES, 300), (MECHANICAL, 150), (DIAGNOSIS, 0)), (), 2),
    },
    groups=_groups(2, 4, (2, 1)),
    kept=Kept(reserve=15, for_staff=2, for_web=3),
    share=0.3,
    visits=(9, 15),
    lost=0.9,
)  # fmt: skip

ROOFTOPS = (BOREAL, RIVIERE)
