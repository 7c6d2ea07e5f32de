"""The panel in which a time is chosen: the first opening, a week of days, the times of one day.

The funnel and the page that moves an appointment show the same one. Nothing here is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.availability import Availability, Start, find_availability
from booking.menu import Demand
from booking.models import Appointment, DayPart, Hold
from booking.needs import EVENING, part_of
from booking.rulebook import rulebook_of
from booking.views.site import closure_reasons
from booking.views.starts import read_day
from booking.views.words import (
    page_language,
    range_words,
    ready_words,
    start_words,
    time_words,
    value_of,
    weekday_words,
)
from dealerships.calendar import Calendar
from dealerships.models import Dealership
from lib import clock

WEEK = 7


@dataclass(frozen=True)
class Search:
    """What is looked for, by whom, and what the address asks to see."""

    dealership: Dealership
    demand: Demand
    owner: Hold | Appointment | None
    url: str
    query: Mapping[str, str]  # kept in every link of the panel
    asked: Mapping[str, str]  # `day` shows a day; `from` shows its week
    chosen: datetime | None = None
    now: datetime | None = None
    with_whom: str = ""  # the advisor whom the demand names

    @property
    def part(self) -> str:
        """The part of the day that is asked for; empty for any."""
        asked = self.asked.get("part", "")
        return asked if asked in DayPart.values else ""

    @property
    def moment(self) -> datetime:
        return self.now or clock.now()

    @property
    def today(self) -> date:
        return clock.local(self.moment, self.dealership.zone).date()

    @property
    def last_day(self) -> date:
        return self.today + timedelta(days=self.dealership.horizon_days)

    def link(self, **more: str) -> str:
        asked = {"part": self.part, **self.query, **more}
        return f"{self.url}?{urlencode({name: value for name, value in asked.items() if value})}"

    def find(self, first_day: date, days: int, *, find_first: bool) -> Availability:
        return find_availability(
            self.dealership, self.demand, first_day=first_day, days=days, now=self.moment, owner=self.owner,
            find_first=find_first, parts=[self.part] if self.part else (),
        )  # fmt: skip


def time_panel(search: Search) -> dict[str, Any]:
    """Everything that the panel's template shows."""
    near = search.find(search.today, WEEK, find_first=True)
    monday = _first_day_shown(search, near)
    week = near if monday == search.today else search.find(monday, WEEK, find_first=False)
    day = _day_shown(search, week)
    calendar = rulebook_of(search.dealership).calendar
    zone = search.dealership.zone
    return {
        "first": start_words(near.first.starts_at, near.first.ready_at, zone) if near.first else None,
        "days": [
            _day(search, one, len(starts), selected=one == day, closed=not calendar.is_open(one))
            for one, starts in week.days.items()
        ],
        "range": range_words(monday, monday + timedelta(days=WEEK - 1)),
        "parts": _parts(search, calendar),
        "part": search.part,
        "narrow": bool(search.part or search.with_whom),
        "previous_url": _week_link(search, monday - timedelta(days=WEEK)),
        "next_url": _week_link(search, monday + timedelta(days=WEEK)),
        "day": clock.say_date(day, page_language()),
        "legend": clock.say_date(day, page_language(), year=True),
        "groups": _groups(search, week.days[day]),
        "nothing": None
        if week.days[day]
        else _say_nothing(search, day, week, open_day=calendar.is_open(day)),
        "last_day": search.last_day.isoformat(),
        "today": search.today.isoformat(),
        "picked": day.isoformat(),
    }


def _first_day_shown(search: Search, near: Availability) -> date:
    """The first of the seven days in which the asked-for day lies, or else the first opening."""
    asked = read_day(search.asked.get("day", "")) or read_day(search.asked.get("from", ""))
    if asked is None:
        moment = search.chosen or (near.first.starts_at if near.first else search.moment)
        asked = clock.local(moment, search.dealership.zone).date()
    asked = min(max(asked, search.today), search.last_day)
    return asked - timedelta(days=(asked - search.today).days % WEEK)


def _day_shown(search: Search, week: Availability) -> date:
    """The asked-for day; else the chosen start's; else the first with an opening; else the first."""
    asked = read_day(search.asked.get("day", ""))
    if asked is not None and asked in week.days:
        return asked
    if search.chosen and not search.asked.get("from"):
        chosen = clock.local(search.chosen, search.dealership.zone).date()
        if week.days.get(chosen):
            return chosen
    return next((day for day, starts in week.days.items() if starts), next(iter(week.days)))


def _day(search: Search, day: date, count: int, *, selected: bool, closed: bool) -> dict[str, Any]:
    language = page_language()
    return {
        "url": search.link(day=day.isoformat()),
        "weekday": weekday_words(day),
        "day": day.day,
        "label": clock.say_date(day, language),
        "count": count,
        "selected": selected,
        "closed": closed,
    }


def _parts(search: Search, calendar: Calendar) -> list[dict[str, Any]]:
    """The parts of the day to choose from; the evening only where a day of the week is open then."""
    evenings = any(closes > EVENING for _opens, closes in calendar.hours.values()) or search.part == "eve"
    parts = [(part.value, part.label) for part in DayPart if evenings or part != DayPart.EVENING]
    return [
        {"url": search.link(**looked_at(search), part=code), "label": label, "selected": code == search.part}
        for code, label in [("", _("Any time")), *parts]
    ]


def looked_at(search: Search) -> dict[str, str]:
    """The day or the week that the address asks for."""
    return {name: search.asked[name] for name in ("day", "from") if search.asked.get(name)}


def _week_link(search: Search, first_day: date) -> str:
    """Empty where there is nothing more to see."""
    shown = max(first_day, search.today)
    beyond = first_day > search.last_day or first_day + timedelta(days=WEEK) <= search.today
    return "" if beyond else search.link(**{"from": shown.isoformat()})


def _groups(search: Search, starts: tuple[Start, ...]) -> list[dict[str, Any]]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for start in starts:
        part = part_of(clock.local(start.starts_at, search.dealership.zone).time())
        parts.setdefault(str(DayPart(part).label), []).append(_slot(search, start))
    return [{"label": label, "slots": slots} for label, slots in parts.items()]


def _slot(search: Search, start: Start) -> dict[str, Any]:
    zone = search.dealership.zone
    return {
        "value": value_of(start.starts_at),
        "start": time_words(clock.local(start.starts_at, zone)),
        "ready": ready_words(start.starts_at, start.ready_at, zone),
        "selected": start.starts_at == search.chosen,
    }


def _say_nothing(search: Search, day: date, week: Availability, *, open_day: bool) -> dict[str, Any]:
    """Why the day has no times, whether it is closed in any case, and where the next opening is."""
    sentence = _("Full that day.")
    if search.part:
        sentence = _("No time in that part of the day.")
    if search.with_whom:
        sentence = _("%(name)s has no time that day.") % {"name": search.with_whom}
    if not open_day:
        reason = closure_reasons(search.dealership, day, day).get(day)
        sentence = _("Closed that day: %(reason)s.") % {"reason": reason} if reason else _("Closed that day.")
    following = next((starts[0] for one, starts in week.days.items() if one > day and starts), None)
    if following is None and day < search.last_day:
        following = search.find(day + timedelta(days=1), 1, find_first=True).first
    nothing = {"sentence": sentence, "closed": not open_day, "next": "", "url": ""}
    if following is None:
        return nothing
    there = clock.local(following.starts_at, search.dealership.zone)
    said = clock.say_moment(following.starts_at, search.dealership.zone, page_language())
    return {**nothing, "next": said, "url": search.link(day=there.date().isoformat())}
