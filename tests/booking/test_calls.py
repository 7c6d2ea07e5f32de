"""By when a call is promised: two opening hours, wherever the clock stands."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from booking.calls import promise_call
from dealerships.calendar import Calendar
from lib import clock

ZONE = "America/Toronto"
WEEKDAYS = {day: (time(7, 30), time(17, 30)) for day in range(5)}
TUESDAY, FRIDAY = date(2026, 12, 8), date(2026, 12, 11)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(day, time(hour, minute), ZONE)


def calendar(*closed: date) -> Calendar:
    return Calendar(ZONE, WEEKDAYS, frozenset(closed))


@pytest.mark.parametrize(
    ("now", "by"),
    [
        pytest.param(at(TUESDAY, 9), at(TUESDAY, 11), id="in the morning"),
        pytest.param(at(TUESDAY, 9, 7), at(TUESDAY, 11, 15), id="on a quarter hour"),
        pytest.param(at(TUESDAY, 22), at(date(2026, 12, 9), 9, 30), id="at night"),
        pytest.param(at(TUESDAY, 16, 30), at(date(2026, 12, 9), 8, 30), id="what is left of today counts"),
        pytest.param(at(FRIDAY, 18), at(date(2026, 12, 14), 9, 30), id="over the weekend"),
        pytest.param(at(TUESDAY, 5), at(TUESDAY, 9, 30), id="before opening"),
    ],
)
def test_a_call_is_promised_within_two_opening_hours(now, by):
    assert promise_call(calendar(), now) == by


def test_a_closure_is_not_promised_for():
    assert promise_call(calendar(date(2026, 12, 9)), at(TUESDAY, 20)) == at(date(2026, 12, 10), 9, 30)


def test_nothing_is_promised_where_nobody_ever_opens():
    assert promise_call(Calendar(ZONE, {}, frozenset()), at(TUESDAY, 9)) is None


def test_the_promise_counts_hours_that_pass_on_the_night_the_clocks_change():
    sundays = {6: (time(0), time(9))}
    early = clock.at_local(date(2026, 11, 1), time(0, 30), ZONE)
    by = promise_call(Calendar(ZONE, sundays, frozenset()), early)
    assert by is not None
    assert (by - early).total_seconds() == 2 * 3600
