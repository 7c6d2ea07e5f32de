"""Taking and giving back capacity: the only path (docs/decisions/0003-capacity.md).

Each pool is taken by a conditional update, in (rank, id) order so that no two transactions wait for each
other in a circle, and as the last thing before the commit so that the hottest rows stay locked the shortest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from booking.models import Appointment, CapacityClaim, CapacityPool, Hold

Owner = Hold | Appointment

# Says to the database's guard that this transaction is entitled to change `used`, and bounds every wait.
BEGIN_CLAIMS = "SELECT set_config('app.claims', 'on', true), set_config('lock_timeout', '2s', true)"
TAKE = """
UPDATE booking_capacitypool SET used = used + %(units)s
WHERE id = %(pool)s AND NOT closed AND (cap IS NULL OR used + %(units)s <= cap + override)
"""
# A cap that was to be lowered below what is used falls with what is given back, until it is where it should be.
GIVE_BACK = """
UPDATE booking_capacitypool SET used = used - %(units)s,
    cap = CASE WHEN wanted_cap IS NULL THEN cap ELSE greatest(wanted_cap, used - %(units)s - override) END,
    wanted_cap = CASE WHEN wanted_cap < used - %(units)s - override THEN wanted_cap END
WHERE id = %(pool)s
"""
# What is in the house counts, room or not: the cap rises with it and falls again as visits leave.
TAKE_BEYOND = """
UPDATE booking_capacitypool SET used = used + %(units)s,
    cap = CASE WHEN cap IS NULL THEN NULL ELSE greatest(cap, used + %(units)s - override) END,
    wanted_cap = CASE WHEN used + %(units)s > cap + override THEN coalesce(wanted_cap, cap) ELSE wanted_cap END
WHERE id = %(pool)s
"""


class Full(Exception):  # noqa: N818 - the design's word
    """A pool has no room for what was asked of it; the whole transaction must roll back."""

    def __init__(self, pool: CapacityPool) -> None:
        super().__init__(str(pool))
        self.pool = pool


def apply_claims(owner: Owner, changes: Mapping[int, int]) -> None:
    """Change what `owner` claims by {pool id: ±units}, all or nothing.

    Call it inside a transaction, after everything else was written and with the owner's row locked or new.
    Raises Full for the first pool without room; ValueError when more is given back than was claimed.
    """
    _apply(owner, changes, TAKE)


def claim_beyond(owner: Owner, pools: Mapping[int, int]) -> None:
    """Claim {pool id: units} for a visit that exists already, whether there is room or not.

    For pools that were made after the visit was booked, and for imports. What is over its cap then is there to be
    moved: `wanted_cap` says so. Call it as apply_claims.
    """
    _apply(owner, pools, TAKE_BEYOND)


def _apply(owner: Owner, changes: Mapping[int, int], take: str) -> None:
    assert connection.in_atomic_block, "claims belong to a transaction"
    wanted = {pool: units for pool, units in changes.items() if units}
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_CLAIMS)
        for pool, _kind in _in_lock_order(wanted):
            units = wanted[pool]
            cursor.execute(take if units > 0 else GIVE_BACK, {"pool": pool, "units": abs(units)})
            if cursor.rowcount != 1:
                raise Full(CapacityPool.objects.get(pk=pool))
    _write_claims(owner, wanted)


def hand_over_claims(hold: Hold, appointment: Appointment) -> None:
    """What the hold claims is the appointment's from now on; no pool changes."""
    CapacityClaim.objects.filter(hold=hold, active=True).update(hold=None, appointment=appointment)


def exchange_claims(hold: Hold, appointment: Appointment, beyond: Mapping[int, int]) -> None:
    """The appointment claims what the hold did, and gives back what it claimed itself until now.

    `beyond` is {pool id: units} that the hold lacks, taken as in claim_beyond.
    """
    old = claims_of(appointment)
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_CLAIMS)
        for pool, _kind in _in_lock_order({**old, **beyond}):
            if pool in old:
                cursor.execute(GIVE_BACK, {"pool": pool, "units": old[pool]})
            if pool in beyond:
                cursor.execute(TAKE_BEYOND, {"pool": pool, "units": beyond[pool]})
    _active(appointment).update(active=False)
    hand_over_claims(hold, appointment)
    _write_claims(appointment, beyond)


def claims_of(owner: Owner) -> dict[int, int]:
    """{pool id: units} that `owner` claims now."""
    return dict(_active(owner).values_list("pool_id", "units"))


def _in_lock_order(changes: Mapping[int, int]) -> list[tuple[int, int]]:
    return list(
        CapacityPool.objects.filter(pk__in=list(changes)).order_by("kind", "pk").values_list("pk", "kind")
    )


def _write_claims(owner: Owner, changes: Mapping[int, int]) -> None:
    mine = {claim.pool_id: claim for claim in _active(owner)}
    new = []
    for pool, units in changes.items():
        claim = mine.get(pool)
        if claim is None:
            new.append(CapacityClaim(pool_id=pool, units=units, **_owned_by(owner)))
            continue
        rest = claim.units + units
        if rest < 0:
            raise ValueError(f"{owner} gives back more of pool {pool} than it claims")
        # An ended claim keeps its units, as history.
        CapacityClaim.objects.filter(pk=claim.pk).update(**({"units": rest} if rest else {"active": False}))
    if any(claim.units < 0 for claim in new):
        raise ValueError(f"{owner} gives back what it does not claim")
    CapacityClaim.objects.bulk_create(new)


def _active(owner: Owner) -> QuerySet[CapacityClaim]:
    return CapacityClaim.objects.filter(active=True, **_owned_by(owner))


def _owned_by(owner: Owner) -> dict[str, Any]:
    return {"hold": owner} if isinstance(owner, Hold) else {"appointment": owner}
