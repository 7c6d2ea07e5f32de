"""Pools that no rule wants any more, told from those that somebody closed. Calculates, never writes.

Pools are never deleted: what the rules want no more (first snow's evening once it is switched off, a quarter hour
that a shift lost) is closed, and falls to 0 as visits leave (booking.targets). What a manager closed keeps the limit
that its rule gives it, so that it opens again as it was. Once nobody is in it, a closed pool with a limit of 0 is
therefore as good as none, and is shown as none.

Two cases look the same in the row: a closure or an absence takes the rules themselves away, and a change may close
what a rule limits to 0. Who shows a day knows its closures and changes, and calls it closed because of them.
"""

from __future__ import annotations

from django.db.models import Q

from booking.models import WITHOUT_POOL_UNLIMITED, CapacityPool

# Of the other kinds, what no rule limits is without limit, not closed.
RETIRED = Q(closed=True, cap=0, used=0) & ~Q(kind__in=WITHOUT_POOL_UNLIMITED)


def is_retired(pool: CapacityPool) -> bool:
    """Whether no rule wants the pool and nobody is in it; as RETIRED says in SQL."""
    return pool.closed and pool.cap == 0 and not pool.used and pool.kind not in WITHOUT_POOL_UNLIMITED
