"""First-snow mode: which days it covers, what it opens on them, and what may be booked there. Calculates only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from booking.models.menu import Skill
from dealerships.calendar import Calendar, Hours
from lib import clock


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours added for tires alone: who checks in (ids; empty for every advisor), and the technicians' minutes."""

    opens: time
    closes: time
    tire_minutes: int
    advisors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Snow:
    """The mode while it is on, from `first_day` to `last_day`.

    `calendar` is the dealership's with the added hours. `raises` are units by (pool kind, subject).
    """

    first_day: date
    last_day: date
    notice: timedelta
    web_takes_all: bool
    extra_tire_minutes: int
    openings: Mapping[int, Opening]
    raises: Mapping[tuple[int, str], int]
    usual: Calendar
    calendar: Calendar

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def opening_of(self, day: date) -> Opening | None:
        """What the mode adds to this day; None on closed days that it does not open, and outside its time."""
        if not self.covers(day) or day in self.usual.closed:
            return None
        return self.openings.get(day.weekday())

    def is_for_tires_only(self, day: date, wall: time) -> bool:
        """Whether this time of the day is open because of the mode alone."""
        opening = self.opening_of(day)
        if opening is None or not opening.opens <= wall < opening.closes:
            return False
        if not self.usual.is_open(day):
            return True
        opens, closes = self.usual.hours_on(day)
        return not opens <= wall < closes


def is_tires_alone(skill_minutes: Mapping[str, int]) -> bool:
    """Whether work of these minutes by skill is for first-snow hours: tires and nothing else."""
    return set(skill_minutes) == {Skill.TIRES.value}


def read_snow(
    mode: Sequence[Mapping[str, Any]],
    openings: Sequence[Mapping[str, Any]],
    raises: Sequence[Mapping[str, Any]],
    usual: Calendar,
) -> Snow | None:
    """The mode from rows as JSON (booking.rulebook); None while it is off."""
    if not mode:
        return None
    row = mode[0]
    return make_snow(
        usual,
        since=datetime.fromisoformat(row["switched_on_at"]),
        lasts_days=row["lasts_days"],
        notice_minutes=row["notice_minutes"],
        web_takes_all=row["web_takes_all"],
        extra_tire_minutes=row["extra_tire_minutes"],
        openings={
            one["weekday"]: Opening(
                time.fromisoformat(one["opens"]),
                time.fromisoformat(one["closes"]),
                one["tire_minutes"],
                tuple(one["advisors"]),
            )
            for one in openings
        },
        raises={(one["kind"], one["subject"]): one["add"] for one in raises},
    )


def make_snow(
    usual: Calendar,
    *,
    since: datetime,
    lasts_days: int,
    notice_minutes: int,
    web_takes_all: bool,
    extra_tire_minutes: int,
    openings: Mapping[int, Opening],
    raises: Mapping[tuple[int, str], int],
) -> Snow:
    """The mode switched on at `since` (aware), over the dealership's usual calendar."""
    first_day = clock.local(since, usual.zone).date()
    snow = Snow(
        first_day, first_day + timedelta(days=lasts_days - 1), timedelta(minutes=notice_minutes), web_takes_all,
        extra_tire_minutes, openings, raises, usual, usual,
    )  # fmt: skip
    return replace(snow, calendar=replace(usual, special={**usual.special, **dict(_longer_days(snow))}))


def _longer_days(snow: Snow) -> Iterator[tuple[date, Hours]]:
    for day in clock.local_days(snow.first_day, (snow.last_day - snow.first_day).days + 1):
        opening = snow.opening_of(day)
        if opening is None:
            continue
        opens, closes = opening.opens, opening.closes
        if snow.usual.is_open(day):
            usual = snow.usual.hours_on(day)
            opens, closes = min(opens, usual[0]), max(closes, usual[1])
        yield day, (opens, closes)
