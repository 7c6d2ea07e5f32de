"""The pools of a few days in memory, full ones included: what saying why a start is closed looks at. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from booking.models import CapacityPool, PoolKind
from booking.needs import LONGEST_STAY, PoolKey
from dealerships.models import Dealership

# What a stay that ends on a later day draws on there.
BEYOND_THE_DAY = (PoolKind.TRANSPORT, PoolKind.HAND_BACK)


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool as it stands. `most` is what it takes in all: cap and override; None for no limit."""

    key: PoolKey
    used: int
    most: int | None
    closed: bool = False

    @property
    def room(self) -> int | None:
        """Units left when it is not closed; None for no limit."""
        return None if self.most is None else max(0, self.most - self.used)

    def fits(self, units: int) -> bool:
        return not self.closed and (self.room is None or self.room >= units)

    def short_of(self, units: int) -> int:
        """How many units must be added before `units` fit, were it open."""
        return 0 if self.room is None else max(0, units - self.room)


@dataclass(frozen=True, slots=True)
class Pools:
    """Pools by key, the advisors who check in at each start of each day, and when a transport leaves, in order."""

    by_key: Mapping[PoolKey, Pool]
    cells: Mapping[date, Mapping[datetime, tuple[str, ...]]]
    leaving: Mapping[tuple[str, date], Sequence[datetime]]

    def get(self, key: PoolKey) -> Pool | None:
        return self.by_key.get(key)

    def starts(self, day: date, advisor: int | None) -> list[datetime]:
        """When somebody (or `advisor`) checks vehicles in on `day`, free or not, in order."""
        return [
            start
            for start, who in sorted(self.cells.get(day, {}).items())
            if advisor is None or str(advisor) in who
        ]

    def departures(self, day: date, transport: str, since: datetime) -> list[Pool]:
        """The departures of `day` from `since` on, in order."""
        return [
            self.by_key[PoolKey(PoolKind.TRANSPORT, transport, day, moment)]
            for moment in self.leaving.get((transport, day), ())
            if moment >= since
        ]

    def lifted(self, key: PoolKey, units: int) -> Pools:
        """The same with one pool open and `units` larger; made with that many when there is none."""
        old = self.by_key.get(key)
        most = None if old and old.most is None else (old.most or 0 if old else 0) + units
        new = replace(old, most=most, closed=False) if old else Pool(key, 0, units)
        return replace(self, by_key={**self.by_key, key: new})


def load_pools(dealership: Dealership, first_day: date, last_day: date) -> Pools:
    """Every pool from `first_day` to `last_day`, and what later days lend to stays that begin there. One query."""
    wanted = Q(local_date__range=(first_day, last_day)) | Q(
        kind__in=BEYOND_THE_DAY, local_date__range=(last_day, last_day + LONGEST_STAY)
    )
    rows = CapacityPool.objects.filter(wanted, dealership=dealership).values_list(
        "kind", "subject", "local_date", "starts_at", "used", "cap", "override", "closed"
    )
    by_key: dict[PoolKey, Pool] = {}
    cells: dict[date, dict[datetime, list[str]]] = defaultdict(lambda: defaultdict(list))
    leaving: dict[tuple[str, date], list[datetime]] = defaultdict(list)
    for kind, subject, day, starts_at, used, cap, override, closed in rows:
        key = PoolKey(kind, subject, day, starts_at)
        by_key[key] = Pool(key, used, None if cap is None else cap + override, closed)
        if kind == PoolKind.ADVISOR_CELL and starts_at is not None:
            cells[day][starts_at].append(subject)
        elif kind == PoolKind.TRANSPORT and starts_at is not None:
            leaving[subject, day].append(starts_at)
    return Pools(
        by_key,
        {
            day: {start: tuple(sorted(who, key=int)) for start, who in of_day.items()}
            for day, of_day in cells.items()
        },
        {name: sorted(moments) for name, moments in leaving.items()},
    )
