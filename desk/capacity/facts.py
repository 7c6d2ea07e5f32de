"""What is read for a week of capacity: pools summed by row and day, who closed what, who is to be moved. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from booking.models import (
    UPCOMING,
    CapacityChange,
    CapacityClaim,
    CapacityPool,
    PoolKind,
    ServiceGroup,
)
from booking.stranded import STRANDING
from dealerships.models import Closure, Dealership, Role, SpecialHours, StaffMember
from lib import clock

# Of these the fullest half hour is shown, not a sum.
BY_HALF_HOUR = (PoolKind.WAITERS, PoolKind.HAND_BACK)
RowKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """The pools of one kind and subject on one day, summed over those that are open.

    `cap` None is no limit. `count` and `still_open` count the pools; `room_left` those with room. `at` is the
    fullest half hour of what is counted by half hours.
    """

    count: int
    still_open: int
    room_left: int
    used: int
    cap: int | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Everything that the week shows, in eight queries whatever the data."""

    dealership: Dealership
    days: list[date]
    today: date
    tallies: Mapping[tuple[RowKey, date], Tally]
    to_move: Mapping[tuple[RowKey, date], set[int]]
    changes: list[CapacityChange]
    closures: list[Closure]
    special_hours: Mapping[date, SpecialHours]
    advisors: list[StaffMember]
    names: Mapping[int, str]
    groups: list[ServiceGroup]

    @property
    def strays(self) -> int:
        """How many visits are to be moved, on whatever day."""
        return len({visit for visits in self.to_move.values() for visit in visits})

    def subjects(self, kind: int) -> list[str]:
        """The subjects of this kind that have pools in the week."""
        return sorted({subject for (one, subject), _day in self.tallies if one == kind})

    def has_pools(self, day: date) -> bool:
        return any(one == day for _row, one in self.tallies)


def load_facts(dealership: Dealership, monday: date, *, now: datetime) -> WeekFacts:
    """The week from `monday` on."""
    days = clock.local_days(monday, 7)
    today = clock.local(now, dealership.zone).date()
    inside = {"dealership": dealership, "first_day__lte": days[-1], "last_day__gte": days[0]}
    staff = list(StaffMember.objects.filter(dealership=dealership))
    special = SpecialHours.objects.filter(dealership=dealership, day__range=(days[0], days[-1]))
    return WeekFacts(
        dealership=dealership,
        days=days,
        today=today,
        tallies=_tallies(dealership, days),
        to_move=visits_to_move(dealership, today),
        changes=list(CapacityChange.objects.filter(**inside).select_related("made_by").order_by("pk")),
        closures=list(Closure.objects.filter(**inside)),
        special_hours={one.day: one for one in special},
        advisors=[one for one in staff if one.role == Role.ADVISOR],
        names={one.user_id: one.name for one in staff if one.user_id},
        groups=list(ServiceGroup.objects.filter(dealership=dealership)),
    )


def visits_to_move(dealership: Dealership, today: date) -> dict[tuple[RowKey, date], set[int]]:
    """The ids of the visits to be moved, by what they should leave. One query."""
    pools = CapacityPool.objects.filter(STRANDING, dealership=dealership, local_date__gte=today, used__gt=0)
    claims = CapacityClaim.objects.filter(pool__in=pools, active=True, appointment__status__in=UPCOMING)
    found: dict[tuple[RowKey, date], set[int]] = defaultdict(set)
    columns = ("appointment", "pool__kind", "pool__subject", "pool__local_date")
    for visit, kind, subject, day in claims.values_list(*columns):
        found[(kind, subject), day].add(visit)
    return found


def count_to_move(dealership: Dealership, *, now: datetime) -> int:
    """How many visits are to be moved, for the tabs of the other pages. One query."""
    today = clock.local(now, dealership.zone).date()
    return len({visit for visits in visits_to_move(dealership, today).values() for visit in visits})


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _tallies(dealership: Dealership, days: list[date]) -> dict[tuple[RowKey, date], Tally]:
    room = Coalesce(F("wanted_cap"), F("cap")) + F("override")
    is_open = Q(closed=False)
    by_half_hour = is_open & Q(kind__in=BY_HALF_HOUR)
    rows = (
        CapacityPool.objects.filter(dealership=dealership, local_date__range=(days[0], days[-1]))
        .order_by()
        .values("kind", "subject", "local_date")
        .annotate(
            count=Count("pk"),
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
    """Of several half hours: the one with the largest share taken, then with the most in it."""

    def share(place: int) -> tuple[float, int]:
        cap = room[place]
        return (0.0 if cap is None else used[place] / cap if cap else 1.0, used[place])

    place = max(range(len(used)), key=share)
    return used[place], room[place], starts[place]
