"""The pools of one day, made and changed in one short transaction.

It locks only the pools that change, in the order in which bookings lock theirs, and writes nothing once the rules
are not those any more that it was calculated from.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from booking.actions.retry import retried
from booking.inputs import Inputs
from booking.models import WITHOUT_POOL_UNLIMITED, CapacityPool
from booking.needs import PoolKey
from booking.overrides import Pools
from booking.targets import Row, State, is_as_wanted, target

# Further apart than any two days of the calendar: one dealership's days are never another's lock.
DAYS_APART = 10_000_000

# `serve(day)` gives what has just become free to whoever waits for it, before anybody else can see it.
Serve = Callable[[date], None]


class RulesChangedError(Exception):
    """The rules are not those any more that the pools are being made from."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day lacks: the pools to make, and the ids of those that differ from what is wanted.

    `late` says that a limit is made where there was none, on a day that may have visits: a booking that is under
    way has not seen it.
    """

    day: date
    wanted: Pools
    missing: Pools
    stale: tuple[int, ...]
    late: bool
    untouched: bool  # the day has no pool at all yet

    @property
    def is_needed(self) -> bool:
        return bool(self.missing or self.stale)


def plan_day(day: date, wanted: Pools, rows: Iterable[Row], *, honour: bool) -> DayPlan:
    """Compare what is wanted with the rows that there are; nothing is locked."""
    known: set[PoolKey] = set()
    stale: list[int] = []
    for row in rows:
        key = row.key
        known.add(key)
        pool = wanted.get(key)
        if not is_as_wanted(row, pool) and target(row, pool, honour=honour) != row.state:
            stale.append(row.pk)
    missing = {key: pool for key, pool in wanted.items() if key not in known}
    late = bool(known) and any(key.kind in WITHOUT_POOL_UNLIMITED for key in missing)
    return DayPlan(day, wanted, missing, tuple(stale), late, untouched=not known)


@retried
def refresh_day(
    inputs: Inputs, plan: DayPlan, *, honour: bool = False, serve: Serve | None = None
) -> tuple[int, int]:
    """Carry the plan out; how many pools were made and changed. Raises RulesChangedError, Busy.

    With `serve`, every pool of the day is locked first, and it runs before anybody else can see what is new.
    """
    with transaction.atomic():
        _take_turn(inputs, plan.day)
        pools = CapacityPool.objects.filter(dealership=inputs.dealership, local_date=plan.day)
        if serve is None:
            pools = pools.filter(pk__in=plan.stale)
        changed = _change(
            read_rows(pools.order_by("kind", "pk").select_for_update(no_key=True)), plan, honour=honour
        )
        made = _make(plan.missing, inputs.dealership)
        if serve:
            serve(plan.day)
        return made, changed


@retried
def make_days(inputs: Inputs, plans: Collection[DayPlan]) -> int:
    """Make the pools of days that have none yet, in one transaction; how many. Raises RulesChangedError, Busy.

    Nobody can hold a pool of such a day, so that taking the turns of several, in their order, keeps no booking waiting.
    """
    with transaction.atomic():
        for plan in plans:
            _take_turn(inputs, plan.day)
        return _make({key: pool for plan in plans for key, pool in plan.missing.items()}, inputs.dealership)


def wait_for_writers(inputs: Inputs) -> None:
    """Wait until nobody is in the middle of a day by rules older than these: what is read after it stays so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [inputs.dealership * DAYS_APART])


def read_rows(pools: Any) -> list[Row]:
    """The pools of a queryset as rows."""
    return [Row(*row) for row in pools.values_list("pk", *Row._fields[1:])]


TAKE_TURN = """
SELECT set_config('lock_timeout', '2s', true), pg_advisory_xact_lock_shared(%(dealership)s),
       pg_advisory_xact_lock(%(day)s)
"""


def _take_turn(inputs: Inputs, day: date) -> None:
    """Wait for another refresher of this day, then see whether the rules are still the same."""
    mine = inputs.dealership * DAYS_APART
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, {"dealership": mine, "day": mine + day.toordinal()})
        # A statement of its own: it must see what was committed while the lock was waited for.
        cursor.execute("SELECT rules_version FROM dealerships_dealership WHERE id = %s", [inputs.dealership])
        if cursor.fetchone() != (inputs.version,):
            raise RulesChangedError


CHANGE = """
UPDATE booking_capacitypool SET cap = new.cap, wanted_cap = new.wanted_cap, closed = new.closed,
    honoured = new.honoured
FROM unnest(%(ids)s::bigint[], %(caps)s::int[], %(wanted)s::int[], %(closed)s::bool[], %(honoured)s::bool[])
    AS new (id, cap, wanted_cap, closed, honoured)
WHERE booking_capacitypool.id = new.id
"""


def _change(locked: list[Row], plan: DayPlan, *, honour: bool) -> int:
    """Look at these pools again, now that they are locked, and update those that differ; how many did."""
    changes: list[tuple[int, State]] = []
    for row in locked:
        state = target(row, plan.wanted.get(row.key), honour=honour)
        if state != row.state:
            changes.append((row.pk, state))
    if changes:
        columns: dict[str, Any] = {
            "ids": [pk for pk, _state in changes],
            "caps": [state.cap for _pk, state in changes],
            "wanted": [state.wanted_cap for _pk, state in changes],
            "closed": [state.closed for _pk, state in changes],
            "honoured": [state.honoured for _pk, state in changes],
        }
        with connection.cursor() as cursor:
            cursor.execute(CHANGE, columns)
    return len(changes)


MAKE = """
INSERT INTO booking_capacitypool
    (dealership_id, kind, subject, local_date, starts_at, cap, closed, honoured, used, override)
SELECT %(dealership)s, kind, subject, local_date, starts_at, cap, closed, honoured, 0, 0
FROM unnest(%(kinds)s::int[], %(subjects)s::text[], %(days)s::date[], %(starts)s::timestamptz[], %(caps)s::int[],
            %(closed)s::bool[], %(honoured)s::bool[])
    AS new (kind, subject, local_date, starts_at, cap, closed, honoured)
ON CONFLICT DO NOTHING
"""


def _make(missing: Pools, dealership: int) -> int:
    """Insert the pools; how many were."""
    if not missing:
        return 0
    columns: dict[str, Any] = {
        "kinds": [int(key.kind) for key in missing],
        "subjects": [str(key.subject) for key in missing],
        "days": [key.local_date for key in missing],
        "starts": [key.starts_at for key in missing],
        "caps": [wanted.cap for wanted in missing.values()],
        "closed": [wanted.closed for wanted in missing.values()],
        "honoured": [wanted.honoured for wanted in missing.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {"dealership": dealership, **columns})
        return int(cursor.rowcount)
