"""What is promised is kept by the calendar: properties of the ready time, over any opening hours and any work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.menu import Demand
from booking.ready import CHECK_IN, STEP, ready_at
from dealerships.calendar import Calendar
from lib import clock

ZONES = st.sampled_from(["America/Toronto", "America/St_Johns", "America/Vancouver"])
# A year in which the clocks change on 8 March and on 1 November, both on a Sunday.
DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 1))
QUARTERS = st.integers(0, 95)


def demand(minutes: int, *, waits: bool = False) -> Demand:
    return Demand(
        lines=(), transport="wait" if waits else "drop_off", advisor=None, minutes=minutes,
        skill_minutes={"tires": minutes}, notice=timedelta(0),
    )  # fmt: skip


def wall(quarter: int) -> time:
    return time(quarter // 4, quarter % 4 * 15)


@st.composite
def hours(draw: st.DrawFn) -> tuple[time, time]:
    first, last = sorted(draw(st.lists(QUARTERS, min_size=2, max_size=2, unique=True)))
    return wall(first), wall(last)


@st.composite
def visits(draw: st.DrawFn) -> tuple[Calendar, date, datetime]:
    """A calendar and a start in its hours, on an open day; Sundays too, and so the days of the clock changes."""
    zone, day = draw(ZONES), draw(DAYS)
    closed = {day + timedelta(days=ahead) for ahead in draw(st.sets(st.integers(1, 12)))}
    weekly = draw(st.dictionaries(st.integers(0, 6), hours(), min_size=1))
    special = {day: draw(hours()), day + timedelta(days=draw(st.integers(1, 5))): draw(hours())}
    calendar = Calendar(zone, weekly, frozenset(closed), special)
    opens, closes = calendar.opens(day), calendar.closes(day)
    quarters = max(0, (closes - opens) // STEP - 1)
    return calendar, day, opens + draw(st.integers(0, quarters)) * STEP


@given(visits(), st.integers(1, 900), st.integers(0, 480))
def test_it_is_never_before_the_work_is_done_nor_outside_opening_hours(
    visit: tuple[Calendar, date, datetime], minutes: int, queue: int
) -> None:
    calendar, day, start = visit
    ready = ready_at(start, day, demand(minutes), calendar, timedelta(minutes=queue))
    if ready is None:
        return
    there = clock.local(ready, calendar.zone).date()
    assert ready >= start + CHECK_IN + timedelta(minutes=queue + minutes)
    assert calendar.is_open(there)
    assert calendar.opens(there) <= ready <= calendar.closes(there)


@given(visits(), st.integers(1, 900), st.integers(0, 480))
def test_a_day_that_holds_the_work_gives_it_back_and_one_that_does_not_gives_it_to_the_next_opening(
    visit: tuple[Calendar, date, datetime], minutes: int, queue: int
) -> None:
    calendar, day, start = visit
    done = start + CHECK_IN + timedelta(minutes=queue + minutes)
    ready = ready_at(start, day, demand(minutes), calendar, timedelta(minutes=queue))
    if ready is not None and ready <= calendar.closes(day):
        assert done <= ready < done + STEP
        assert ready.minute % 15 == 0
        return
    assert calendar.closes(day) - done < STEP
    openings = [calendar.opens(one) for one in calendar.open_days(day + timedelta(days=1), 30)]
    assert ready == next((opening for opening in openings if opening >= done), None)


@given(visits(), st.integers(1, 600), st.integers(0, 300), st.integers(0, 480))
def test_more_work_is_never_ready_sooner(
    visit: tuple[Calendar, date, datetime], minutes: int, more: int, queue: int
) -> None:
    calendar, day, start = visit
    less, most = (
        ready_at(start, day, demand(work), calendar, timedelta(minutes=queue))
        for work in (minutes, minutes + more)
    )
    assert most is None or (less is not None and less <= most)


@given(visits(), st.integers(1, 300), st.integers(0, 480))
def test_who_waits_has_no_queue_and_goes_home_before_closing(
    visit: tuple[Calendar, date, datetime], minutes: int, queue: int
) -> None:
    calendar, day, start = visit
    ready = ready_at(start, day, demand(minutes, waits=True), calendar, timedelta(minutes=queue))
    assert ready == ready_at(start, day, demand(minutes, waits=True), calendar, timedelta(0))
    assert ready is None or ready <= calendar.closes(day)


USUAL = dict.fromkeys(range(5), (time(7, 30), time(17, 30)))
NEXT_OPENINGS = [
    pytest.param(date(2026, 12, 4), {}, set(), date(2026, 12, 7), time(7, 30), id="Friday evening"),
    pytest.param(date(2026, 12, 24), {}, {date(2026, 12, 25)}, date(2026, 12, 28), time(7, 30), id="holiday"),
    pytest.param(
        date(2026, 12, 22), {date(2026, 12, 23): (time(9), time(12))}, set(), date(2026, 12, 23), time(9),
        id="special hours",
    ),
    pytest.param(
        date(2026, 3, 7), {date(2026, 3, 7): (time(8), time(17)), date(2026, 3, 8): (time(2, 30), time(12))},
        set(), date(2026, 3, 8), time(3, 30), id="an opening that the spring change skips",
    ),
    pytest.param(
        date(2026, 10, 31), {date(2026, 10, 31): (time(8), time(17)), date(2026, 11, 1): (time(1), time(12))},
        set(), date(2026, 11, 1), time(1), id="an opening that the autumn change repeats",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("day", "special", "closed", "following", "opening"), NEXT_OPENINGS)
def test_after_closing_becomes_the_next_opening(
    day: date,
    special: dict[date, tuple[time, time]],
    closed: set[date],
    following: date,
    opening: time,
) -> None:
    zone = "America/Toronto"
    calendar = Calendar(zone, USUAL, frozenset(closed), special)
    start = clock.at_local(day, time(16, 30), zone)
    ready = ready_at(start, day, demand(90), calendar, timedelta(minutes=30))
    assert ready is not None
    there = clock.local(ready, zone)
    assert (there.date(), there.time()) == (following, opening)


def test_work_that_outlasts_the_night_is_not_promised_for_the_morning() -> None:
    zone = "America/Toronto"
    calendar = Calendar(zone, USUAL, frozenset())
    start = clock.at_local(date(2026, 12, 1), time(16), zone)
    ready = ready_at(start, date(2026, 12, 1), demand(900), calendar, timedelta(minutes=90))
    assert ready == clock.at_local(date(2026, 12, 3), time(7, 30), zone)


def test_without_a_next_opening_nothing_is_promised() -> None:
    day = date(2026, 12, 1)
    calendar = Calendar("America/Toronto", {}, frozenset(), {day: (time(8), time(12))})
    start = calendar.opens(day)
    assert ready_at(start, day, demand(300), calendar, timedelta(0)) is None
