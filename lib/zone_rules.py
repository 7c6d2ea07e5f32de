"""A zone's clock changes as yearly rules: what a calendar file has to carry (RFC 5545, 3.6.5).

Outlook reads DTSTART, RRULE and the offsets of a VTIMEZONE and ignores every RDATE (MS-STANOICAL, 2.2.47): changes that
are listed one by one leave half of its year an hour off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """Clocks of a zone change: when they showed which time before, and by how much they differ from UTC."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def month_and_weekday(self) -> tuple[int, int]:
        """Which month, and which day of the week."""
        return self.wall.month, self.wall.weekday()

    @property
    def week(self) -> int:
        """Which of its month's: the second Sunday is 2."""
        return (self.wall.day - 1) // 7 + 1

    @property
    def is_last(self) -> bool:
        """Whether the month has no later one."""
        return (self.wall + 7 * DAY).month != self.wall.month


def zone_rules(zone: str, year: int) -> Timezone:
    """The VTIMEZONE of an IANA zone, right from the year before `year` to the year after it.

    A change that comes every year the same stands there once, with its rule; any other stands there by its date.
    """
    carried = Timezone()
    carried.add("tzid", zone)
    changes = [change for one in (year - 1, year, year + 1) for change in _changes(zone, one)]
    rules = {kind: _rule([one for one in changes if one.is_daylight is kind]) for kind in (True, False)}
    if not all(rules.values()):
        carried.add_component(_until_the_first_change(zone, year))
    for change in changes:
        rule = rules[change.is_daylight]
        if rule is None or change.wall.year == year - 1:
            carried.add_component(_observance(change, rule))
    return carried


def _rule(changes: list[Change]) -> str | None:
    """The rule that all of three years' changes follow: `2SU` of their month, or the last, `-1SU`."""
    if len(changes) != 3 or len({(one.month_and_weekday, one.wall.time()) for one in changes}) != 1:
        return None
    month, weekday = changes[0].month_and_weekday
    weeks = {one.week for one in changes}
    if len(weeks) > 1 and not all(one.is_last for one in changes):
        return None
    week = weeks.pop() if len(weeks) == 1 else -1
    return f"FREQ=YEARLY;BYMONTH={month};BYDAY={week}{_WEEKDAYS[weekday]}"


def _observance(change: Change, rule: str | None) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
    observance.add("dtstart", change.wall)
    if rule:
        observance.add("rrule", vRecur.from_ical(rule))
    observance.add("tzname", change.name)
    observance.add("tzoffsetfrom", change.before)
    observance.add("tzoffsetto", change.after)
    return observance


def _until_the_first_change(zone: str, year: int) -> TimezoneDaylight | TimezoneStandard:
    start = datetime(year - 1, 1, 1, tzinfo=ZoneInfo(zone))
    offset = start.utcoffset() or timedelta()
    wall, daylight = start.replace(tzinfo=None), bool(start.dst())
    return _observance(Change(wall, offset, offset, start.tzname() or "", daylight), None)


@lru_cache(maxsize=64)
def _changes(zone: str, year: int) -> tuple[Change, ...]:
    return tuple(_find_changes(ZoneInfo(zone), year))


def _find_changes(zone: ZoneInfo, year: int) -> Iterator[Change]:
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        before, after = _offset(moment, zone), _offset(moment + DAY, zone)
        if before != after:
            yield _change(moment, before, after, zone)
        moment += DAY


def _change(day: datetime, before: timedelta, after: timedelta, zone: ZoneInfo) -> Change:
    """The change within the 24 hours from `day` on, to the minute."""
    minute = next(one for one in range(1, 24 * 60 + 1) if _offset(day + one * HOUR / 60, zone) != before)
    onset = (day + minute * HOUR / 60).astimezone(zone)
    wall = (onset - after + before).replace(tzinfo=None)
    return Change(wall, before, after, onset.tzname() or "", bool(onset.dst()))


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
