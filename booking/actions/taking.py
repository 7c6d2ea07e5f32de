"""Taking a start that others may want too: look, try, and look again when somebody was faster."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TypeVar

from booking.actions.claims import Full
from booking.actions.expiry import release_expired_holds
from booking.availability import Start, nearest_starts
from booking.errors import SlotTaken
from booking.menu import Demand
from booking.models import Appointment, CapacityPool, Hold
from booking.starts import pools_of, require_start
from dealerships.models import Dealership

T = TypeVar("T")

# Every advisor may be lost to somebody in turn; a dealership has fewer than this.
MOST_TRIES = 12


def take_start(
    dealership: Dealership,
    demand: Demand,
    wanted: datetime,
    take: Callable[[Start, int, dict[int, int]], T],
    *,
    now: datetime,
    owner: Hold | Appointment | None = None,
    prefer: int | None = None,
    notice: bool = True,
    within: date | None = None,
) -> T:
    """What `take(start, advisor, pools)` returns for the open start at `wanted`.

    `within` is the day whose pools the caller has locked: nothing of another day is taken or given back then, since
    others may hold that while they wait for this day. SlotTaken when the start would need it.

    `take` claims the pools in a transaction of its own and lets Full escape: then the next advisor is tried.
    `prefer` names the advisor to try first. Raises StartRefused, SlotTaken with alternatives.
    """
    for attempt in range(MOST_TRIES):
        start = _open_start(
            dealership, demand, wanted, now=now, owner=owner, notice=notice, release=within is None
        )
        in_turn = start.advisors
        if prefer is not None and attempt == 0 and prefer in in_turn:
            in_turn = (prefer,)
        advisor = in_turn[attempt % len(in_turn)]
        pools = pools_of(dealership, demand, start, advisor)
        if within and not _are_of(within, pools):
            break
        try:
            return take(start, advisor, pools)
        except Full:
            continue
    raise SlotTaken(nearest_starts(dealership, demand, wanted, now=now, notice=notice))


def _are_of(day: date, pools: Collection[int]) -> bool:
    """Whether every one of these pools is of that day."""
    return not CapacityPool.objects.filter(pk__in=pools).exclude(local_date=day).exists()


def _open_start(
    dealership: Dealership,
    demand: Demand,
    wanted: datetime,
    *,
    now: datetime,
    owner: Hold | Appointment | None,
    notice: bool,
    release: bool,
) -> Start:
    try:
        return require_start(dealership, demand, wanted, now=now, owner=owner, notice=notice)
    except SlotTaken:
        # What stands in the way may be holds that ran out while the sweeper was away.
        if not release or not release_expired_holds(dealership=dealership):
            raise
    return require_start(dealership, demand, wanted, now=now, owner=owner, notice=notice)
