"""Words of the capacity pages: weekdays, limits, a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from booking.models import Skill, Transport
from desk.words import NBSP, page_language, say_hours
from lib import clock
from lib.languages import locale_name

WEEK = range(7)
# A Monday, to name the weekdays by.
_MONDAY = date(2024, 1, 1)


def weekday_name(weekday: int, *, short: bool = False) -> str:
    """`lundi`, `Monday`; short `lun.`, `Mon`."""
    day = _MONDAY + timedelta(days=weekday)
    return str(format_date(day, "EEE" if short else "EEEE", locale=locale_name(page_language())))


def plain_hours(minutes: int) -> str:
    """Minutes as hours in a field, two places at most: `31,25`."""
    return str(format_decimal(minutes / 60, format="0.##", locale=locale_name(page_language())))


def hours_word(minutes: int) -> str:
    """`31,5 h`."""
    return f"{say_hours(minutes)}{NBSP}h"


def say_limit(cap: int | None, *, hours: bool = False) -> str:
    """A limit in words: no limit, closed, or the number."""
    if cap is None:
        return _("no limit")
    if cap == 0:
        return _("closed")
    return hours_word(cap) if hours else str(cap)


def say_wall(wall_time: time) -> str:
    return clock.say_time(wall_time, page_language())


def say_span(starts: time, ends: time) -> str:
    """`7 h 30–12 h`."""
    return f"{say_wall(starts)}–{say_wall(ends)}"


def say_days(first: date, last: date) -> str:
    """One day, or from one to the other: `lun. 5 janv. – ven. 9 janv.`"""
    start = clock.say_short_date(first, page_language())
    return start if first == last else f"{start} – {clock.say_short_date(last, page_language())}"


def skill_word(skill: str) -> str:
    return str(Skill(skill).label) if skill in Skill.values else skill


def transport_name(transport: str) -> str:
    """A transport as the staff name it."""
    names = {
        Transport.WAIT: _("Waits on site"),
        Transport.DROP_OFF: _("Drops it off"),
        Transport.KEY_DROP: _("Key drop"),
        Transport.SHUTTLE: _("Shuttle"),
        Transport.COURTESY_CAR: _("Courtesy car"),
    }
    return str(names.get(Transport(transport), transport)) if transport in Transport.values else transport


def own_words(row: object, stem: str) -> str:
    """`name_fr` or `name_en` of a row, in the page's language."""
    return str(getattr(row, f"{stem}_{page_language()}"))


def weekday_ranges(weekdays: Iterable[int]) -> str:
    """`lun.–ven., sam.`: weekdays as runs."""
    runs: list[list[int]] = []
    for weekday in sorted(weekdays):
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    words = []
    for run in runs:
        first, last = weekday_name(run[0], short=True), weekday_name(run[-1], short=True)
        words.append(first if len(run) == 1 else f"{first}–{last}" if len(run) > 2 else f"{first}, {last}")
    return ", ".join(words)
