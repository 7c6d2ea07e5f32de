"""The no-show page's tables, in words: never a verdict from a handful of cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.numbers import format_decimal, format_percent
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.no_shows import (
    REMINDER,
    Rates,
    Visit,
    by_lead_time,
    by_reminder,
    by_wording,
    load_visits,
    rates_of,
)
from dealerships.models import Dealership
from desk.cadence.words import say_when
from desk.words import page_language, say_count
from lib.languages import locale_name
from lib.proportions import ENOUGH, Share, difference
from notifications.cadence import cadences_of
from notifications.kinds import KINDS

PERIODS = (4, 12, 52)  # weeks
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Cell:
    """A share: `94 %` (its counts when they are few), its bar from 0 to 100, its counts, and its interval or why none."""

    value: str
    percent: int
    counts: str
    interval: str
    enough: bool


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    visits: str
    confirmed: Cell
    came: Cell
    came_confirmed: Cell
    came_unconfirmed: Cell


def no_shows_context(dealership: Dealership, *, weeks: int, now: datetime) -> dict[str, Any]:
    """Everything of the page for the last so many weeks. Three queries."""
    visits = load_visits(dealership, since=now - timedelta(weeks=weeks), now=now)
    total = rates_of(visits)
    return {
        "weeks": weeks,
        "periods": [(count, _weeks(count), count == weeks) for count in PERIODS],
        "any": total.visits > 0,
        "total": _row(_("All visits"), total),
        "unmarked": _unmarked(total.unmarked),
        "lead_times": [_row(_bucket(*bucket), rates) for bucket, rates in by_lead_time(visits).items()],
        "reminders": [_row(_reminder(way), rates) for way, rates in by_reminder(visits).items()],
        "reminder": _cadence(dealership),
        "wordings": _wordings(visits),
        "enough": ENOUGH,
    }


def _cadence(dealership: Dealership) -> str:
    """When the reminder goes out as things are; the visits that are counted may have had it at another time."""
    when = cadences_of(dealership)[REMINDER]
    if not when.active:
        return _("Switched off at present.")
    said = say_when(KINDS[REMINDER], when)
    return _("At present: %(when)s.") % {"when": said[:1].lower() + said[1:]}


def _wordings(visits: Iterable[Visit]) -> dict[str, Any]:
    """Each wording, and the comparison of every other one with the usual one."""
    found = by_wording(visits)
    usual = found.get("", rates_of(()))
    return {
        "rows": [_row(wording_name(name), found[name]) for name in sorted(found)],
        "sentences": [
            compare(wording_name(name), usual.came, found[name].came) for name in sorted(found) if name
        ],
    }


def wording_name(name: str) -> str:
    """`cost` is told by what it says; another one by its own name."""
    return {"": _("Usual wording"), "cost": _("The place is reserved for you")}.get(name, name)


def compare(name: str, usual: Share, other: Share) -> str:
    """What may be said of another wording against the usual one: nothing from a few cases, and never more than the
    interval holds."""
    if not (usual.is_enough and other.is_enough):
        return _(
            "Nothing can be said yet of “%(name)s” against the usual wording: each needs at least %(enough)s visits "
            "whose outcome is known (%(usual)s and %(other)s so far)."
        ) % {"name": name, "enough": ENOUGH, "usual": usual.whole, "other": other.whole}
    gap, low, high = difference(usual, other)
    said = {"name": name, "gap": _points(gap), "low": _points(low), "high": _points(high)}
    sentence = _(
        "With “%(name)s”, the share that came differs by %(gap)s points from the usual wording "
        "(95%% interval: %(low)s to %(high)s)."
    )
    verdict = (
        _("A difference of zero remains possible.")
        if low <= 0 <= high
        else _("Zero is outside the interval.")
    )
    return f"{sentence % said} {verdict}"


def _row(label: str, rates: Rates) -> Row:
    return Row(
        label=label,
        visits=say_count(rates.visits),
        confirmed=_cell(rates.confirmed),
        came=_cell(rates.came),
        came_confirmed=_cell(rates.came_confirmed),
        came_unconfirmed=_cell(rates.came_unconfirmed),
    )


def _cell(share: Share) -> Cell:
    """From a few cases no percentage is shown, only what was counted."""
    counts = (
        _("%(part)s of %(whole)s") % {"part": say_count(share.part), "whole": say_count(share.whole)}
        if share.whole
        else ""
    )
    return Cell(
        value=_percent(share.value) if share.is_enough else counts or "–",
        percent=round(share.value * 100) if share.is_enough else 0,
        counts=counts if share.is_enough else "",
        interval=_interval(share),
        enough=share.is_enough,
    )


def _interval(share: Share) -> str:
    if not share.whole:
        return _("no visit")
    if not share.is_enough:
        return _("too few to say")
    return _("between %(low)s and %(high)s") % {"low": _percent(share.low), "high": _percent(share.high)}


def _bucket(first: int, last: int | None) -> str:
    if last == 0:
        return _("Same day")
    if last is None:
        return _("More than %(days)s days") % {"days": first - 1}
    return _("%(first)s to %(last)s days") % {"first": first, "last": last}


def _reminder(way: str) -> str:
    return {"sms": _("By text message"), "email": _("By e-mail")}.get(way, _("None was sent"))


def _unmarked(count: int) -> str:
    words = ngettext(
        "%(count)s visit was marked neither received nor missed at the desk: it counts in no share of who came.",
        "%(count)s visits were marked neither received nor missed at the desk: they count in no share of who came.",
        count,
    )
    return words % {"count": count} if count else ""


def _weeks(count: int) -> str:
    return _("%(count)s weeks") % {"count": count}


def _percent(value: float) -> str:
    return str(
        format_percent(value, "#,##0\u00a0%" if page_language() == "fr" else "#,##0%", locale=_locale())
    )


def _points(value: float) -> str:
    """Percentage points with their sign."""
    shown = format_decimal(abs(value) * 100, "0.0", locale=_locale())
    return f"{'−' if value < 0 else '+'}{shown}"


def _locale() -> str:
    return locale_name(page_language())
