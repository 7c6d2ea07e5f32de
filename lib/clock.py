"""Moments are stored and subtracted in UTC; days and hours belong to the dealership's zone.

A local day may last 23 or 25 hours, so days are counted as dates and never as 24 hours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from lib.languages import is_english, locale_name

NBSP = "\u00a0"


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The same moment on the wall clock of an IANA zone. ``moment`` must be aware."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(ZoneInfo(zone))


@lru_cache(maxsize=8192)  # a search asks for the same openings and closings again and again
def at_local(day: date, wall_time: time, zone: str) -> datetime:
    """The moment, in UTC, when the wall clock of the zone shows this day and time.

    A time that the spring change skips moves forward by the gap (2:30 becomes 3:30); one that the autumn
    change repeats is the first of the two.
    """
    # fold=0 means both: before the change the old offset still counts.
    return datetime.combine(day, wall_time.replace(fold=0, tzinfo=ZoneInfo(zone))).astimezone(UTC)


def round_up(moment: datetime, step: timedelta) -> datetime:
    """The moment itself, or the next one on a whole step of its hour; `step` is whole minutes that divide an hour."""
    over = (moment - moment.replace(minute=0, second=0, microsecond=0)) % step
    return moment + (step - over) if over else moment


def local_days(start: date, count: int) -> list[date]:
    """``count`` calendar days from ``start`` on."""
    return [start + timedelta(days=offset) for offset in range(count)]


def say_time(moment: datetime | time, language: str) -> str:
    """French ``8 h 30`` and ``8 h`` (no-break spaces), English ``8:30 a.m.``; a datetime's own wall time."""
    hour, minute = moment.hour, moment.minute
    if is_english(language):
        return f"{hour % 12 or 12}:{minute:02} {'a.m.' if hour < 12 else 'p.m.'}"
    return f"{hour}{NBSP}h" + (f"{NBSP}{minute:02}" if minute else "")


def say_date(day: date, language: str, *, year: bool = False) -> str:
    """French ``mardi 8 décembre`` (``1er`` for the first), English ``Tuesday, December 8``."""
    english = "EEEE, MMMM d, y" if year else "EEEE, MMMM d"
    french = "EEEE {d} MMMM y" if year else "EEEE {d} MMMM"
    return _say(day, language, english=english, french=french)


def say_short_date(day: date, language: str) -> str:
    """French ``mar. 8 déc.``, English ``Tue, Dec 8``."""
    return _say(day, language, english="EEE, MMM d", french="EEE {d} MMM")


def say_moment(moment: datetime, zone: str, language: str) -> str:
    """``mardi 8 décembre à 7 h 45``, ``Tuesday, December 8 at 7:45 a.m.``, in the zone's wall time."""
    there = local(moment, zone)
    at = "at" if is_english(language) else "à"
    return f"{say_date(there, language)} {at} {say_time(there, language)}"


def _say(day: date, language: str, *, english: str, french: str) -> str:
    # "1er" is not in the locale data: French counts only the first of the month in order.
    pattern = english if is_english(language) else french.format(d="d'er'" if day.day == 1 else "d")
    return format_date(day, pattern, locale=locale_name(language))
