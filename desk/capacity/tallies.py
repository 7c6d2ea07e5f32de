"""The pools of a week, summed by row and day: those that are there, and those that somebody closed. Never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from booking.models import WITHOUT_POOL_UNLIMITED, CapacityChange, CapacityPool, ChangeAction, PoolKind
from booking.retired import RETIRED
from dealerships.models import Closure, Dealership, SpecialHours

# Of these the fullest half hour is shown, not a sum.
BY_HALF_HOUR = (PoolKind.WAITERS, PoolKind.HAND_BACK)
OF_AN_ADVISOR = (PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY)
RowKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """The pools of one kind and subject on one day, summed over those that are open.

    `cap` None is no limit. `count` and `still_open` count the pools, less those that are retired (booking.retired);
    `room_left` those with room. `at` is the fullest half hour of what is counted by half hours.
    """

    count: int
    still_open: int
    room_left: int
    used: int
    cap: int | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shut:
    """What somebody closed: it tells a row that is closed from one that no rule wants any more (booking.retired).

    `weekdays` are those with opening hours: what is never open is not closed by anybody.
    """

    weekdays: frozenset[int]
    special_hours: Mapping[date, SpecialHours]
    closures: list[Closure]
    changes: list[CapacityChange]

    def has(self, row: RowKey, day: date) -> bool:
        """Whether the row would be there on that day, had nobody closed the shop or the row, or gone away."""
        if day.weekday() not in self.weekdays and day not in self.special_hours:
            return False
        return any(self._closes(one, row, day) for one in self.closures if _covers(one, day)) or any(
            _closes_all(one, row) for one in self.changes if _covers(one, day)
        )

    def _closes(self, closure: Closure, row: RowKey, day: date) -> bool:
        kind, subject = row
        if closes_shop(closure):
            return not (closure.statutory and day in self.special_hours)
        return kind in OF_AN_ADVISOR and str(closure.staff_member_id) == subject


def closes_shop(closure: Closure) -> bool:
    """Whether it is the whole shop that is closed, not a team or a member of the staff."""
    return closure.staff_member_id is None and not closure.team


def _closes_all(change: CapacityChange, row: RowKey) -> bool:
    """Whether the change closes the row from morning to evening."""
    kind, subject = row
    if change.from_time is not None or change.action not in (ChangeAction.CLOSE, ChangeAction.FULL):
        return False
    return change.kind in (None, kind) and change.subject in ("", subject)


def _covers(one: Closure | CapacityChange, day: date) -> bool:
    return one.first_day <= day <= one.last_day


Tallies = dict[tuple[RowKey, date], Tally]


def load_tallies(dealership: Dealership, days: list[date], shut: Shut) -> Tallies:
    """What is there on these days, and what is `shut`; of what no rule wants any more, nothing. One query.

    What has no limit without a pool is left out of a day that has nothing else: no rule wants the day.
    """
    found = {
        (row, day): tally
        for (row, day), tally in _read(dealership, days).items()
        if tally.count or shut.has(row, day)
    }
    wanted = {day for (kind, _subject), day in found if kind not in WITHOUT_POOL_UNLIMITED}
    return {
        (row, day): tally
        for (row, day), tally in found.items()
        if day in wanted or tally.used or tally.still_open < tally.count
    }


def _read(dealership: Dealership, days: list[date]) -> Tallies:
    room = Coalesce(F("wanted_cap"), F("cap")) + F("override")
    is_open = Q(closed=False)
    by_half_hour = is_open & Q(kind__in=BY_HALF_HOUR)
    rows = (
        CapacityPool.objects.filter(dealership=dealership, local_date__range=(days[0], days[-1]))
        .order_by()
        .values("kind", "subject", "local_date")
        .annotate(
            count=Count("pk", filter=~RETIRED),
            still_open=Count("pk", filter=is_open),
            room_left=Count("pk", filter=is_open & (Q(cap=None) | Q(used__lt=room))),
            all_used=Sum("used"),
            room=Sum(room, filter=is_open),
            unlimited=Count("pk", filter=is_open & Q(cap=None)),
            each_used=ArrayAgg("used", filter=by_half_hour, order_by="starts_at"),
            each_room=ArrayAgg(room, filter=by_half_hour, order_by="starts_at"),
            each_start=ArrayAgg("starts_at", filter=by_half_hour, order_by="starts_at"),
        )
    )
    return {((row["kind"], row["subject"]), row["local_date"]): _tally(row) for row in rows}


def _tally(row: Mapping[str, Any]) -> Tally:
    used, cap, at = row["all_used"], None if row["unlimited"] else row["room"] or 0, None
    if row["each_used"]:
        used, cap, at = _fullest(row["each_used"], row["each_room"], row["each_start"])
    return Tally(row["count"], row["still_open"], row["room_left"], used, cap, at)


def _fullest(
    used: list[int], room: list[int | None], starts: list[datetime]
) -> tuple[int, int | None, datetime]:
    """Of several half hours: the one with the largest share taken, then with the most in it; limited ones first."""

    def share(place: int) -> tuple[float, int]:
        cap = room[place]
        return (-1.0 if cap is None else used[place] / cap if cap else 1.0, used[place])

    place = max(range(len(used)), key=share)
    return used[place], room[place], starts[place]
