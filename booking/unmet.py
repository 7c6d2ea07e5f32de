"""Demand that found no start: what was lost in a week, why, and what one more unit would have saved.

A demand is lost when its seeker has not booked that work since. One seeker who asks for the same work several
times in a week counts once, and in the week of the first day that was asked for. Calculates, never writes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from booking.models import PoolKind, UnmetDemand, UnmetSource
from dealerships.models import Dealership

WEEK = timedelta(days=7)
# Pools that count minutes; every other kind counts people, cars or jobs.
IN_MINUTES = frozenset({PoolKind.SKILL_DAY.value, PoolKind.SHOP_DAY.value})
HOUR = 60


@dataclass(frozen=True, slots=True)
class Cause:
    """What closed the wanted days: a pool's kind and subject, or a rule's code where no cap did.

    Both are set for a pool that was closed by hand: more units would not have opened it.
    """

    kind: int | None
    subject: str
    rule: str

    @property
    def unit(self) -> int:
        """One more a day: an hour, a person, a car or a job; 0 when no cap is the cause."""
        if self.kind is None or self.rule:
            return 0
        return HOUR if self.kind in IN_MINUTES else 1


@dataclass(frozen=True, slots=True)
class LostTo:
    """How many demands one cause cost, and how many of them `unit` more a day would have let in."""

    cause: Cause
    lost: int
    saved: int


@dataclass(frozen=True, slots=True)
class UnmetWeek:
    """One week from `monday` on. `searches` and `waiting` add up to `lost`; `met` booked after all."""

    monday: date
    searches: int
    waiting: int
    met: int
    causes: tuple[LostTo, ...]
    services: tuple[tuple[str, int], ...]  # codes; a visit of two services counts in both
    sources: tuple[tuple[str, int], ...]

    @property
    def lost(self) -> int:
        return self.searches + self.waiting


def monday_of(day: date) -> date:
    """The first day of the week that `day` is in."""
    return day - timedelta(days=day.weekday())


def load_unmet(dealership: Dealership, monday: date, weeks: int = 1) -> list[UnmetDemand]:
    """The demands whose first wanted day is in the `weeks` from `monday` on, repeats left out. One query."""
    rows = UnmetDemand.objects.filter(
        dealership=dealership, first_day__gte=monday, first_day__lt=monday + weeks * WEEK
    ).order_by("at", "pk")
    return _once_a_seeker(rows)


def unmet_weeks(rows: Iterable[UnmetDemand], monday: date, weeks: int) -> list[UnmetWeek]:
    """What `rows` come to in each of the `weeks` from `monday` on; weeks without any are there too."""
    by_week: dict[date, list[UnmetDemand]] = defaultdict(list)
    for row in rows:
        by_week[monday_of(row.first_day)].append(row)
    mondays = [monday + number * WEEK for number in range(weeks)]
    return [_week(first, by_week[first]) for first in mondays]


def cause_of(row: UnmetDemand) -> Cause:
    return Cause(row.cap_kind, row.cap_subject, row.rule)


def saved_by_one_more(rows: Iterable[UnmetDemand], unit: int) -> int:
    """How many of these rows, all of one cause, `unit` more on each day would have let in.

    Day by day: the one who was short of the least fits into what was left with the new units; the others need
    their whole from the rest, smallest first. That no other cap binds next is taken for granted, so it is the
    most that can be gained.
    """
    by_day: dict[date | None, list[UnmetDemand]] = defaultdict(list)
    for row in rows:
        by_day[row.cap_day].append(row)
    return sum(_fit(of_day, unit) for of_day in by_day.values()) if unit else 0


def _fit(rows: list[UnmetDemand], unit: int) -> int:
    first, *others = sorted(rows, key=lambda row: row.short_by)
    costs = [first.short_by, *sorted(_units(row) for row in others)]
    fitting, left = 0, unit
    for cost in costs:
        left -= cost
        if left < 0:
            break
        fitting += 1
    return fitting


def _units(row: UnmetDemand) -> int:
    return row.minutes if row.cap_kind in IN_MINUTES else 1


def _once_a_seeker(rows: Iterable[UnmetDemand]) -> list[UnmetDemand]:
    """One row a seeker, work and week: the first, but one that was put on the wait-list before one that was not."""
    kept: dict[tuple[str, tuple[str, ...], date], UnmetDemand] = {}
    for row in rows:
        key = (row.seeker, tuple(row.services), monday_of(row.first_day))
        known = kept.get(key)
        if known is None or (row.source == UnmetSource.WAIT_LIST != known.source):
            kept[key] = row
    return list(kept.values())


def _week(monday: date, rows: list[UnmetDemand]) -> UnmetWeek:
    lost = [row for row in rows if row.met_at is None]
    by_cause: dict[Cause, list[UnmetDemand]] = defaultdict(list)
    for row in lost:
        by_cause[cause_of(row)].append(row)
    causes = [
        LostTo(cause, len(mine), saved_by_one_more(mine, cause.unit)) for cause, mine in by_cause.items()
    ]
    sources = Counter(row.source for row in lost)
    services = Counter(code for row in lost for code in row.services)
    return UnmetWeek(
        monday=monday,
        searches=len(lost) - sources[UnmetSource.WAIT_LIST],
        waiting=sources[UnmetSource.WAIT_LIST],
        met=len(rows) - len(lost),
        causes=tuple(sorted(causes, key=lambda one: -one.lost)),
        services=tuple(services.most_common()),
        sources=tuple(sources.most_common()),
    )
