"""Telling the dealership what its customers looked for in vain."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from booking.actions.unmet import note_unmet
from booking.models import UnmetSource
from booking.views.draft import ensure_holder
from booking.views.panel import WEEK, Search
from booking.views.starts import read_day


def seeker_of(request: HttpRequest) -> str:
    """What tells this session's searches from another's; it is never stored as it is."""
    return f"web:{ensure_holder(request)}"


def note_nothing_found(request: HttpRequest, search: Search, panel: dict[str, Any]) -> None:
    """Keep the search when the days that were asked for have no start."""
    # Whoever looks at the mornings alone has not looked for everything.
    days = _days_in_vain(search, panel) if request.method == "GET" and not search.part else None
    if days:
        note_unmet(
            dealership=search.dealership,
            demand=search.demand,
            first_day=days[0],
            last_day=days[1],
            source=UnmetSource.WEB,
            seeker=seeker_of(request),
        )


def _days_in_vain(search: Search, panel: dict[str, Any]) -> tuple[date, date] | None:
    """Everything that may be booked, the week that was turned to, or the day that was chosen; None if there is a start."""
    if panel["first"] is None:
        return search.today, search.last_day
    if panel["nothing"] is None:
        return None
    shown = date.fromisoformat(panel["picked"])
    if read_day(search.asked.get("day", "")) == shown:
        return shown, shown
    # The first day of a week is shown when no day of it has a start.
    return shown, min(shown + timedelta(days=WEEK - 1), search.last_day)
