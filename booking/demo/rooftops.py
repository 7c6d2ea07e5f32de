"""The two dealerships: identity, hours, advisors and what the shop can do on each weekday."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time

from booking.models import PoolKind, Skill, Transport

WEEKDAYS, THURSDAY, SATURDAY = (0, 1, 2, 3, 4), 3, 5
BOTH = ("fr", "en")
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class AdvisorRow:
    """Check-in hours on weekdays with a lunch break, the weekday off, and the rotation weeks with a Saturday."""

    name: str
    languages: tuple[str, ...]
    starts: time
    lunch: Hours
    ends: time
    day_off: int | None = None
    saturdays: tuple[int, ...] = ()
    thursday_evening: bool = False
    customers: int = 12
    email: str = ""


@dataclass(frozen=True, slots=True)
class Caps:
    """Minutes of the shop and of each skill, shuttle departures with seats, courtesy cars."""

    shop: int
    express: int
    tires: int
    mechanical: int
    diagnosis: int
    shuttle: tuple[tuple[time, int], ...]
    cars: int


@dataclass(frozen=True, slots=True)
class Rooftop:
    """A dealership. `share` is its share of the customers, `visits` what a weekday of last year saw, from and to."""

    identity: dict[str, object]
    hours: dict[int, Hours]
    advisors: tuple[AdvisorRow, ...]
    caps: dict[int, Caps]
    share: float
    visits: tuple[int, int]
    others: tuple[tuple[str, str, str], ...] = field(default=())  # e-mail, role, name

    @property
    def slug(self) -> str:
        return str(self.identity["slug"])


def rules_of(caps: Caps) -> dict[tuple[int, str, time | None], int]:
    """{(kind, subject, departure): cap} of one weekday."""
    return {
        (PoolKind.SHOP_DAY, "", None): caps.shop,
        (PoolKind.SKILL_DAY, Skill.EXPRESS, None): caps.express,
        (PoolKind.SKILL_DAY, Skill.TIRES, None): caps.tires,
        (PoolKind.SKILL_DAY, Skill.MECHANICAL, None): caps.mechanical,
        (PoolKind.SKILL_DAY, Skill.DIAGNOSIS, None): caps.diagnosis,
        (PoolKind.TRANSPORT, Transport.COURTESY_CAR, None): caps.cars,
        **{(PoolKind.TRANSPORT, Transport.SHUTTLE, departs): seats for departs, seats in caps.shuttle},
    }


_MORNINGS = ((time(8), 6), (time(9), 6), (time(10, 30), 6))
_NOON, _LATE_NOON = (time(11, 30), time(12, 15)), (time(12, 30), time(13, 15))

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
        "privacy_officer": "Isabelle Roy",
        "privacy_email": "vieprivee@boreal.example",
    },
    hours={
        **dict.fromkeys((0, 1, 2, 4), (time(7, 30), time(17, 30))),
        THURSDAY: (time(7, 30), time(20)),
        SATURDAY: (time(8), time(15)),
    },
    advisors=(
        AdvisorRow("Mathieu Gagnon", BOTH, time(7, 30), _NOON, time(16), day_off=2, saturdays=(0,),
                   email="conseiller@demo.example"),
        AdvisorRow("Fabienne Joseph", ("fr",), time(7, 30), _LATE_NOON, time(16, 15), saturdays=(0,)),
        AdvisorRow("Mai Nguyễn", BOTH, time(7, 45), _NOON, time(16, 30), day_off=4, saturdays=(1,)),
        AdvisorRow("Yacine Benali", BOTH, time(8), _LATE_NOON, time(16, 45), saturdays=(1,), thursday_evening=True),
        AdvisorRow("Josée Ouellet", ("fr",), time(8, 30), _LATE_NOON, time(17), day_off=0, saturdays=(0, 1),
                   thursday_evening=True),
    ),
    caps={
        0: Caps(2700, 760, 1200, 1500, 240, _MORNINGS, 6),
        1: Caps(2700, 760, 1200, 1500, 360, _MORNINGS, 6),
        2: Caps(2700, 760, 1200, 1500, 360, _MORNINGS, 6),
        3: Caps(3100, 900, 1380, 1700, 360, _MORNINGS, 6),
        4: Caps(2600, 760, 1200, 1400, 240, _MORNINGS, 6),
        5: Caps(1500, 600, 900, 600, 0, (), 6),
    },
    share=0.7,
    visits=(30, 45),
    others=(
        ("directrice@demo.example", "manager", "Isabelle Roy"),
        ("directrice@demo.example", "group_administrator", "Isabelle Roy"),
        ("livraison@demo.example", "delivery", "Samuel Côté-Bergeron"),
        ("pieces@demo.example", "parts", "Nadia Haddad"),
    ),
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
        "privacy_officer": "Isabelle Roy",
        "privacy_email": "vieprivee@riviere.example",
    },
    hours={**dict.fromkeys(WEEKDAYS, (time(8), time(17))), SATURDAY: (time(8, 30), time(12))},
    advisors=(
        AdvisorRow("Sylvain Charbonneau", ("fr",), time(8), _NOON, time(15, 45), saturdays=(0,), customers=10),
        AdvisorRow("Ana Medeiros", BOTH, time(8), _LATE_NOON, time(16), saturdays=(1,), customers=10),
        AdvisorRow("Frantz Toussaint", BOTH, time(8, 30), _LATE_NOON, time(16, 15), day_off=2, customers=10),
    ),
    caps={
        **dict.fromkeys(WEEKDAYS, Caps(1150, 360, 560, 640, 120, ((time(8, 30), 4), (time(9, 30), 4)), 2)),
        SATURDAY: Caps(420, 200, 300, 150, 0, (), 2),
    },
    share=0.3,
    visits=(9, 15),
)  # fmt: skip

ROOFTOPS = (BOREAL, RIVIERE)
