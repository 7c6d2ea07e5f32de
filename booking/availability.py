"""Which starts are open for a demand, and when the vehicle would be ready. Calculates, never writes.

A start is open when no rule refuses it (booking.conditions), an advisor can check the vehicle in, and every pool
that the work and the transport draw on has room (docs/decisions/0003-capacity.md). One query for a range of days,
whatever their number; the same needs are claimed when the start is booked, so what is shown and what is taken
cannot follow different rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from booking.conditions import Asking, refuse_day, refuse_start, refuse_stay
from booking.menu import Demand
from booking.models import Appointment, CapacityClaim, Hold, PoolKind, Transport
from booking.needs import BY_DAY, BY_DEPARTURE, half_hour, limited_needs, part_of, stay_of
from booking.pool_query import Reading, read_pools
from booking.ready import CHECK_IN, ready_at
from booking.rulebook import Rulebook, rulebook_of
from dealerships.calendar import Calendar
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
    """Everything that decides, read once: the dealership, what is asked, and what counts otherwise than it stands.

    `credit` is what the asker already holds, by pool id: moving to a start may use it again. The pools `without`
    count as closed. With `parts` of the day (booking.needs), only starts in them.
    """

    dealership: Dealership
    asking: Asking
    credit: Mapping[int, int] = field(default_factory=dict)
    without: Collection[int] = ()
    parts: Collection[str] = ()

    @property
    def demand(self) -> Demand:
        return self.asking.demand

    @property
    def calendar(self) -> Calendar:
        return self.asking.book.calendar


# (kind, subject, moment or None) of one day
Key = tuple[int, str, datetime | None]


@dataclass(slots=True)
class _Day:
    """The pools of one day: those that must have room and do, those that limit and are full."""

    roomy: set[Key] = field(default_factory=set)
    full: set[Key] = field(default_factory=set)
    loads: dict[str, int] = field(default_factory=dict)  # advisors with room: share of their day taken
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
    without: Collection[int] = (),
    parts: Collection[str] = (),
    book: Rulebook | None = None,
) -> Availability:
    """The open starts of `days` local days from `first_day` on.

    `owner` is the hold or appointment that asks to move. `notice` is off for staff, whom the rules for customers do
    not bind. `find_first` also looks beyond the range for the first open start. `without` are ids of pools that
    count as closed. Of the day's `parts` (am, pm, eve) only these are wanted; none means any. `book` is the rulebook
    when it was just asked for. Queries: rules 1 without it (2 after a change of them), owner's claims 0 or 1, pools
    1, and up to 2 for a first start beyond the range.
    """
    today = clock.local(now, dealership.zone).date()
    last_possible = today + timedelta(days=dealership.horizon_days)
    asking = ask(dealership, demand, now, notice=notice, book=book)
    rules = Rules(dealership, asking, _credit(owner), without, parts)
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
    owner: Hold | Appointment | None = None,
    without: Collection[int] = (),
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
        owner=owner,
        without=without,
    )
    starts = [start for starts in found.days.values() for start in starts] or (
        [found.first] if found.first else []
    )
    closest = sorted(starts, key=lambda start: abs(start.starts_at - wanted))[:count]
    return sorted(closest, key=lambda start: start.starts_at)


def ask(
    dealership: Dealership, demand: Demand, now: datetime, *, notice: bool, book: Rulebook | None = None
) -> Asking:
    """The demand beside the rules as they are now. One query, two after a change of them; none with `book`."""
    standard = timedelta(minutes=dealership.notice_minutes)
    return Asking(book or rulebook_of(dealership), demand, now, dealership.zone, standard, notice)


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
    reading = Reading(
        rules.dealership.pk,
        rules.demand,
        first_day,
        last_day,
        _last_ready(rules, first_day, last_day),
        rules.asking.earliest,
        rules.credit,
        rules.without,
    )
    with connection.cursor() as cursor:
        for kind, limits, local_date, starts_at, subjects, loads in read_pools(cursor, reading):
            day = days.setdefault(local_date, _Day())
            if kind == PoolKind.ADVISOR_CELL and starts_at:
                day.cells[starts_at] = subjects
                continue
            keys = ((kind, subject, starts_at) for subject in subjects)
            (day.full if limits else day.roomy).update(keys)
            if kind == PoolKind.ADVISOR_DAY:
                day.loads = dict(zip(subjects, loads, strict=True))
            elif kind == PoolKind.TRANSPORT and starts_at is not None:
                day.departures.append(starts_at)
    return days


def _last_ready(rules: Rules, first_day: date, last_day: date) -> date:
    """The local day on which a vehicle is ready that comes in at closing of the last open day of the range."""
    calendar = rules.calendar
    wanted = clock.local_days(first_day, (last_day - first_day).days + 1)
    day = next((one for one in reversed(wanted) if calendar.is_open(one)), None)
    if day is None:
        return last_day
    queue = queue_of(rules.asking, rules.dealership)
    ready = ready_at(calendar.closes(day), day, rules.demand, calendar, queue)
    return max(last_day, clock.local(ready, calendar.zone).date()) if ready else last_day


def _starts_of_day(rules: Rules, day: date, loaded: Mapping[date, _Day]) -> Iterator[Start]:
    pools, demand, asking = loaded[day], rules.demand, rules.asking
    if refuse_day(asking, day) or not _day_has_room(demand, pools):
        return
    queue = queue_of(asking, rules.dealership)
    some_are_full = any(one.full for one in loaded.values())
    # Of two starts in one part of the day that are ready in the same half hour, the limits are the same.
    limited: dict[object, bool] = {}
    for start, advisors in _advisors_by_start(pools, day).items():
        wall = clock.local(start, rules.calendar.zone).time()
        if (rules.parts and part_of(wall) not in rules.parts) or refuse_start(asking, day, wall):
            continue
        ready = ready_at(start, day, demand, rules.calendar, queue)
        if ready is None or refuse_stay(asking, start, ready):
            continue
        found = Start(start, ready, advisors, _departure(demand, pools, start))
        if some_are_full:
            waits = start if demand.transport == Transport.WAIT else None
            like = (part_of(wall), half_hour(ready), waits)
            if like not in limited:
                limited[like] = _is_limited(demand, found, rules, loaded)
            if limited[like]:
                continue
        if _transport_has_room(rules, found, day, loaded):
            yield found


def queue_of(asking: Asking, dealership: Dealership) -> timedelta:
    """How long the vehicle waits for a technician: by the dealership's own record of this work, else its setting."""
    known = [
        asking.book.queues[skill] for skill in asking.demand.skill_minutes if skill in asking.book.queues
    ]
    return timedelta(minutes=max(known, default=dealership.queue_minutes))


def _day_has_room(demand: Demand, pools: _Day) -> bool:
    if (PoolKind.SHOP_DAY, "", None) not in pools.roomy:
        return False
    if any((PoolKind.SKILL_DAY, skill, None) not in pools.roomy for skill in demand.skill_minutes):
        return False
    return (PoolKind.CHANNEL_DAY, demand.channel, None) not in pools.full


def _departure(demand: Demand, pools: _Day, start: datetime) -> datetime | None:
    """The first shuttle with a seat after the check-in."""
    if demand.transport not in BY_DEPARTURE:
        return None
    return min((when for when in pools.departures if when >= start + CHECK_IN), default=None)


def _transport_has_room(rules: Rules, start: Start, day: date, loaded: Mapping[date, _Day]) -> bool:
    transport = rules.demand.transport
    if transport in BY_DEPARTURE:
        return start.departure is not None
    if transport not in BY_DAY:
        return True
    key = (PoolKind.TRANSPORT, transport, None)
    stay = stay_of(day, start.ready_at, rules.calendar)
    return all(out in loaded and key in loaded[out].roomy for out in stay)


def _is_limited(demand: Demand, start: Start, rules: Rules, loaded: Mapping[date, _Day]) -> bool:
    """Whether a pool that need not exist does, and is full: service group, waiters, cars handed back."""
    needs = limited_needs(demand, start.starts_at, start.ready_at, rules.calendar.zone)
    return any(
        key.local_date in loaded and (key.kind, key.subject, key.starts_at) in loaded[key.local_date].full
        for key in needs
    )


def _advisors_by_start(pools: _Day, day: date) -> dict[datetime, tuple[int, ...]]:
    """Who can check a vehicle in at each start, in order of time; whose day is least taken first.

    Of two alike another one is first each day.
    """
    turns = len(pools.loads) or 1
    in_turn = sorted(
        pools.loads, key=lambda who: (pools.loads[who], (int(who) + day.toordinal()) % turns, who)
    )
    by_start = {}
    for start in sorted(pools.cells):
        free = set(pools.cells[start])
        if advisors := tuple(int(who) for who in in_turn if who in free):
            by_start[start] = advisors
    return by_start
