"""Choosing a start at the counter: a fortnight of days, and the open starts of one. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from booking.availability import Start, find_availability
from booking.menu import Demand
from booking.models import Appointment
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from desk.converters import parse_day
from desk.words import page_language, say_weekday
from lib import clock

WINDOW_DAYS = 14
MOST_DAYS = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What has been chosen so far: where the fortnight begins, the day, the start (UTC)."""

    window: date | None = None
    day: date | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class PickDay:
    value: str
    weekday: str
    number: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The days with their counts, and the selected day's starts by part of the day.

    `missed` is the wished start in words when it is not open for this work.
    """

    window: str
    days: list[PickDay]
    day: str
    day_label: str
    groups: list[dict[str, Any]]
    count: int
    missed: str = ""


def build_picker(
    dealership: Dealership, demand: Demand, wish: Wish, *, now: datetime, owner: Appointment | None = None
) -> Picker:
    """The open starts for `demand` around what is wished; staff are not bound by the minimum notice."""
    today = clock.local(now, dealership.zone).date()
    day = _day_of(wish, dealership.zone, today)
    window = _window(wish.window, day, today)
    found = find_availability(
        dealership, demand, first_day=window, days=WINDOW_DAYS, now=now, owner=owner, notice=False,
        find_first=day is None,
    )  # fmt: skip
    if day is None:
        first = found.first
        day = clock.local(first.starts_at, dealership.zone).date() if first else window
    starts = found.days[day]
    open_days = load_calendar(dealership, window, window + timedelta(days=WINDOW_DAYS))
    shown = [one for one in found.days if open_days.is_open(one) or one == day][:MOST_DAYS]
    return Picker(
        window=window.isoformat(),
        days=[_show_day(one, len(found.days[one]), selected=one == day) for one in shown],
        day=day.isoformat(),
        day_label=clock.say_date(day, page_language(), year=True),
        groups=show_starts(starts, dealership.zone, wish.start),
        count=len(starts),
        missed=_missed(wish.start, starts, dealership.zone),
    )


def show_starts(
    starts: Iterable[Start], zone: str, wanted: datetime | None, *, dated: bool = False
) -> list[dict[str, Any]]:
    """Starts as the slots component shows them: the wanted one is selected, else the first."""
    listed = list(starts)
    chosen = next((start for start in listed if start.starts_at == wanted), listed[0] if listed else None)
    slots = [_show_start(start, zone, selected=start == chosen, dated=dated) for start in listed]
    if dated:
        return [{"label": "", "slots": slots}]
    halves = ((_("Morning"), True), (_("Afternoon"), False))
    groups = [{"label": label, "slots": [s for s in slots if s["morning"] is half]} for label, half in halves]
    return [group for group in groups if group["slots"]]


def read_start(text: str, zone: str) -> datetime | None:
    """The moment (UTC) of a local wall time such as `2026-12-08T07:45`; None when it is none."""
    try:
        wall = datetime.fromisoformat(text)
        parse_day(wall.date().isoformat())
    except ValueError:
        return None
    return None if wall.tzinfo else clock.at_local(wall.date(), wall.time(), zone)


def read_day(text: str) -> date | None:
    """A day such as `2026-12-08`; None when it is none."""
    try:
        return parse_day(text)
    except ValueError:
        return None


def _day_of(wish: Wish, zone: str, today: date) -> date | None:
    day = wish.day or (clock.local(wish.start, zone).date() if wish.start else None)
    return max(day, today) if day else None


def _window(window: date | None, day: date | None, today: date) -> date:
    begins = max(window or today, today)
    if day is None or begins <= day < begins + timedelta(days=MOST_DAYS):
        return begins
    return max(day, today)


def _show_day(day: date, count: int, *, selected: bool) -> PickDay:
    full = clock.say_date(day, page_language())
    return PickDay(day.isoformat(), say_weekday(day), str(day.day), full, count, selected)


def _show_start(start: Start, zone: str, *, selected: bool, dated: bool) -> dict[str, Any]:
    there, ready = clock.local(start.starts_at, zone), clock.local(start.ready_at, zone)
    language = page_language()
    time = clock.say_time(there, language)
    ready_time = clock.say_time(ready, language)
    same_day = ready.date() == there.date()
    return {
        "value": there.strftime("%Y-%m-%dT%H:%M"),
        "start": f"{clock.say_short_date(there.date(), language)} {time}" if dated else time,
        "ready": ready_time if same_day else f"{say_weekday(ready.date())} {ready_time}",
        "selected": selected,
        "morning": there.hour < 12,
    }


def _missed(wanted: datetime | None, starts: Iterable[Start], zone: str) -> str:
    if wanted is None or any(start.starts_at == wanted for start in starts):
        return ""
    return clock.say_time(clock.local(wanted, zone), page_language())
