"""What a start of a demand runs into, rule by rule and cap by cap. Calculates on pools in memory, never writes.

The same rules (booking.conditions) and the same needs (booking.needs) as booking.availability, which asks the
database for what has room: here everything is looked at, also what does not close the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.conditions import Asking, refuse_day, refuse_start, refuse_stay
from booking.models import PoolKind
from booking.needs import (
    BY_DAY,
    BY_DEPARTURE,
    PoolKey,
    day_needs,
    limited_needs,
    stay_of,
    transport_needs,
)
from booking.ready import CHECK_IN, ready_at
from booking.why_pools import Pool, Pools
from lib import clock

# As people ask: can somebody take the car in, is there a way to get on, can the work be done, may they book it.
ORDER = (
    PoolKind.ADVISOR_CELL,
    PoolKind.ADVISOR_DAY,
    PoolKind.WAITERS,
    PoolKind.TRANSPORT,
    PoolKind.SERVICE_GROUP,
    PoolKind.SKILL_DAY,
    PoolKind.CHANNEL_DAY,
    PoolKind.SHOP_DAY,
    PoolKind.HAND_BACK,
)
PAST, NOBODY, NO_DEPARTURE, NOT_READY = "past", "nobody_checks_in", "no_departure", "not_ready"


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit that the start draws on, as it stands; minutes for skills and shop, else people, cars or jobs.

    `subject` is "" where several advisors are taken together. `most` None is no limit. `closed` is by hand or by
    absence, `missing` that the day has no such pool though it must have one. `lift` is the pool that one would raise.
    """

    kind: int
    subject: str
    day: date
    at: datetime | None
    used: int
    most: int | None
    needed: int
    closes: bool
    closed: bool
    missing: bool
    short_by: int
    lift: PoolKey


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about one start: codes of the rules that refuse it, and its caps, in the order of ORDER."""

    starts_at: datetime
    ready_at: datetime | None
    rules: tuple[str, ...]
    caps: tuple[Cap, ...]

    @property
    def is_open(self) -> bool:
        return not self.rules and not any(cap.closes for cap in self.caps)

    @property
    def binding(self) -> Cap | None:
        """The first cap that closes it, whatever the rules say."""
        return next((cap for cap in self.caps if cap.closes), None)


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what, how long a vehicle waits for its technician, and how far ahead the dealership books."""

    asking: Asking
    queue: timedelta
    horizon_days: int


def look_at(question: Question, pools: Pools, start: datetime) -> Look:
    """What `start` runs into; open exactly when booking.availability offers it."""
    asking = question.asking
    demand, calendar = asking.demand, asking.book.calendar
    day = clock.local(start, asking.zone).date()
    if not calendar.is_open(day):
        return Look(start, None, ("closed",), ())
    ready = ready_at(start, day, demand, calendar, question.queue)
    who = [
        advisor
        for advisor in pools.cells.get(day, {}).get(start, ())
        if demand.advisor is None or advisor == str(demand.advisor)
    ]
    departures = pools.departures(day, demand.transport, start + CHECK_IN)
    rules = [*_refused(question, day, start), *([] if who else [NOBODY])]
    rules.append(NOT_READY if ready is None else refuse_stay(asking, start, ready))
    if demand.transport in BY_DEPARTURE and not departures:
        rules.append(NO_DEPARTURE)
    caps = [
        *_advisor_caps(pools, who, day, start),
        *_departure_caps(demand.transport, departures),
        *_needed_caps(asking, pools, day, start, ready),
    ]
    caps.sort(key=lambda cap: (ORDER.index(PoolKind(cap.kind)), not cap.closes))
    return Look(start, ready, tuple(dict.fromkeys(code for code in rules if code)), tuple(caps))


def looks_of_day(question: Question, pools: Pools, day: date) -> list[Look]:
    """What each start of `day` runs into: the quarter hours in which somebody checks in."""
    return [look_at(question, pools, start) for start in pools.starts(day, question.asking.demand.advisor)]


def _refused(question: Question, day: date, start: datetime) -> Iterator[str]:
    """Rules that refuse the start whatever room there is; empty texts among them."""
    asking = question.asking
    if start < asking.now - CHECK_IN:
        yield PAST
        return
    if day > clock.local(asking.now, asking.zone).date() + timedelta(days=question.horizon_days):
        yield "too_far"
    yield refuse_day(asking, day)
    if start < asking.earliest:
        yield "too_soon"
    yield refuse_start(asking, day, clock.local(start, asking.zone).time())


def _advisor_caps(pools: Pools, who: Sequence[str], day: date, start: datetime) -> Iterator[Cap]:
    """One check-in, and one customer more for an advisor who can do it."""
    if not who:
        return
    cells = [(one, pools.by_key[PoolKey(PoolKind.ADVISOR_CELL, one, day, start)]) for one in who]
    days = {one: pools.get(PoolKey(PoolKind.ADVISOR_DAY, one, day)) for one in who}
    free = [one for one, cell in cells if cell.fits(1)]
    # Whose day has room goes first when a cell is to be lifted, who is there before who is away.
    lift = min(cells, key=lambda pair: (not _fits(days[pair[0]]), pair[1].closed))[1]
    taken = [cell for _one, cell in cells]
    yield _together(PoolKind.ADVISOR_CELL, who[0] if len(who) == 1 else "", taken, lift)
    asked = free or who
    there = [pool for one in asked if (pool := days[one])]
    if there:
        emptiest = min(there, key=lambda pool: (pool.closed, pool.used))
        yield _together(PoolKind.ADVISOR_DAY, asked[0] if len(asked) == 1 else "", there, emptiest)
    else:
        yield _missing(PoolKey(PoolKind.ADVISOR_DAY, asked[0], day), 1)


def _together(kind: int, subject: str, pools: Sequence[Pool], lift: Pool) -> Cap:
    """Pools of which one must have room for one."""
    counted = [pool for pool in pools if not pool.closed] or pools
    limits = [pool.most for pool in counted]
    return Cap(
        kind=kind,
        subject=subject,
        day=lift.key.local_date,
        at=lift.key.starts_at,
        used=sum(pool.used for pool in counted),
        most=None if None in limits else sum(most for most in limits if most is not None),
        needed=1,
        closes=not any(pool.fits(1) for pool in pools),
        closed=all(pool.closed for pool in pools),
        missing=False,
        short_by=lift.short_of(1),
        lift=lift.key,
    )


def _departure_caps(transport: str, departures: Sequence[Pool]) -> Iterator[Cap]:
    """The first departure with a seat, else the first one after the check-in."""
    if transport in BY_DEPARTURE and departures:
        yield _cap(next((pool for pool in departures if pool.fits(1)), departures[0]), 1)


def _needed_caps(
    asking: Asking, pools: Pools, day: date, start: datetime, ready: datetime | None
) -> Iterator[Cap]:
    """What the work, the courtesy car, the waiting room and the channel draw on."""
    demand = asking.demand
    needs = dict(day_needs(demand, day))
    if ready is not None and demand.transport in BY_DAY:
        needs.update(transport_needs(demand, day, None, stay_of(day, ready, asking.book.calendar)))
    for key, units in needs.items():
        pool = pools.get(key)
        yield _cap(pool, units) if pool else _missing(key, units)
    # Without a ready time only what does not depend on it can be looked at.
    limits = limited_needs(demand, start, ready or start, asking.zone)
    for key, units in limits.items():
        pool = pools.get(key)
        if pool and (ready is not None or key.kind != PoolKind.HAND_BACK):
            yield _cap(pool, units)


def _cap(pool: Pool, units: int) -> Cap:
    key, closes = pool.key, not pool.fits(units)
    return Cap(
        key.kind, key.subject, key.local_date, key.starts_at, pool.used, pool.most, units, closes, pool.closed,
        missing=False, short_by=pool.short_of(units), lift=key,
    )  # fmt: skip


def _missing(key: PoolKey, units: int) -> Cap:
    return Cap(
        key.kind, key.subject, key.local_date, key.starts_at, 0, 0, units, closes=True, closed=False, missing=True,
        short_by=units, lift=key,
    )  # fmt: skip


def _fits(pool: Pool | None) -> bool:
    return pool is not None and pool.fits(1)
