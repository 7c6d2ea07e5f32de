"""When a dealership is open: weekly hours less closures, in its own zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import FilteredRelation, Q

from dealerships.models import Closure, Dealership, OpeningHours
from lib import clock

# Nobody closes longer than this; a search for the next opening stops here.
LONGEST_CLOSURE = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The open days of one dealership between two dates, as local hours and as moments."""

    zone: str
    hours: dict[int, tuple[time, time]]
    closed: frozenset[date]

    def is_open(self, day: date) -> bool:
        return day.weekday() in self.hours and day not in self.closed

    def opens(self, day: date) -> datetime:
        """The moment (UTC) of opening on an open day; KeyError when the weekday has no hours."""
        return clock.at_local(day, self.hours[day.weekday()][0], self.zone)

    def closes(self, day: date) -> datetime:
        """The moment (UTC) of closing on an open day; KeyError when the weekday has no hours."""
        return clock.at_local(day, self.hours[day.weekday()][1], self.zone)

    def next_open_day(self, after: date) -> date | None:
        """The first open day after `after`, or None when there is none within LONGEST_CLOSURE."""
        day = after
        for _step in range(LONGEST_CLOSURE.days):
            day += timedelta(days=1)
            if self.is_open(day):
                return day
        return None

    def open_days(self, first: date, count: int) -> Iterator[date]:
        return (day for day in clock.local_days(first, count) if self.is_open(day))


def load_calendar(dealership: Dealership, first_day: date, last_day: date) -> Calendar:
    """The calendar from `first_day` to beyond `last_day`, far enough to find the next opening. One query."""
    horizon = last_day + LONGEST_CLOSURE
    closure = "dealership__closures"
    rows = (
        OpeningHours.objects.filter(dealership=dealership)
        .annotate(
            closure=FilteredRelation(
                closure,
                condition=Q(**{f"{closure}__staff_member": None})
                & Q(**{f"{closure}__first_day__lte": horizon})
                & Q(**{f"{closure}__last_day__gte": first_day}),
            )
        )
        .values_list("weekday", "opens", "closes", "closure__first_day", "closure__last_day")
    )
    hours: dict[int, tuple[time, time]] = {}
    closed: set[date] = set()
    for weekday, opens, closes, closed_from, closed_to in rows:
        hours[weekday] = (opens, closes)
        if closed_from:
            closed.update(_days(max(closed_from, first_day), min(closed_to, horizon)))
    return Calendar(zone=dealership.zone, hours=hours, closed=frozenset(closed))


def absences(dealership: Dealership, first_day: date, last_day: date) -> set[tuple[int, date]]:
    """(staff member's id, day) for every day that someone is away between the two dates. One query."""
    rows = Closure.objects.filter(
        dealership=dealership, staff_member__isnull=False, first_day__lte=last_day, last_day__gte=first_day
    ).values_list("staff_member", "first_day", "last_day")
    return {
        (member, day)
        for member, start, end in rows
        if member is not None
        for day in _days(max(start, first_day), min(end, last_day))
    }


def _days(first: date, last: date) -> list[date]:
    return clock.local_days(first, (last - first).days + 1)
