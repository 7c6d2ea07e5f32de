"""Sentences and labels that several pages share, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from booking.models import Transport
from dealerships.models import HOUSE_ZONE
from lib import clock, money

TRANSPORT_ICONS: Mapping[str, str] = {
    Transport.WAIT: "armchair",
    Transport.DROP_OFF: "car-front",
    Transport.KEY_DROP: "key-round",
    Transport.SHUTTLE: "bus",
    Transport.COURTESY_CAR: "repeat",
}

# Short, for a row of chips; the full sentences are the model's.
TRANSPORT_CHIPS: Mapping[str, Any] = {
    Transport.WAIT: gettext_lazy("Wait on site"),
    Transport.DROP_OFF: gettext_lazy("Drop off"),
    Transport.KEY_DROP: gettext_lazy("Key box"),
    Transport.SHUTTLE: gettext_lazy("Shuttle"),
    Transport.COURTESY_CAR: gettext_lazy("Courtesy car"),
}


def page_language() -> str:
    """`fr` or `en`."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def time_words(moment: datetime) -> str:
    """A wall time that a narrow screen does not break in two."""
    return clock.say_time(moment, page_language()).replace(" ", clock.NBSP)


def ready_words(starts_at: datetime, ready_at: datetime, zone: str) -> str:
    """`11 h 30` on the same day, `mer. 9 déc., 8 h` on a later one."""
    ready, language = clock.local(ready_at, zone), page_language()
    said = time_words(ready)
    if ready.date() == clock.local(starts_at, zone).date():
        return said
    return f"{clock.say_short_date(ready, language)}, {said}"


def start_words(starts_at: datetime, ready_at: datetime, zone: str) -> dict[str, str]:
    """Everything said about one start: its date, its time, when the vehicle is ready."""
    language, there = page_language(), clock.local(starts_at, zone)
    return {
        "value": value_of(starts_at),
        "date": clock.say_date(there, language),
        "short_date": clock.say_short_date(there, language),
        "start": time_words(there),
        "ready": ready_words(starts_at, ready_at, zone),
    }


def value_of(moment: datetime) -> str:
    """A moment as a form carries it: ISO 8601 in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def duration_words(minutes: int) -> str:
    """`45 min`, `1 h`, `1 h 30`; in English `45 min`, `1 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    nbsp = clock.NBSP
    if not hours:
        return f"{rest}{nbsp}min"
    if not rest:
        return f"{hours}{nbsp}h"
    return f"{hours}{nbsp}h{nbsp}{rest:02}" + (f"{nbsp}min" if page_language() == "en" else "")


def price_words(cents: int | None, *, at_least: bool = False) -> str:
    """`89,95 $`, `dès 89,95 $`, or that it takes an estimate."""
    if cents is None:
        return _("On estimate")
    if cents == 0:
        return _("No charge")
    said = money.say_price(cents, page_language())
    return _("from %(price)s") % {"price": said} if at_least else said


def weekday_words(day: date) -> str:
    """`mar.`, `Tue`."""
    return clock.say_short_date(day, page_language()).split()[0].rstrip(",")


def day_words(moment: datetime) -> str:
    """The day of a moment on the house's wall, with its year: for what belongs to no dealership."""
    return clock.say_date(clock.local(moment, HOUSE_ZONE), page_language(), year=True)


def range_words(first: date, last: date) -> str:
    """`8 déc. – 14 déc.`: the days that a strip shows."""
    return f"{_short(first)} – {_short(last)}"


def _short(day: date) -> str:
    parts = clock.say_short_date(day, page_language()).replace(",", "").split()
    return clock.NBSP.join(parts[1:])
