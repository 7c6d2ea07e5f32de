"""When a dealership is open: weekly hours, other hours of single days, less closures; in its own zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection

from dealerships.models import Closure, Dealership
from lib import clock

# Nobody closes longer than this; a search for the next opening stops here.
LONGEST_CLOSURE = timedelta(days=40)

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The open days of one dealership between two dates, as local hours and as moments.

    `special` hours of a day stand in for the weekday's, and open a statutory holiday; any other closure wins.
    """

    zone: str
    hours: Mapping[int, Hours]
    closed: frozenset[date]
    special: Mapping[date, Hours] = field(default_factory=dict)

    def is_open(self, day: date) -> bool:
        return day not in self.closed and (day in self.special or day.weekday() in self.hours)

    def hours_on(self, day: date) -> Hours:
        """Opening and closing on the wall clock; KeyError for a weekday without hours."""
        return self.special.get(day) or self.hours[day.weekday()]

    def opens(self, day: date) -> datetime:
        """The moment (UTC) of opening on an open day; KeyError when the day has no hours."""
        return clock.at_local(day, self.hours_on(day)[0], self.zone)

    def closes(self, day: date) -> datetime:
        """The moment (UTC) of closing on an open day; KeyError when the day has no hours."""
        return clock.at_local(day, self.hours_on(day)[1], self.zone)

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


# Of the whole dealership: weekly hours, hours of single days, closures; with the columns that each has.
ROWS = """
SELECT weekday, opens, closes, NULL::date, NULL::date, false FROM dealerships_openinghours
WHERE dealership_id = %(dealership)s
UNION ALL
SELECT NULL, opens, closes, day, day, false FROM dealerships_specialhours
WHERE dealership_id = %(dealership)s AND day BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT NULL, NULL, NULL, first_day, last_day, statutory FROM dealerships_closure
WHERE dealership_id = %(dealership)s AND staff_member_id IS NULL AND team = ''
  AND first_day <= %(last)s AND last_day >= %(first)s
"""


def load_calendar(dealership: Dealership, first_day: date, last_day: date) -> Calendar:
    """The calendar from `first_day` to beyond `last_day`, far enough to find the next opening. One query."""
    horizon = last_day + LONGEST_CLOSURE
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"dealership": dealership.pk, "first": first_day, "last": horizon})
        return make_calendar(dealership.zone, cursor.fetchall(), first_day, horizon)


CalendarRow = tuple[int | None, time | None, time | None, date | None, date | None, bool]


def make_calendar(zone: str, rows: Iterable[CalendarRow], first_day: date, last_day: date) -> Calendar:
    """The calendar of rows such as ROWS gives: (weekday, opens, closes, first day, last day, statutory)."""
    hours: dict[int, Hours] = {}
    special: dict[date, Hours] = {}
    closed: set[date] = set()
    holidays: set[date] = set()
    for weekday, opens, closes, begins, ends, statutory in rows:
        if opens and closes and weekday is not None:
            hours[weekday] = (opens, closes)
        elif opens and closes and begins:
            special[begins] = (opens, closes)
        elif begins and ends:
            days = _days(max(begins, first_day), min(ends, last_day))
            (holidays if statutory else closed).update(days)
    return Calendar(zone, hours, frozenset(closed | (holidays - special.keys())), special)


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
