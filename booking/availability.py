"""Which starts are open for a demand, and when the vehicle would be ready. Calculates, never writes.

A start is open when an advisor can check the vehicle in, and every pool that the work and the transport
draw on has room (docs/decisions/0003-capacity.md). One query for a range of days, whatever their number; the same needs
are claimed when the start is booked, so what is shown and what is taken cannot follow different rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable

from booking.menu import Demand
from booking.models import Appointment, CapacityClaim, CapacityPool, Hold, PoolKind
from booking.needs import BY_DAY, BY_DEPARTURE, PoolKey, day_needs, stay_of, transport_needs
from booking.ready import CHECK_IN, ready_at
from dealerships.calendar import Calendar, load_calendar
from dealerships.models import Dealership
from lib import clock

# The first opening is usually near: look there before reading the whole horizon.
NEAR_DAYS = 14


@dataclass(frozen=True, slots=True)
class Start:
    """An open start: when (UTC), when the vehicle is ready (UTC), and the advisors who can, least busy first."""

    starts_at: datetime
    ready_at: datetime
    advisors: tuple[int, ...]
    departure: datetime | None = None  # of the shuttle, when one is taken


@dataclass(frozen=True, slots=True)
class Availability:
    """Open starts by local day, one entry a day of the range, and the first open start from its beginning on."""

    zone: str
    days: Mapping[date, tuple[Start, ...]]
    first: Start | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides, read once: the dealership, the demand, the calendar, the earliest start.

    `credit` is what the asker already holds, by pool id: moving to a start may use it again.
    """

    dealership: Dealership
    demand: Demand
    calendar: Calendar
    earliest: datetime
    credit: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Day:
    """The pools of one day that have room for the demand."""

    roomy: set[PoolKey] = field(default_factory=set)
    busy: dict[str, int] = field(default_factory=dict)  # customers already on each advisor with room
    cells: dict[datetime, list[str]] = field(default_factory=dict)  # start -> advisors who are free
    departures: list[datetime] = field(default_factory=list)


def find_availability(
    dealership: Dealership,
    demand: Demand,
    *,
    first_day: date,
    days: int,
    now: datetime,
    owner: Hold | Appointment | None = None,
    notice: bool = True,
    find_first: bool = True,
) -> Availability:
    """The open starts of `days` local days from `first_day` on.

    `owner` is the hold or appointment that asks to move. `notice` is off for staff, whom the minimum notice
    does not bind. `find_first` also looks beyond the range for the first open start. Queries: calendar 1,
    owner's claims 0 or 1, pools 1, and up to 2 for a first start beyond the range.
    """
    today = clock.local(now, dealership.zone).date()
    last_possible = today + timedelta(days=dealership.horizon_days)
    calendar = load_calendar(dealership, min(first_day, today), max(last_possible, first_day))
    earliest = _earliest(dealership, demand, now, notice=notice)
    rules = Rules(dealership, demand, calendar, earliest, _credit(owner))
    wanted = clock.local_days(first_day, days)
    found = open_starts(rules, wanted[0], wanted[-1])
    first = next((start for day in wanted for start in found.get(day, ())), None)
    if first is None and find_first:
        first = _first_beyond(rules, wanted[-1] + timedelta(days=1), last_possible)
    return Availability(dealership.zone, {day: found.get(day, ()) for day in wanted}, first)


def open_starts(rules: Rules, first_day: date, last_day: date) -> dict[date, tuple[Start, ...]]:
    """The open starts by day; days without any are absent. One query."""
    loaded = _load_days(rules, first_day, last_day)
    return {
        day: starts
        for day in sorted(loaded)
        if first_day <= day <= last_day and (starts := tuple(_starts_of_day(rules, day, loaded)))
    }


def nearest_starts(
    dealership: Dealership,
    demand: Demand,
    wanted: datetime,
    *,
    now: datetime,
    count: int = 3,
    notice: bool = True,
) -> list[Start]:
    """Up to `count` open starts closest to `wanted`, in order of time, from the week around it or the first after."""
    day = clock.local(wanted, dealership.zone).date()
    today = clock.local(now, dealership.zone).date()
    found = find_availability(
        dealership,
        demand,
        first_day=max(today, day - timedelta(days=3)),
        days=NEAR_DAYS,
        now=now,
        notice=notice,
    )
    starts = [start for starts in found.days.values() for start in starts] or (
        [found.first] if found.first else []
    )
    closest = sorted(starts, key=lambda start: abs(start.starts_at - wanted))[:count]
    return sorted(closest, key=lambda start: start.starts_at)


def _earliest(dealership: Dealership, demand: Demand, now: datetime, *, notice: bool) -> datetime:
    if not notice:
        # At the counter the quarter hour that has begun is still "now".
        return now - CHECK_IN
    return now + max(demand.notice, timedelta(minutes=dealership.notice_minutes))


def _credit(owner: Hold | Appointment | None) -> dict[int, int]:
    if owner is None:
        return {}
    mine = {"hold": owner} if isinstance(owner, Hold) else {"appointment": owner}
    return dict(CapacityClaim.objects.filter(**mine, active=True).values_list("pool_id", "units"))


def _first_beyond(rules: Rules, first_day: date, last_day: date) -> Start | None:
    near = first_day + timedelta(days=NEAR_DAYS)
    for begin, end in ((first_day, min(near, last_day)), (near + timedelta(days=1), last_day)):
        if begin <= end:
            for starts in open_starts(rules, begin, end).values():
                return starts[0]
    return None


def _load_days(rules: Rules, first_day: date, last_day: date) -> dict[date, _Day]:
    days: dict[date, _Day] = {}
    for kind, local_date, starts_at, subjects, used in _roomy_pools(rules, first_day, last_day):
        day = days.setdefault(local_date, _Day())
        if kind == PoolKind.ADVISOR_CELL:
            day.cells[starts_at] = subjects
            continue
        day.roomy.update(PoolKey(kind, subject, local_date, starts_at) for subject in subjects)
        if kind == PoolKind.ADVISOR_DAY:
            day.busy = dict(zip(subjects, used, strict=True))
        elif starts_at is not None:
            day.departures.append(starts_at)
    return days


def _roomy_pools(rules: Rules, first_day: date, last_day: date) -> Iterable[tuple[Any, ...]]:
    """(kind, day, start, subjects, used) of the pools with room, those of one start together.

    Grouped by the database: a month of five advisors is a fifth of the rows.
    """
    demand = rules.demand
    room = F("cap") + F("override") - F("used") + _credit_of_pool(rules)
    fits = Q()
    for units, pools in _kinds(demand):
        fits |= pools & (Q(cap__isnull=True) | Q(room__gte=units))
    in_range = Q(local_date__range=(first_day, last_day))
    if demand.transport in BY_DAY:
        # A stay may end after the range: its courtesy car must be free until then.
        in_range |= Q(kind=PoolKind.TRANSPORT, local_date__range=(first_day, last_day + timedelta(days=14)))
    return (
        CapacityPool.objects.filter(in_range, dealership=rules.dealership, closed=False)
        .alias(room=room)
        .filter(fits)
        .exclude(kind=PoolKind.ADVISOR_CELL, starts_at__lt=rules.earliest)
        .order_by()
        .values_list("kind", "local_date", "starts_at")
        .annotate(subjects=ArrayAgg("subject", order_by=["pk"]), used_by=ArrayAgg("used", order_by=["pk"]))
    )


def _credit_of_pool(rules: Rules) -> Combinable:
    """What the asker already holds of a pool, in SQL."""
    mine = [When(pk=pool, then=Value(units)) for pool, units in rules.credit.items()]
    return Case(*mine, default=Value(0)) if mine else Value(0)


def _kinds(demand: Demand) -> Iterator[tuple[int, Q]]:
    """(units needed, which pools) for every kind that the demand draws on."""
    mine = Q() if demand.advisor is None else Q(subject=str(demand.advisor))
    yield 1, Q(kind__in=[PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY]) & mine
    if demand.transport in BY_DAY | BY_DEPARTURE:
        yield 1, Q(kind=PoolKind.TRANSPORT, subject=demand.transport)
    for skill, minutes in demand.skill_minutes.items():
        yield minutes, Q(kind=PoolKind.SKILL_DAY, subject=skill)
    yield demand.minutes, Q(kind=PoolKind.SHOP_DAY)


def _starts_of_day(rules: Rules, day: date, loaded: Mapping[date, _Day]) -> Iterator[Start]:
    pools, demand, calendar = loaded[day], rules.demand, rules.calendar
    if not calendar.is_open(day) or not all(key in pools.roomy for key in day_needs(demand, day)):
        return
    for start, advisors in _advisors_by_start(pools).items():
        ready = ready_at(start, day, demand, calendar, timedelta(minutes=rules.dealership.queue_minutes))
        if ready is None:
            continue
        departure = None
        if demand.transport in BY_DEPARTURE:
            departure = min((when for when in pools.departures if when >= start + CHECK_IN), default=None)
            if departure is None:
                continue
        stay = stay_of(day, ready, calendar) if demand.transport in BY_DAY else ()
        needs = transport_needs(demand, day, departure, stay)
        if all(key.local_date in loaded and key in loaded[key.local_date].roomy for key in needs):
            yield Start(start, ready, advisors, departure)


def _advisors_by_start(pools: _Day) -> dict[datetime, tuple[int, ...]]:
    """Who can check a vehicle in at each start, in order of time; the fewest customers that day first."""
    in_turn = sorted(pools.busy, key=lambda who: (pools.busy[who], int(who)))
    by_start = {}
    for start in sorted(pools.cells):
        free = set(pools.cells[start])
        if advisors := tuple(int(who) for who in in_turn if who in free):
            by_start[start] = advisors
    return by_start
