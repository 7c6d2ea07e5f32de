from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lib.clock import (
    at_local,
    local,
    local_days,
    now,
    round_up,
    say_date,
    say_moment,
    say_short_date,
    say_time,
)

TORONTO, HALIFAX, ST_JOHNS, REGINA = (
    "America/Toronto",
    "America/Halifax",
    "America/St_Johns",
    "America/Regina",
)
ZONES = [TORONTO, HALIFAX, ST_JOHNS, REGINA]
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
NBSP = "\u00a0"


@time_machine.travel("2026-10-31T23:59:30Z", tick=False)
def test_now_is_aware_and_in_utc():
    assert now() == datetime(2026, 10, 31, 23, 59, 30, tzinfo=UTC)
    assert now().tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "utc_hour"),
    [
        (TORONTO, date(2026, 3, 7), "13:00"),
        (TORONTO, SPRING, "12:00"),
        (TORONTO, date(2026, 10, 31), "12:00"),
        (TORONTO, AUTUMN, "13:00"),
        (HALIFAX, SPRING, "11:00"),
        (HALIFAX, AUTUMN, "12:00"),
        (ST_JOHNS, SPRING, "10:30"),
        (ST_JOHNS, AUTUMN, "11:30"),
        (REGINA, SPRING, "14:00"),
        (REGINA, AUTUMN, "14:00"),
    ],
)
def test_eight_in_the_morning_stays_eight_on_the_wall(zone, day, utc_hour):
    moment = at_local(day, time(8), zone)
    assert moment.strftime("%H:%M") == utc_hour
    assert local(moment, zone).time() == time(8)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("zone", [TORONTO, HALIFAX, ST_JOHNS])
def test_a_time_that_spring_skips_moves_forward(zone):
    assert local(at_local(SPRING, time(2, 30), zone), zone).time() == time(3, 30)
    assert at_local(SPRING, time(2), zone) == at_local(SPRING, time(3), zone)


@pytest.mark.parametrize("zone", [TORONTO, HALIFAX, ST_JOHNS])
@pytest.mark.parametrize("fold", [0, 1])
def test_a_time_that_autumn_repeats_is_the_first_of_the_two(zone, fold):
    first = at_local(AUTUMN, time(1, 30, fold=fold), zone)
    assert local(first, zone).dst() == timedelta(hours=1)
    assert local(first + timedelta(hours=1), zone).time() == time(1, 30)


def test_saskatchewan_never_changes_its_clocks():
    assert local(at_local(SPRING, time(2, 30), REGINA), REGINA).time() == time(2, 30)
    for day in (SPRING, AUTUMN):
        assert at_local(day + timedelta(days=1), time(), REGINA) - at_local(day, time(), REGINA) == timedelta(
            days=1
        )


@pytest.mark.parametrize("zone", [TORONTO, HALIFAX, ST_JOHNS])
@pytest.mark.parametrize(("sunday", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_the_sunday_is_shorter_or_longer_but_monday_is_not_shifted(zone, sunday, hours):
    saturday_to_monday = local_days(sunday - timedelta(days=1), 3)
    assert [day.strftime("%a") for day in saturday_to_monday] == ["Sat", "Sun", "Mon"]
    midnights = [at_local(day, time(), zone) for day in saturday_to_monday]
    assert midnights[2] - midnights[1] == timedelta(hours=hours)
    monday_at_eight = local(at_local(saturday_to_monday[2], time(8), zone), zone)
    assert (monday_at_eight.date(), monday_at_eight.time()) == (sunday + timedelta(days=1), time(8))


def test_a_moment_may_be_another_day_in_another_zone():
    moment = datetime(2026, 11, 1, 3, 45, tzinfo=UTC)
    assert [local(moment, zone).strftime("%d %H:%M") for zone in ZONES] == [
        "31 23:45",
        "01 00:45",
        "01 01:15",
        "31 21:45",
    ]


def test_a_moment_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="zone"):
        local(datetime(2026, 1, 1), TORONTO)  # noqa: DTZ001


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.times().map(lambda t: t.replace(microsecond=0)),
    st.sampled_from(ZONES),
)
def test_a_wall_time_is_kept_or_moved_forward_by_the_gap(day, wall_time, zone):
    there = local(at_local(day, wall_time, zone), zone).replace(tzinfo=None)
    wanted = datetime.combine(day, wall_time)
    assert there - wanted in (timedelta(0), timedelta(hours=1))


def test_no_days_are_no_days():
    assert local_days(SPRING, 0) == []


@pytest.mark.parametrize(
    ("clock", "french", "english"),
    [
        (time(8, 30), f"8{NBSP}h{NBSP}30", "8:30 a.m."),
        (time(8), f"8{NBSP}h", "8:00 a.m."),
        (time(13, 5), f"13{NBSP}h{NBSP}05", "1:05 p.m."),
        (time(0), f"0{NBSP}h", "12:00 a.m."),
        (time(12), f"12{NBSP}h", "12:00 p.m."),
        (datetime(2026, 12, 8, 17, 45, tzinfo=ZoneInfo(TORONTO)), f"17{NBSP}h{NBSP}45", "5:45 p.m."),
    ],
)
def test_a_time_is_said_as_people_say_it(clock, french, english):
    assert (say_time(clock, "fr"), say_time(clock, "en")) == (french, english)


def test_a_date_is_said_in_words():
    day = date(2026, 12, 8)
    assert say_date(day, "fr") == "mardi 8 décembre"
    assert say_date(day, "fr", year=True) == "mardi 8 décembre 2026"
    assert say_date(day, "en") == "Tuesday, December 8"
    assert say_date(day, "en-ca", year=True) == "Tuesday, December 8, 2026"


def test_the_first_of_the_month_is_an_ordinal_in_french_only():
    day = date(2026, 8, 1)
    assert say_date(day, "fr") == "samedi 1er août"
    assert say_date(day, "fr", year=True) == "samedi 1er août 2026"
    assert say_short_date(day, "fr") == "sam. 1er août"
    assert say_date(day, "en") == "Saturday, August 1"


def test_a_short_date_is_short():
    day = date(2026, 12, 8)
    assert (say_short_date(day, "fr"), say_short_date(day, "en")) == ("mar. 8 déc.", "Tue, Dec 8")


def test_a_moment_is_said_in_the_zone_of_the_shop():
    moment = datetime(2026, 12, 9, 0, 45, tzinfo=UTC)
    assert say_moment(moment, TORONTO, "fr") == f"mardi 8 décembre à 19{NBSP}h{NBSP}45"
    assert say_moment(moment, TORONTO, "en") == "Tuesday, December 8 at 7:45 p.m."
    assert say_moment(moment, ST_JOHNS, "fr") == f"mardi 8 décembre à 21{NBSP}h{NBSP}15"


@pytest.mark.parametrize(
    ("given", "rounded"),
    [("11:37", "11:45"), ("11:45", "11:45"), ("11:45:00.000001", "12:00"), ("23:59", "24:00")],
)
def test_a_promise_is_rounded_up_to_the_next_step(given, rounded):
    day = datetime(2026, 11, 30, tzinfo=UTC)
    moment = datetime.combine(day, time.fromisoformat(given), UTC)
    hours, minutes = map(int, rounded.split(":"))
    assert round_up(moment, timedelta(minutes=15)) == day + timedelta(hours=hours, minutes=minutes)
