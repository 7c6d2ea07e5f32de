"""What a demo dealership is described with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

from booking.models import PoolKind, Skill, Transport

WEEKDAYS, THURSDAY, SATURDAY = (0, 1, 2, 3, 4), 3, 5
BOTH = ("fr", "en")
Hours = tuple[time, time]
# Saturdays alternate, so that everybody's week is described in both weeks of the rotation.
ROTATION_WEEKS = 2
EVENING = (time(17, 30), time(19, 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Hours on weekdays with a lunch break, the weekday off, and the rotation weeks with a Saturday."""

    starts: time
    lunch: Hours
    ends: time
    day_off: int | None = None
    saturdays: tuple[int, ...] = ()
    saturday: tuple[Hours, ...] = ((time(8, 30), time(11, 30)),)
    thursday_evening: bool = False

    def shifts(self, rotation_week: int) -> Iterator[tuple[int, time, time]]:
        """(weekday, from, until) of one week of the rotation."""
        works_saturday = rotation_week in self.saturdays
        for weekday in WEEKDAYS:
            # Who works on Saturday has a weekday off in that week.
            if not (works_saturday and weekday == self.day_off):
                yield weekday, self.starts, self.lunch[0]
                yield weekday, self.lunch[1], self.ends
                if weekday == THURSDAY and self.thursday_evening:
                    yield weekday, *EVENING
        if works_saturday:
            for hours in self.saturday:
                yield SATURDAY, *hours


@dataclass(frozen=True, slots=True)
class AdvisorRow:
    name: str
    languages: tuple[str, ...]
    week: Week
    customers: int = 12
    email: str = ""


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """`efficiency`: planned minutes sold an hour worked, in percent."""

    name: str
    skills: tuple[Skill, ...]
    efficiency: int
    week: Week


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Work that shares a rack, a machine or a specialist: its members as (service, question, choice), jobs by part."""

    code: str
    fr: str
    en: str
    member: tuple[str, str, str]
    last_start: time | None
    caps: tuple[tuple[str, int], ...]  # part of the day, "" for all of it
    seasonal: bool = False

    def rules(self) -> dict[tuple[int, str, time | None], int]:
        return {
            (PoolKind.SERVICE_GROUP, f"{self.code}/{part}" if part else self.code, None): cap
            for part, cap in self.caps
        }


@dataclass(frozen=True, slots=True)
class Caps:
    """What no shift gives on a weekday: how many minutes the bays of a skill allow, shuttle seats, courtesy cars.

    People who wait and cars handed back are counted by half hour.
    """

    bays: tuple[tuple[Skill, int], ...]
    shuttle: tuple[tuple[time, int], ...]
    cars: int
    arrivals: int = 3
    lounge: int = 6
    hand_back: int = 8

    def rules(self) -> dict[tuple[int, str, time | None], int]:
        """{(kind, subject, departure): cap}"""
        return {
            **{(PoolKind.SKILL_DAY, str(skill.value), None): minutes for skill, minutes in self.bays},
            (PoolKind.TRANSPORT, str(Transport.COURTESY_CAR.value), None): self.cars,
            **{
                (PoolKind.TRANSPORT, str(Transport.SHUTTLE.value), departs): seats
                for departs, seats in self.shuttle
            },
            (PoolKind.WAITERS, "arrivals", None): self.arrivals,
            (PoolKind.WAITERS, "lounge", None): self.lounge,
            (PoolKind.HAND_BACK, "", None): self.hand_back,
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept back: percent of the minutes, visits a day for the staff and for the web."""

    reserve: int
    for_staff: int
    for_web: int


@dataclass(frozen=True, slots=True)
class Rooftop:
    """A dealership. `share` is its share of the customers, `visits` what a weekday of last year saw, from and to;
    `lost` is how many searches a day find nothing.
    """

    identity: dict[str, object]
    hours: dict[int, Hours]
    advisors: tuple[AdvisorRow, ...]
    technicians: tuple[TechnicianRow, ...]
    caps: dict[int, Caps]
    groups: tuple[GroupRow, ...]
    kept: Kept
    share: float
    visits: tuple[int, int]
    lost: float
    others: tuple[tuple[str, str, str], ...] = field(default=())  # e-mail, role, name

    @property
    def slug(self) -> str:
        return str(self.identity["slug"])
