from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lib.zone_rules import zone_rules

CANADA = [
    "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg", "America/Edmonton",
    "America/Vancouver",
]  # fmt: skip


def parts(zone, year=2026):
    return [
        (one.name, one.to_ical().decode().split("\r\n")[1:-2]) for one in zone_rules(zone, year).subcomponents
    ]


def test_daylight_and_standard_time_stand_there_once_each_with_their_rule():
    assert parts("America/Toronto") == [
        (
            "DAYLIGHT",
            [
                "DTSTART:20250309T020000", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "TZNAME:EDT",
                "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400",
            ],
        ),
        (
            "STANDARD",
            [
                "DTSTART:20251102T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11", "TZNAME:EST",
                "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500",
            ],
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("zone", CANADA)
def test_outlook_finds_no_date_that_it_would_ignore(zone):
    content = zone_rules(zone, 2026).to_ical()
    assert b"RDATE" not in content
    assert content.count(b"RRULE") == 2


@pytest.mark.parametrize("zone", [*CANADA, "America/Regina", "Europe/Paris", "UTC"])
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_rules_tell_the_hour_that_the_zone_has(zone, year):
    carried = zone_rules(zone, year).to_tz(lookup_tzid=False)
    noon = datetime(year, 1, 1, 12, tzinfo=UTC)
    for day in range(0, 366, 3):
        wall = (noon + timedelta(days=day)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert wall.replace(tzinfo=carried).astimezone(UTC) == wall.replace(tzinfo=ZoneInfo(zone)).astimezone(
            UTC
        )


def test_a_zone_without_daylight_time_has_one_part_and_no_rule():
    assert parts("America/Regina") == [
        ("STANDARD", ["DTSTART:20250101T000000", "TZNAME:CST", "TZOFFSETFROM:-0600", "TZOFFSETTO:-0600"])
    ]


def test_the_last_sunday_is_said_as_the_last():
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in str(parts("Europe/Paris"))


def test_a_zone_that_gave_up_daylight_time_tells_each_change_by_its_day():
    # Yukon stayed on the time of March 8, 2020.
    changes = parts("America/Whitehorse", 2020)
    assert not any("RRULE" in str(one) for one in changes)
    carried = zone_rules("America/Whitehorse", 2020).to_tz(lookup_tzid=False)
    for day in (date(2019, 7, 1), date(2019, 12, 20), date(2020, 7, 1), date(2021, 1, 15)):
        wall = datetime.combine(day, time(9))
        assert (
            wall.replace(tzinfo=carried).utcoffset()
            == wall.replace(tzinfo=ZoneInfo("America/Whitehorse")).utcoffset()
        )
