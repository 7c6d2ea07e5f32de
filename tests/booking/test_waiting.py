"""Whom a start suits, in which order, and when anybody is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.availability import Start
from booking.models import Appointment, DayPart, Status, WaitListEntry
from booking.waiting import (
    Wish,
    Wishes,
    check_wishes,
    days_gained,
    earlier_days,
    is_called_off,
    is_day_time,
    is_over,
    part_of,
)
from dealerships.calendar import Calendar
from lib import clock
from lib.errors import Refusal

ZONE = "America/Toronto"
MONDAY, TUESDAY, SUNDAY = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 6)
# Monday to Friday.
WEEKDAYS = Calendar(ZONE, {day: (time(7, 30), time(17, 30)) for day in range(5)}, frozenset())


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(day, time(hour, minute), ZONE)


def wish(**more) -> Wish:
    wishes = {name: more.pop(name) for name in ("weekdays", "parts") if name in more}
    return Wish(ZONE, Wishes(MONDAY, SUNDAY, **wishes), **more)


def start(moment: datetime) -> Start:
    return Start(moment, moment + timedelta(hours=2), (1,))


def visit(day: date, hour: int = 9, status: Status = Status.BOOKED) -> Appointment:
    return Appointment(local_date=day, starts_at=at(day, hour), status=status)


def test_a_start_must_be_in_the_range_on_the_dealership_s_own_days():
    assert wish().fits(at(MONDAY, 0, 15))
    # Sunday evening in Montréal is Monday in UTC.
    assert wish().fits(at(SUNDAY, 23, 45))
    assert not wish().fits(at(MONDAY, 0) - timedelta(minutes=15))
    assert not wish().fits(at(SUNDAY, 0) + timedelta(days=1))


def test_only_the_wished_weekdays_and_parts_of_the_day_fit():
    assert wish(weekdays=(1,)).fits(at(TUESDAY, 9))
    assert not wish(weekdays=(1,)).fits(at(MONDAY, 9))
    assert wish(parts=("pm",)).fits(at(MONDAY, 12))
    assert not wish(parts=("pm",)).fits(at(MONDAY, 11, 45))


@pytest.mark.parametrize(
    ("wall", "part"),
    [(time(0), "am"), (time(11, 59), "am"), (time(12), "pm"), (time(16, 45), "pm"), (time(17), "eve")],
)
def test_the_parts_of_a_day_touch_and_do_not_overlap(wall, part):
    assert part_of(wall) == DayPart(part)


def test_nothing_as_late_as_the_appointment_is_offered():
    mine = wish(before=at(TUESDAY, 10))
    assert mine.fits(at(TUESDAY, 9, 45))
    assert not mine.fits(at(TUESDAY, 10))


def test_what_was_refused_is_not_offered_again_nor_what_is_next_to_it():
    mine = wish(refused=(at(MONDAY, 9),))
    assert [hour for hour in (8, 9, 10) if not mine.fits(at(MONDAY, hour))] == [9]
    assert not mine.fits(at(MONDAY, 9, 45))
    assert mine.fits(at(TUESDAY, 9))


def test_the_soonest_start_comes_first():
    late, soon, never = start(at(TUESDAY, 8)), start(at(MONDAY, 14)), start(at(date(2026, 12, 9), 8))
    assert wish().choose([late, never, soon]) == [soon, late]


@pytest.mark.parametrize(
    ("hour", "minute", "asked"), [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False)]
)
def test_nobody_is_asked_at_night(hour, minute, asked):
    assert is_day_time(at(MONDAY, hour, minute), ZONE) is asked


def test_the_night_is_the_dealership_s_and_not_the_server_s():
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert not is_day_time(noon, ZONE)
    assert is_day_time(noon, "America/Halifax")


def test_an_entry_is_over_when_its_days_are_past_or_all_after_the_visit():
    entry = WaitListEntry(first_day=MONDAY, last_day=TUESDAY)
    assert not is_over(entry, today=TUESDAY)
    assert is_over(entry, today=TUESDAY + timedelta(days=1))
    bound = WaitListEntry(first_day=TUESDAY, last_day=SUNDAY, appointment=visit(MONDAY))
    assert is_over(bound, today=MONDAY)


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.ARRIVED, Status.NO_SHOW, Status.COMPLETED])
def test_a_visit_that_is_not_to_come_needs_no_earlier_place(status):
    assert is_called_off(WaitListEntry(appointment=visit(TUESDAY, status=status)), now=at(MONDAY, 9))


def test_a_visit_whose_time_has_come_needs_no_earlier_place():
    entry = WaitListEntry(appointment=visit(MONDAY, 9))
    assert not is_called_off(entry, now=at(MONDAY, 8, 59))
    assert is_called_off(entry, now=at(MONDAY, 9))
    assert not is_called_off(WaitListEntry(), now=at(MONDAY, 9))


def test_the_usual_range_ends_the_day_before_the_visit():
    now = at(MONDAY, 7)
    friday = SUNDAY - timedelta(days=2)
    assert earlier_days(visit(SUNDAY), WEEKDAYS, now=now) == Wishes(MONDAY, friday)
    assert earlier_days(visit(TUESDAY), WEEKDAYS, now=now) == Wishes(MONDAY, MONDAY)
    assert earlier_days(visit(MONDAY), WEEKDAYS, now=now) is None
    assert earlier_days(visit(MONDAY - timedelta(days=9)), WEEKDAYS, now=now) is None


def test_days_on_which_nobody_works_are_no_earlier_days():
    next_monday = visit(MONDAY + timedelta(days=7))
    assert earlier_days(next_monday, WEEKDAYS, now=at(SUNDAY - timedelta(days=1), 9)) is None
    # Friday counts while it is open, to the minute.
    friday = SUNDAY - timedelta(days=2)
    assert earlier_days(next_monday, WEEKDAYS, now=at(friday, 17, 29)) == Wishes(friday, friday)
    assert earlier_days(next_monday, WEEKDAYS, now=at(friday, 17, 30)) is None
    closed = Calendar(ZONE, WEEKDAYS.hours, frozenset([MONDAY]))
    assert earlier_days(visit(TUESDAY), closed, now=at(MONDAY, 9)) is None


def test_days_are_gained_on_the_calendar_and_not_in_hours():
    assert days_gained(at(MONDAY, 16), at(TUESDAY, 8), ZONE) == 1
    # The night of 1 November 2026 has 25 hours.
    assert days_gained(at(date(2026, 10, 31), 9), at(date(2026, 11, 2), 9), ZONE) == 2
    assert days_gained(at(MONDAY, 8), at(MONDAY, 9), ZONE) == 0


def test_a_first_day_that_has_passed_counts_from_today():
    passed = check_wishes(MONDAY, SUNDAY, today=TUESDAY, horizon_days=30, open_days=[TUESDAY])
    assert passed == Wishes(TUESDAY, SUNDAY)


def test_everything_ticked_is_any():
    limits = {"today": MONDAY, "horizon_days": 30, "open_days": [MONDAY, TUESDAY]}
    whole = check_wishes(MONDAY, SUNDAY, weekdays=range(7), parts=DayPart.values, **limits)
    assert (whole.weekdays, whole.parts) == ((), ())
    some = check_wishes(MONDAY, SUNDAY, weekdays=[3, 1, 3], parts=["pm", "am"], **limits)
    assert (some.weekdays, some.parts) == ((1, 3), ("am", "pm"))


@pytest.mark.parametrize(
    ("first", "last", "appointment"),
    [
        (TUESDAY, MONDAY, None),
        (MONDAY - timedelta(days=9), MONDAY - timedelta(days=1), None),
        (MONDAY, MONDAY + timedelta(days=31), None),
        (MONDAY, SUNDAY, visit(TUESDAY)),
    ],
)
def test_a_range_that_makes_no_sense_is_refused_at_its_last_day(first, last, appointment):
    with pytest.raises(Refusal) as refused:
        check_wishes(
            first, last, today=MONDAY, horizon_days=30, appointment=appointment, open_days=[MONDAY, TUESDAY]
        )
    assert refused.value.field == "last_day"


@pytest.mark.parametrize(
    ("weekdays", "open_days", "field"),
    [
        ([], [], "last_day"),  # a holiday week
        ([], [SUNDAY + timedelta(days=1)], "last_day"),  # opens only after it
        ([0], [TUESDAY], "weekdays"),  # a holiday Monday
        ([5, 6], [MONDAY, TUESDAY], "weekdays"),
    ],
)
def test_who_would_come_only_while_we_are_closed_is_told_so(weekdays, open_days, field):
    with pytest.raises(Refusal) as refused:
        check_wishes(MONDAY, SUNDAY, weekdays=weekdays, today=MONDAY, horizon_days=30, open_days=open_days)
    assert refused.value.field == field
    # One open day among them is enough.
    kept = check_wishes(
        MONDAY, SUNDAY, weekdays=[*weekdays, 2], today=MONDAY, horizon_days=30,
        open_days=[*open_days, TUESDAY + timedelta(days=1)],
    )  # fmt: skip
    assert kept.weekdays == tuple(sorted([*weekdays, 2]))
