"""By when somebody who asks to be called is promised a call. Calculates, never writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dealerships.calendar import LONGEST_CLOSURE, Calendar
from lib import clock

# Of opening hours: a call asked for at 22:00 comes two hours after the next opening at the latest.
WITHIN = timedelta(hours=2)
STEP = timedelta(minutes=15)


def promise_call(calendar: Calendar, now: datetime) -> datetime | None:
    """The moment (UTC, on a quarter hour) by which a call asked for now is made; None when no opening is in sight.

    Two opening hours from now: what is left of today counts, then the next open days.
    """
    left = WITHIN
    for day in calendar.open_days(_today(calendar, now), LONGEST_CLOSURE.days):
        begins, ends = max(calendar.opens(day), now), calendar.closes(day)
        if begins >= ends:
            continue
        if ends - begins >= left:
            return min(clock.round_up(begins + left, STEP), ends)
        left -= ends - begins
    return None


def _today(calendar: Calendar, now: datetime) -> date:
    return clock.local(now, calendar.zone).date()
