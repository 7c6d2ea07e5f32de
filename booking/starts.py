"""Whether one asked-for start may be taken, and which of the dealership's pools it draws on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from booking.availability import Start, ask, find_availability, nearest_starts
from booking.conditions import SENTENCES, Asking, refuse_day, refuse_start
from booking.errors import SlotTaken, StartRefused
from booking.menu import Demand
from booking.models import Appointment, CapacityPool, Hold, PoolKind
from booking.needs import BY_DAY, PoolKey, advisor_needs, day_needs, limited_needs, stay_of, transport_needs
from booking.rulebook import rulebook_of
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
    code = _rule_against(ask(dealership, demand, now, notice=notice), day, wanted)
    if code in ("closed", "too_far"):
        raise StartRefused(SENTENCES[code], code=code)
    _refuse_what_is_not_offered(dealership, demand, day, wanted)
    near = nearest_starts(dealership, demand, wanted, now=now, notice=notice)
    raise SlotTaken(near, sentence=SENTENCES.get(code))


def pools_of(dealership: Dealership, demand: Demand, start: Start, advisor: int) -> dict[int, int]:
    """{pool id: units} that taking `start` with `advisor` claims. One query, two for a courtesy car.

    Raises StartRefused when a pool that must exist does not: the day was never opened.
    """
    needs, limits = needs_of(dealership, demand, start, advisor)
    found = find_pools(dealership, [*needs, *limits])
    if any(key not in found for key in needs):
        raise StartRefused(_("That day is not open for booking."), code="closed")
    return {pool: (needs.get(key) or limits[key]) for key, pool in found.items()}


def needs_of(
    dealership: Dealership, demand: Demand, start: Start, advisor: int
) -> tuple[dict[PoolKey, int], Mapping[PoolKey, int]]:
    """Units by pool: of the pools that must exist, and of those that limit where they do."""
    day = clock.local(start.starts_at, dealership.zone).date()
    stay: list[date] = []
    if demand.transport in BY_DAY:
        stay = stay_of(day, start.ready_at, rulebook_of(dealership).calendar)
    needs: dict[PoolKey, int] = {
        **advisor_needs(advisor, day, start.starts_at),
        **transport_needs(demand, day, start.departure, stay),
        **day_needs(demand, day),
    }
    return needs, limited_needs(demand, start.starts_at, start.ready_at, dealership.zone)


FIND = """
SELECT p.id, p.kind, p.subject, p.local_date, p.starts_at
FROM unnest(%(kinds)s::smallint[], %(subjects)s::text[], %(days)s::date[], %(starts)s::timestamptz[])
    AS key(kind, subject, day, starts_at)
JOIN booking_capacitypool p
    ON p.dealership_id = %(dealership)s AND p.local_date = key.day AND p.kind = key.kind
    AND p.subject = key.subject AND p.starts_at IS NOT DISTINCT FROM key.starts_at
"""


def find_pools(dealership: Dealership, keys: Collection[PoolKey]) -> dict[PoolKey, int]:
    """The ids of those of the pools that exist. One query."""
    wanted: dict[str, Any] = {
        "dealership": dealership.pk,
        "kinds": [key.kind for key in keys],
        "subjects": [key.subject for key in keys],
        "days": [key.local_date for key in keys],
        "starts": [key.starts_at for key in keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, wanted)
        return {PoolKey(kind, subject, day, at): pk for pk, kind, subject, day, at in cursor.fetchall()}


def _refuse_impossible_days(dealership: Dealership, day: date, wanted: datetime, now: datetime) -> None:
    if wanted < now - timedelta(minutes=15):
        raise StartRefused(_("That time is in the past. Please choose another one."), code="past")
    today = clock.local(now, dealership.zone).date()
    if day > today + timedelta(days=dealership.horizon_days):
        raise StartRefused(_("That day is not open for booking yet."), code="too_far")


def _rule_against(asking: Asking, day: date, wanted: datetime) -> str:
    """The rule that no room would change, as a code; empty when there is none."""
    code = refuse_day(asking, day) or refuse_start(asking, day, clock.local(wanted, asking.zone).time())
    return code or ("too_soon" if wanted < asking.earliest else "")


def _refuse_what_is_not_offered(dealership: Dealership, demand: Demand, day: date, wanted: datetime) -> None:
    cells = CapacityPool.objects.filter(
        dealership=dealership, kind=PoolKind.ADVISOR_CELL, local_date=day, starts_at=wanted
    )
    if demand.advisor is not None:
        cells = cells.filter(subject=str(demand.advisor))
    if not cells.exists():
        raise StartRefused(
            _("That time is not offered. Please choose one from the list."), code="not_offered"
        )
