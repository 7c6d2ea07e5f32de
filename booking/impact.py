"""What a change of the rules would do to pools and visits, measured before it is made. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from booking.blueprint import wanted_pools
from booking.inputs import Inputs
from booking.models import UPCOMING, WITHOUT_POOL_UNLIMITED, CapacityPool, PoolKind
from booking.needs import PoolKey
from booking.outlines import limited_needs_of
from booking.overrides import Pools
from booking.stranded import PoolCause, Stranding, broken_promises, strandings, visits_in
from booking.targets import Row, target
from dealerships.models import Dealership
from lib import clock


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a change does to the pools of one kind and subject on one day: units, None for no limit.

    `was` and `will` are sums over the open pools (quarter hours, departures) of that day; 0 is closed.
    """

    day: date
    kind: int
    subject: str
    was: int | None
    will: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change would do. `stranded`: the visits that are fine now and would not be any more, in order of time.

    `closed_pools` are the ids of the pools that would be closed or full on the days that change, for
    find_availability(without=…); `closed_keys` name them all, also those that the change would make.
    """

    stranded: tuple[Stranding, ...]
    closed_pools: frozenset[int]
    closed_keys: frozenset[PoolKey]
    gauges: tuple[Gauge, ...]


def measure(
    dealership: Dealership, before: Inputs, after: Inputs, now: datetime, *, honour: bool = False
) -> Impact:
    """What going from one set of rules to the other does; no pool is locked. At most nine queries.

    Called while the changed rules are in force, so that what belongs to a group is what will.
    """
    first, last = min(before.first, after.first), max(before.last, after.last)
    days = {
        day: (was, will)
        for day in clock.local_days(first, (last - first).days + 1)
        if (was := wanted_pools(before, day, now)) != (will := wanted_pools(after, day, now))
    }
    rows = list(_rows(after.dealership, days))
    causes, closed = _judge(rows, days, honour=honour)
    made = _not_made_yet(rows, days)
    visits = visits_in(causes)
    for visit, cause in _in_what_is_made(dealership, made):
        visits.setdefault(visit, []).append(cause)
    if not honour:
        for visit, cause in _broken_by(dealership, before, after):
            visits.setdefault(visit, []).append(cause)
    return Impact(
        stranded=tuple(strandings(visits)),
        closed_pools=frozenset(row.pk for row in closed),
        closed_keys=frozenset({*(row.key for row in closed), *_shut(made)}),
        gauges=tuple(_gauges(rows, days)),
    )


Days = Mapping[date, tuple[Pools, Pools]]


def _rows(dealership: int, days: Days) -> Iterator[Row]:
    pools = CapacityPool.objects.filter(dealership=dealership, local_date__in=list(days))
    return (Row(*row) for row in pools.values_list("pk", *Row._fields[1:]))


def _judge(rows: list[Row], days: Days, *, honour: bool) -> tuple[dict[int, PoolCause], list[Row]]:
    """The pools that would strand who is in them and do not now, by id; and all that would be closed or full."""
    causes: dict[int, PoolCause] = {}
    closed: list[Row] = []
    for row in rows:
        state = target(row, days[row.local_date][1].get(row.key), honour=honour)
        if state.closed or (state.cap is not None and row.used >= state.cap + row.override):
            closed.append(row)
        if row.used and state.strands(row.kind) and not row.state.strands(row.kind):
            causes[row.pk] = PoolCause(
                row.pk,
                row.kind,
                row.subject,
                row.local_date,
                row.starts_at,
                state.closed,
                state.limit,
                row.used,
            )
    return causes, closed


def _not_made_yet(rows: list[Row], days: Days) -> Pools:
    """The pools that the change would make of the kinds that were without limit: visits are in them already."""
    known = {row.key for row in rows}
    return {
        key: wanted
        for _was, will in days.values()
        for key, wanted in will.items()
        if key.kind in WITHOUT_POOL_UNLIMITED and key not in known
    }


def _broken_by(dealership: Dealership, before: Inputs, after: Inputs) -> Iterator[tuple[int, PoolCause]]:
    """The visits whose vehicle would be ready when nobody is there any more, and is not so now."""
    was, will = (inputs.snow.calendar if inputs.snow else inputs.calendar for inputs in (before, after))
    if (was.hours, was.closed, was.special) == (will.hours, will.closed, will.special):
        return
    first, last = after.first, after.last
    already = {visit for visit, _cause in broken_promises(dealership, was, first, last)}
    for visit, cause in broken_promises(dealership, will, first, last):
        if visit not in already:
            yield visit, cause


def _shut(pools: Pools) -> Iterator[PoolKey]:
    return (key for key, wanted in pools.items() if wanted.closed or wanted.cap == 0)


def _in_what_is_made(dealership: Dealership, made: Pools) -> Iterator[tuple[int, PoolCause]]:
    """(visit's id, cause) for every upcoming visit that would be in a closed or overfull new pool."""
    limits = {
        key: wanted
        for key, wanted in made.items()
        if key.kind != PoolKind.CHANNEL_DAY
        and not wanted.honoured
        and (wanted.closed or wanted.cap is not None)
    }
    if not limits:
        return
    days = [key.local_date for key in limits]
    used: dict[PoolKey, int] = {}
    upcoming: list[tuple[int, PoolKey]] = []
    for visit, needs in limited_needs_of(dealership, min(days), max(days)):
        for key in needs.keys() & limits.keys():
            used[key] = used.get(key, 0) + needs[key]
            if visit.status in UPCOMING:
                upcoming.append((visit.pk, key))
    for pk, key in upcoming:
        cap, closed = limits[key].cap, limits[key].closed
        if closed or (cap is not None and used[key] > cap):
            yield (
                pk,
                PoolCause(None, key.kind, key.subject, key.local_date, key.starts_at, closed, cap, used[key]),
            )


def _gauges(rows: list[Row], days: Days) -> Iterator[Gauge]:
    """What differs, by day, kind and subject."""
    used: dict[tuple[date, int, str], int] = {}
    for row in rows:
        name = (row.local_date, row.kind, row.subject)
        used[name] = used.get(name, 0) + row.used
    for day, (was, will) in days.items():
        differ = {
            (key.kind, key.subject) for key in was.keys() | will.keys() if was.get(key) != will.get(key)
        }
        for kind, subject in sorted(differ):
            yield Gauge(
                day,
                kind,
                subject,
                _sum(was, kind, subject),
                _sum(will, kind, subject),
                used.get((day, kind, subject), 0),
            )


def _sum(pools: Pools, kind: int, subject: str) -> int | None:
    mine = [wanted for key, wanted in pools.items() if (key.kind, key.subject) == (kind, subject)]
    if not mine:
        return None if PoolKind(kind) in WITHOUT_POOL_UNLIMITED else 0
    caps = [wanted.cap for wanted in mine if not wanted.closed]
    return None if None in caps else sum(cap for cap in caps if cap is not None)
