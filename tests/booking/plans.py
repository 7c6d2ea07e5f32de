"""Rules as values, for tests of what pools they want; no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from booking.inputs import Change, Inputs, Person, Rule
from booking.models import ChangeAction, PoolKind
from dealerships.calendar import Calendar
from lib import clock
from tests.garage import MONDAY

ZONE = "America/Toronto"
NOW = clock.at_local(MONDAY - timedelta(days=30), time(12), ZONE)
DAY = (time(8), time(17))


def person(pk: int, *shifts: tuple[time, time], weekdays: int = 7, **more: Any) -> Person:
    """Somebody who works these shifts on the first `weekdays` days of every week."""
    mine = {(0, weekday): shifts or (DAY,) for weekday in range(weekdays)}
    values: dict[str, Any] = {
        "rotation_weeks": 1, "shifts": mine, "daily_customers": 12, "efficiency": 100, "skills": frozenset(),
    }  # fmt: skip
    return Person(id=pk, **{**values, **more})


def technician(pk: int, *skills: str, efficiency: int = 100, **more: Any) -> Person:
    return person(pk, skills=frozenset(skills), efficiency=efficiency, **more)


def rule(kind: PoolKind, subject: str, cap: int | None, at: time | None = None) -> Rule:
    return Rule(kind, subject, at, cap)


def change(action: ChangeAction, kind: PoolKind | None = None, subject: str = "", **more: Any) -> Change:
    """A change of MONDAY, unless days are given."""
    values: dict[str, Any] = {
        "first_day": MONDAY, "last_day": MONDAY, "from_time": None, "until_time": None, "amount": None,
    }  # fmt: skip
    return Change(kind=kind, subject=subject, action=action, **{**values, **more})


def plan(*rules: Rule, **more: Any) -> Inputs:
    """Open every weekday but Sunday 8:00 to 17:00, one advisor, and these rules every day."""
    usual = Inputs(
        dealership=1,
        zone=ZONE,
        first=MONDAY,
        last=MONDAY + timedelta(days=120),
        version=1,
        calendar=Calendar(ZONE, dict.fromkeys(range(6), DAY), frozenset()),
        snow=None,
        advisors=(person(1),),
        technicians=(),
        away=frozenset(),
        teams_off=frozenset(),
        rules=dict.fromkeys(range(7), rules),
        carried_over={},
        groups=("alignment",),
        changes=(),
        reserve_percent=0,
        kept_for_staff=None,
        web_guaranteed=None,
        steps=(),
    )
    return replace(usual, **more)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> Any:
    return clock.at_local(day, time(hour, minute), ZONE)
