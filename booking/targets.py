"""What the row of a pool is to become, given what the rules want of it. Calculates, never writes."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from booking.models import WITHOUT_POOL_UNLIMITED, PoolKind
from booking.needs import PoolKey
from booking.overrides import Wanted


class Row(NamedTuple):
    """A pool as the database has it."""

    pk: int
    kind: int
    subject: str
    local_date: date
    starts_at: datetime | None
    used: int
    override: int
    cap: int | None
    wanted_cap: int | None
    closed: bool
    honoured: bool

    @property
    def key(self) -> PoolKey:
        return PoolKey(self.kind, self.subject, self.local_date, self.starts_at)

    @property
    def state(self) -> State:
        return State(self.cap, self.wanted_cap, self.closed, self.honoured)

    @property
    def limit(self) -> int | None:
        """The cap that the rules want."""
        return self.cap if self.wanted_cap is None else self.wanted_cap


class State(NamedTuple):
    """What refreshing may change of a pool."""

    cap: int | None
    wanted_cap: int | None
    closed: bool
    honoured: bool

    @property
    def limit(self) -> int | None:
        return self.cap if self.wanted_cap is None else self.wanted_cap

    def strands(self, kind: int) -> bool:
        """Whether who is in it is to be moved; as booking.stranded.STRANDING says in SQL."""
        return (
            (self.closed or self.wanted_cap is not None)
            and not self.honoured
            and kind != PoolKind.CHANNEL_DAY
        )


def is_as_wanted(row: Row, wanted: Wanted | None) -> bool:
    """Whether nothing is to be done, at a glance: most pools of most days; False decides nothing."""
    return (
        wanted is not None
        and row.wanted_cap is None
        and (row.cap, row.closed, row.honoured)
        == (wanted.cap, wanted.closed, wanted.closed and wanted.honoured)
    )


def target(row: Row, wanted: Wanted | None, *, honour: bool = False) -> State:
    """The state that the rules want the pool in; `wanted` None when they have no such pool.

    What is used is never undercut: `wanted_cap` then says what the cap falls to. With `honour`, whoever is in
    what closes or falls now may stay; and who may stay goes on doing so until more is taken away.
    """
    if wanted is None:
        return _without_rule(row, honour=honour)
    cap, falls_to = _fit(row, wanted.cap)
    stays = _stays_over(row, falls_to, honour=honour)
    if wanted.closed:
        stays = wanted.honoured and (falls_to is None or stays)
    return State(cap, falls_to, wanted.closed, stays)


def _without_rule(row: Row, *, honour: bool) -> State:
    if row.kind in WITHOUT_POOL_UNLIMITED:
        return State(None, None, closed=False, honoured=False)
    # No rule wants it: closed, and falling to 0, which tells it from a pool that a manager closed.
    cap, falls_to = _fit(row, 0)
    already = row.closed and row.limit == 0
    stays = row.honoured if already else honour and not row.state.strands(row.kind)
    return State(cap, falls_to, closed=True, honoured=stays)


def _fit(row: Row, cap: int | None) -> tuple[int | None, int | None]:
    """The cap, raised to what is used if need be, and what it then falls to."""
    needed = max(0, row.used - row.override)
    if cap is None or cap >= needed:
        return cap, None
    return needed, cap


def _stays_over(row: Row, falls_to: int | None, *, honour: bool) -> bool:
    """Whether those beyond the cap may stay in the pool."""
    if falls_to is None:
        return False
    if row.wanted_cap is None:
        return honour
    return row.honoured and (honour or falls_to >= row.wanted_cap)
