from datetime import UTC, date, datetime, time, timedelta

import pytest

from notifications.hours import is_quiet, next_allowed
from notifications.kinds import When
from notifications.models import Way

TORONTO = "America/Toronto"
USUAL = When(Way.SMS, timedelta(hours=5), minutes=1)


def utc(*when):
    return datetime(*when, tzinfo=UTC)


def quiet(begins, ends):
    return When(Way.SMS, timedelta(hours=5), minutes=1, quiet_from=begins, quiet_until=ends)


@pytest.mark.parametrize(
    ("zone", "moment", "allowed"),
    [
        (TORONTO, utc(2026, 12, 7, 13, 0), utc(2026, 12, 7, 13, 0)),  # 8:00, the first minute
        (TORONTO, utc(2026, 12, 7, 12, 59), utc(2026, 12, 7, 13, 0)),
        (TORONTO, utc(2026, 12, 8, 1, 59), utc(2026, 12, 8, 1, 59)),  # 20:59
        (TORONTO, utc(2026, 12, 8, 2, 0), utc(2026, 12, 8, 13, 0)),  # 21:00, so tomorrow
        # The night in which the clocks change: 8:00 is an hour earlier, or later, in UTC.
        (TORONTO, utc(2026, 3, 8, 4, 0), utc(2026, 3, 8, 12, 0)),
        (TORONTO, utc(2026, 11, 1, 3, 0), utc(2026, 11, 1, 13, 0)),
        ("America/St_Johns", utc(2026, 12, 7, 11, 0), utc(2026, 12, 7, 11, 30)),
        ("America/Blanc-Sablon", utc(2026, 7, 7, 11, 59), utc(2026, 7, 7, 12, 0)),
    ],
)
def test_messages_start_between_eight_and_nine_at_night_local_time(zone, moment, allowed):
    assert next_allowed(moment, zone, USUAL) == allowed


def test_the_quiet_hours_are_the_cadences_own():
    early = quiet(time(19), time(10))
    assert next_allowed(utc(2026, 12, 7, 14, 59), TORONTO, early) == utc(2026, 12, 7, 15, 0)
    assert next_allowed(utc(2026, 12, 8, 0, 0), TORONTO, early) == utc(2026, 12, 8, 15, 0)


def test_quiet_hours_may_lie_within_one_day_or_not_be_at_all():
    siesta, never = quiet(time(12), time(14)), quiet(time(8), time(8))
    assert [is_quiet(time(hour), siesta) for hour in (11, 12, 13, 14)] == [False, True, True, False]
    assert next_allowed(utc(2026, 12, 7, 17, 30), TORONTO, siesta) == utc(2026, 12, 7, 19, 0)
    assert next_allowed(utc(2026, 12, 7, 8, 0), TORONTO, never) == utc(2026, 12, 7, 8, 0)


def test_quiet_that_has_ended_does_not_begin_again_when_the_hour_comes_twice():
    night = quiet(time(21), time(1, 30))
    second_1_15 = utc(2026, 11, 1, 6, 15)
    assert next_allowed(second_1_15, TORONTO, night) == second_1_15
    first_1_15 = utc(2026, 11, 1, 5, 15)
    assert next_allowed(first_1_15, TORONTO, night) == utc(2026, 11, 1, 5, 30)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ((2026, 12, 7, 8, 59), (2026, 12, 7, 9, 0)),  # Monday
        ((2026, 12, 7, 19, 59), (2026, 12, 7, 19, 59)),
        ((2026, 12, 7, 20, 0), (2026, 12, 8, 9, 0)),
        ((2026, 12, 11, 20, 0), (2026, 12, 12, 10, 0)),  # Friday evening, Saturday
        ((2026, 12, 12, 9, 59), (2026, 12, 12, 10, 0)),
        ((2026, 12, 12, 17, 0), (2026, 12, 14, 9, 0)),  # Saturday evening, Monday
        ((2026, 12, 13, 12, 0), (2026, 12, 14, 9, 0)),  # Sunday
    ],
)
def test_what_sells_goes_out_on_working_days_and_never_on_a_sunday(moment, allowed):
    def there(parts):
        return utc(*parts) + timedelta(hours=5)

    assert next_allowed(there(moment), TORONTO, USUAL, commercial=True) == there(allowed)


def test_what_sells_waits_for_the_end_of_the_holidays_and_of_the_quiet_of_its_own():
    christmas = {date(2026, 12, 25), date(2026, 12, 26)}
    eve = utc(2026, 12, 25, 1, 30)  # the 24th at 20:30
    late = quiet(time(20), time(11))
    assert next_allowed(eve, TORONTO, late, commercial=True, closed=christmas) == utc(2026, 12, 28, 16, 0)


def test_where_nobody_ever_answers_nothing_that_sells_goes_out():
    always = {date(2026, 12, 7) + timedelta(days=day) for day in range(60)}
    assert next_allowed(utc(2026, 12, 7, 15), TORONTO, USUAL, commercial=True, closed=always) is None
    nightly = quiet(time(8), time(20))
    assert next_allowed(utc(2026, 12, 7, 15), TORONTO, nightly, commercial=True) is None
