"""Whether one asked-for start may be taken, and which of the dealership's pools it draws on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from booking.availability import Start, find_availability, nearest_starts
from booking.errors import SlotTaken, StartRefused
from booking.menu import Demand
from booking.models import Appointment, CapacityPool, Hold, PoolKind
from booking.needs import BY_DAY, PoolKey, advisor_needs, day_needs, stay_of, transport_needs
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from lib import clock


def require_start(
    dealership: Dealership,
    demand: Demand,
    wanted: datetime,
    *,
    now: datetime,
    owner: Hold | Appointment | None = None,
    notice: bool = True,
) -> Start:
    """The open start at `wanted`.

    Raises StartRefused when it is never offered, SlotTaken with alternatives when it has no room now.
    """
    day = clock.local(wanted, dealership.zone).date()
    _refuse_impossible_days(dealership, day, wanted, now)
    found = find_availability(
        dealership, demand, first_day=day, days=1, now=now, owner=owner, notice=notice, find_first=False
    )
    start = next((start for start in found.days[day] if start.starts_at == wanted), None)
    if start:
        return start
    _refuse_what_is_not_offered(dealership, demand, day, wanted)
    raise SlotTaken(nearest_starts(dealership, demand, wanted, now=now, notice=notice))


def pools_of(dealership: Dealership, demand: Demand, start: Start, advisor: int) -> dict[int, int]:
    """{pool id: units} that taking `start` with `advisor` claims. One query, two for a courtesy car.

    Raises StartRefused when one of the pools does not exist: the day was never opened.
    """
    day = clock.local(start.starts_at, dealership.zone).date()
    stay: list[date] = []
    if demand.transport in BY_DAY:
        last = clock.local(start.ready_at, dealership.zone).date()
        stay = stay_of(day, start.ready_at, load_calendar(dealership, day, last))
    needs: dict[PoolKey, int] = {
        **advisor_needs(advisor, day, start.starts_at),
        **transport_needs(demand, day, start.departure, stay),
        **day_needs(demand, day),
    }
    found = _find_pools(dealership, needs)
    if len(found) != len(needs):
        raise StartRefused(_("That day is not open for booking."), code="closed")
    return {found[key]: units for key, units in needs.items()}


def _find_pools(dealership: Dealership, needs: Mapping[PoolKey, int]) -> dict[PoolKey, int]:
    wanted = Q()
    for key in needs:
        wanted |= Q(kind=key.kind, subject=key.subject, local_date=key.local_date, starts_at=key.starts_at)
    rows = CapacityPool.objects.filter(wanted, dealership=dealership).values_list(
        "pk", "kind", "subject", "local_date", "starts_at"
    )
    return {PoolKey(kind, subject, day, starts_at): pk for pk, kind, subject, day, starts_at in rows}


def _refuse_impossible_days(dealership: Dealership, day: date, wanted: datetime, now: datetime) -> None:
    if wanted < now - timedelta(minutes=15):
        raise StartRefused(_("That time is in the past. Please choose another one."), code="past")
    today = clock.local(now, dealership.zone).date()
    if day > today + timedelta(days=dealership.horizon_days):
        raise StartRefused(_("That day is not open for booking yet."), code="too_far")


def _refuse_what_is_not_offered(dealership: Dealership, demand: Demand, day: date, wanted: datetime) -> None:
    cells = CapacityPool.objects.filter(
        dealership=dealership, kind=PoolKind.ADVISOR_CELL, local_date=day, starts_at=wanted
    )
    if demand.advisor is not None:
        cells = cells.filter(subject=str(demand.advisor))
    if not load_calendar(dealership, day, day).is_open(day):
        raise StartRefused(_("We are closed that day. Please choose another one."), code="closed")
    if not cells.exists():
        raise StartRefused(
            _("That time is not offered. Please choose one from the list."), code="not_offered"
        )
