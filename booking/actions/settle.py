"""Visits that were booked before a limit was made claim from it too, even beyond it.

Only the kinds that need not have a pool, and courtesy cars, whose stay may reach over a day that was opened later: a
visit can't be booked without the pools of the others. A hold is settled when it becomes a visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q

from booking.actions.claims import claim_beyond, claims_of
from booking.actions.retry import retried
from booking.demands import demand_of
from booking.menu import STAFF, WEB, Demand
from booking.models import (
    LIVE,
    WITHOUT_POOL_UNLIMITED,
    Appointment,
    CapacityClaim,
    CapacityPool,
    Hold,
    PoolKind,
)
from booking.needs import BY_DAY, PoolKey, limited_needs
from booking.outlines import limited_needs_of, live_visits, settled_needs
from booking.rulebook import rulebook_of
from booking.starts import find_pools
from dealerships.models import Dealership

Pools = Mapping[PoolKey, int]
SETTLED = Q(kind__in=WITHOUT_POOL_UNLIMITED) | Q(kind=PoolKind.TRANSPORT, subject__in=BY_DAY)


def settle_claims(dealership: Dealership, first: date, last: date) -> int:
    """Claim what the visits of these days lack of the pools that exist now; how many visits did.

    One query where nothing has a limit, a fixed number when all have what they need. Each visit is a transaction of its own,
    so that no pool is locked for long, and it is locked before its pools, as when it is moved.
    """
    pools = _pools(dealership, first, last)
    if not pools:
        return 0
    return sum(_settle(visit, pools) for visit in list(_lacking(dealership, first, last, pools)))


def limits_since(hold: Hold, visit: Appointment, demand: Demand) -> dict[int, int]:
    """{pool id: units} of the limits that were made since the hold: the visit that it becomes claims them too."""
    needs = limited_needs(demand, visit.starts_at, visit.ready_at, visit.zone)
    return _missing(visit, needs, find_pools(visit.dealership, list(needs)), set(claims_of(hold)))


def _pools(dealership: Dealership, first: date, last: date) -> dict[PoolKey, int]:
    rows = CapacityPool.objects.filter(SETTLED, dealership=dealership, local_date__range=(first, last))
    return {
        PoolKey(kind, subject, day, starts_at): pk
        for pk, kind, subject, day, starts_at in rows.values_list(
            "pk", "kind", "subject", "local_date", "starts_at"
        )
    }


def _lacking(dealership: Dealership, first: date, last: date, pools: Pools) -> Iterator[int]:
    """The ids of the visits that lack a claim, as far as can be seen without locking them."""
    claims = CapacityClaim.objects.filter(
        active=True,
        appointment__in=live_visits(dealership, first, last),
        pool__in=CapacityPool.objects.filter(SETTLED),
    )
    claimed: dict[int, set[int]] = {}
    for appointment, pool in claims.values_list("appointment", "pool"):
        assert appointment is not None
        claimed.setdefault(appointment, set()).add(pool)
    for visit, needs in limited_needs_of(dealership, first, last):
        if _missing(visit, needs, pools, claimed.get(visit.pk, set())):
            yield visit.pk


def _missing(
    visit: Appointment, needs: Mapping[PoolKey, int], pools: Pools, claimed: set[int]
) -> dict[int, int]:
    """{pool id: units} of the pools that the visit draws on and does not claim from."""
    # Who moved a visit may have another channel than who booked it; it counts once.
    channels = (PoolKey(PoolKind.CHANNEL_DAY, channel, visit.local_date) for channel in (WEB, STAFF))
    counted = any(pools.get(key) in claimed for key in channels)
    return {
        pools[key]: units
        for key, units in needs.items()
        if key in pools and pools[key] not in claimed and not (counted and key.kind == PoolKind.CHANNEL_DAY)
    }


@retried
def _settle(visit: int, pools: Pools) -> int:
    with transaction.atomic():
        locked = (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("dealership")
            .filter(pk=visit, status__in=LIVE)
            .first()
        )
        if locked is None:
            return 0
        needs = settled_needs(locked, demand_of(locked), rulebook_of(locked.dealership))
        missing = _missing(locked, needs, pools, set(claims_of(locked)))
        claim_beyond(locked, missing)
        return int(bool(missing))
