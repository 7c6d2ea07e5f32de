"""What the pools of some days are made from, read once as plain values. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NamedTuple

from booking.models import (
    CapacityChange,
    CapacityRule,
    CapacitySettings,
    CarryOver,
    FirstSnow,
    ReleaseStep,
    ServiceGroup,
    Shift,
    SnowOpening,
    SnowRaise,
)
from booking.snow import Opening, Snow, make_snow
from dealerships.calendar import Calendar, load_calendar
from dealerships.models import Closure, Dealership, Role, StaffMember
from lib import clock

# (rotation week, weekday): from and until on the wall clock
Shifts = Mapping[tuple[int, int], tuple[tuple[time, time], ...]]


@dataclass(frozen=True, slots=True)
class Person:
    """An advisor or a technician who works here; `efficiency` in percent."""

    id: int
    rotation_weeks: int
    shifts: Shifts
    daily_customers: int | None
    efficiency: int
    skills: frozenset[str]


class Rule(NamedTuple):
    """The usual cap on one weekday: blank is no limit."""

    kind: int
    subject: str
    starts_at: time | None
    cap: int | None


class Change(NamedTuple):
    """A dated exception (booking.models.CapacityChange)."""

    kind: int | None
    subject: str
    first_day: date
    last_day: date
    from_time: time | None
    until_time: time | None
    action: str
    amount: int | None


class Step(NamedTuple):
    """From `at`, `days_before` the day on, `percent` of `what` is released."""

    what: str
    days_before: int
    at: time
    percent: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that decides about the pools of a dealership's days from `first` to `last`.

    `version` is the dealership's `rules_version`, read before anything else: when it is still the same
    afterwards, all of this belongs together.
    """

    dealership: int
    zone: str
    first: date
    last: date
    version: int
    calendar: Calendar
    snow: Snow | None
    advisors: tuple[Person, ...]
    technicians: tuple[Person, ...]
    away: frozenset[tuple[int, date]]
    teams_off: frozenset[tuple[str, date]]
    rules: Mapping[int, tuple[Rule, ...]]  # by weekday
    carried_over: Mapping[date, Mapping[str, int]]  # minutes by skill
    groups: tuple[str, ...]
    changes: tuple[Change, ...]  # in the order in which they were made
    reserve_percent: int
    kept_for_staff: int | None
    web_guaranteed: int | None
    steps: tuple[Step, ...]


def load_inputs(dealership: Dealership, first: date, last: date) -> Inputs:
    """The inputs of these days. A fixed number of queries, at most 14."""
    version = Dealership.objects.values_list("rules_version", flat=True).get(pk=dealership.pk)
    calendar = load_calendar(dealership, first, last)
    people = list(_people(dealership))
    away, teams_off = _absences(dealership, first, last)
    kept = CapacitySettings.objects.filter(dealership=dealership).first() or CapacitySettings()
    return Inputs(
        dealership=dealership.pk,
        zone=dealership.zone,
        first=first,
        last=last,
        version=version,
        calendar=calendar,
        snow=_snow(dealership, calendar),
        advisors=tuple(person for role, person in people if role == Role.ADVISOR),
        technicians=tuple(person for role, person in people if role == Role.TECHNICIAN),
        away=away,
        teams_off=teams_off,
        rules=_rules(dealership),
        carried_over=_carried_over(dealership, first, last),
        groups=tuple(ServiceGroup.objects.filter(dealership=dealership).values_list("code", flat=True)),
        changes=_changes(dealership, first, last),
        reserve_percent=kept.reserve_percent,
        kept_for_staff=kept.kept_for_staff,
        web_guaranteed=kept.web_guaranteed,
        steps=tuple(
            Step(*row) for row in ReleaseStep.objects.filter(dealership=dealership).values_list(*Step._fields)
        ),
    )


def _people(dealership: Dealership) -> Iterator[tuple[str, Person]]:
    """(role, person) of everybody who works here, in order of their ids."""
    shifts: dict[int, dict[tuple[int, int], tuple[tuple[time, time], ...]]] = defaultdict(dict)
    for shift in Shift.objects.filter(person__dealership=dealership).order_by("starts"):
        days = shifts[shift.person_id]
        key = (shift.rotation_week, shift.weekday)
        days[key] = (*days.get(key, ()), (shift.starts, shift.ends))
    working = StaffMember.objects.filter(
        dealership=dealership, active=True, role__in=[Role.ADVISOR, Role.TECHNICIAN]
    )
    for member in working.order_by("pk"):
        yield (
            member.role,
            Person(
                id=member.pk,
                rotation_weeks=member.rotation_weeks,
                shifts=shifts[member.pk],
                daily_customers=member.daily_customers,
                efficiency=member.efficiency,
                skills=frozenset(member.skills),
            ),
        )


def _absences(
    dealership: Dealership, first: date, last: date
) -> tuple[frozenset[tuple[int, date]], frozenset[tuple[str, date]]]:
    """Who is away on which day, and which teams are."""
    people: set[tuple[int, date]] = set()
    teams: set[tuple[str, date]] = set()
    closures = Closure.objects.filter(dealership=dealership, first_day__lte=last, last_day__gte=first)
    rows: Iterable[tuple[int | None, str, date, date]] = closures.values_list(
        "staff_member", "team", "first_day", "last_day"
    )
    for member, team, begins, ends in rows:
        start = max(begins, first)
        for day in clock.local_days(start, (min(ends, last) - start).days + 1):
            if member is not None:
                people.add((member, day))
            elif team:
                teams.add((team, day))
    return frozenset(people), frozenset(teams)


def _rules(dealership: Dealership) -> dict[int, tuple[Rule, ...]]:
    rules: dict[int, list[Rule]] = defaultdict(list)
    rows = CapacityRule.objects.filter(dealership=dealership).values_list("weekday", *Rule._fields)
    for weekday, *row in rows:
        rules[weekday].append(Rule(*row))
    return {weekday: tuple(found) for weekday, found in rules.items()}


def _carried_over(dealership: Dealership, first: date, last: date) -> dict[date, dict[str, int]]:
    carried: dict[date, dict[str, int]] = defaultdict(dict)
    rows = CarryOver.objects.filter(dealership=dealership, local_date__range=(first, last))
    for day, skill, minutes in rows.values_list("local_date", "skill", "minutes"):
        carried[day][skill] = minutes
    return dict(carried)


def _changes(dealership: Dealership, first: date, last: date) -> tuple[Change, ...]:
    rows = CapacityChange.objects.filter(dealership=dealership, first_day__lte=last, last_day__gte=first)
    return tuple(Change(*row) for row in rows.order_by("pk").values_list(*Change._fields))


def _snow(dealership: Dealership, calendar: Calendar) -> Snow | None:
    mode: Any = FirstSnow.objects.filter(dealership=dealership, switched_on_at__isnull=False).first()
    if mode is None:
        return None
    return make_snow(
        calendar,
        since=mode.switched_on_at,
        lasts_days=mode.lasts_days,
        notice_minutes=mode.notice_minutes,
        web_takes_all=mode.web_takes_all,
        extra_tire_minutes=mode.extra_tire_minutes,
        openings={
            row.weekday: Opening(row.opens, row.closes, row.tire_minutes, tuple(row.advisors))
            for row in SnowOpening.objects.filter(first_snow=mode)
        },
        raises={(row.kind, row.subject): row.add for row in SnowRaise.objects.filter(first_snow=mode)},
    )
