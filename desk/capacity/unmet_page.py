"""Lost demand by week, as the page and the sheet show it. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.menu_items import Menu
from booking.models import PoolKind, UnmetDemand, UnmetSource
from booking.unmet import WEEK, Cause, LostTo, UnmetWeek, cause_of, unmet_weeks
from booking.why_days import SHUT
from desk.capacity.sayings import transport_name
from desk.capacity.why_words import Names, name_pool, rule_label, say_units, scope_of
from desk.words import page_language
from lib import clock

# Weeks in the overview before the one in view and after it.
BEFORE, AFTER = 6, 5


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause: how many it cost, one more unit in words, what that would have saved at most, and where to change it."""

    label: str
    lost: int
    unit: str
    saved: int
    url: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week of the overview."""

    label: str
    lost: int
    met: int
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class UnmetPage:
    """The week in view in numbers, beside the weeks around it; `most` is what a full bar stands for."""

    week: UnmetWeek
    sentence: str
    parts: list[str]
    causes: list[CauseLine]
    services: list[tuple[str, int]]
    weeks: list[WeekLine]
    most: int


def show_unmet(
    rows: Iterable[UnmetDemand],
    monday: date,
    *,
    menu: Menu,
    names: Names,
    slug: str,
    change_from: date | None,
) -> UnmetPage:
    """The page of the week of `monday`; limits may be changed from `change_from` on (None: not at all)."""
    weeks = unmet_weeks(rows, monday - BEFORE * WEEK, BEFORE + 1 + AFTER)
    week = weeks[BEFORE]
    return UnmetPage(
        week=week,
        sentence=_sentence(week),
        parts=_parts(week),
        causes=[_cause_line(one, names, monday, slug, change_from) for one in week.causes],
        services=[(_service(code, menu), count) for code, count in week.services],
        weeks=[_week_line(one, slug, current=one is week) for one in weeks],
        most=max([one.lost for one in weeks] + [1]),
    )


def sheet_of(rows: Sequence[UnmetDemand], menu: Menu, names: Names) -> tuple[list[str], list[list[object]]]:
    """Head and rows of the sheet: what is kept, in words; nothing of it says who it was."""
    head = [
        _("Asked on"), _("First day"), _("Last day"), _("Source"), _("Services"), _("Transport"), _("Minutes"),
        _("Cause"), _("Short by"), _("Booked after all"),
    ]  # fmt: skip
    return head, [
        [
            clock.local(row.at, names.zone).date().isoformat(),
            row.first_day.isoformat(),
            row.last_day.isoformat(),
            UnmetSource(row.source).label,
            ", ".join(_service(code, menu) for code in row.services),
            transport_name(row.transport),
            row.minutes,
            say_cause(cause_of(row), names),
            row.short_by if row.cap_kind is not None and not row.rule else None,
            _("yes") if row.met_at else _("no"),
        ]
        for row in rows
    ]


def say_cause(cause: Cause, names: Names) -> str:
    """`Shop hours`, `Alignment rack, closed`, `Notice`."""
    if cause.kind is None:
        return rule_label(cause.rule)
    name = name_pool(cause.kind, cause.subject, names)
    return f"{name}, {_('closed')}" if cause.rule == SHUT else name


def _cause_line(one: LostTo, names: Names, monday: date, slug: str, change_from: date | None) -> CauseLine:
    cause, sunday, url = one.cause, monday + timedelta(days=6), ""
    # A quarter hour of an advisor takes one customer: it may be opened again, not raised.
    changeable = cause.kind is not None and (cause.kind != PoolKind.ADVISOR_CELL or cause.rule)
    if cause.kind is not None and changeable and change_from is not None and sunday >= change_from:
        asked = {
            "what": scope_of(cause.kind, cause.subject),
            "first": max(monday, change_from).isoformat(),
            "last": sunday.isoformat(),
            "action": "open" if cause.rule else "raise",
        }
        url = f"{reverse('desk:capacity-change', args=[slug])}?{urlencode(asked)}"
    unit = f"+{say_units(cause.kind, cause.unit)}" if cause.kind is not None and cause.unit else ""
    return CauseLine(say_cause(cause, names), one.lost, unit, one.saved, url)


def _week_line(week: UnmetWeek, slug: str, *, current: bool) -> WeekLine:
    label = clock.say_short_date(week.monday, page_language())
    url = f"{reverse('desk:capacity-unmet', args=[slug])}?{urlencode({'week': week.monday.isoformat()})}"
    return WeekLine(label, week.lost, week.met, current, url)


def _sentence(week: UnmetWeek) -> str:
    said = ngettext("%(count)s demand lost.", "%(count)s demands lost.", week.lost) % {"count": week.lost}
    if not week.met:
        return said
    after_all = ngettext(
        "%(count)s more found a time after all.", "%(count)s more found a time after all.", week.met
    )
    return f"{said} {after_all % {'count': week.met}}"


def _parts(week: UnmetWeek) -> list[str]:
    """Where the lost ones asked."""
    return [f"{UnmetSource(source).label} {count}" for source, count in week.sources]


def _service(code: str, menu: Menu) -> str:
    return menu[code].name(page_language()) if code in menu else code
