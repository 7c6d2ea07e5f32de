"""A caller for whom nothing is open: why that is, and keeping that it was so."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from booking.actions.unmet import mark_met, note_unmet
from booking.menu import STAFF, Demand
from booking.models import UnmetSource
from desk.access import Desk
from desk.basket import Asked
from desk.picker import Picker, Wish
from lib import clock


def why_links(desk: Desk, asked: Asked, picker: Picker | None, wish: Wish) -> dict[str, str]:
    """Where the day in view, and the wished time that is not open, are explained for this work."""
    if picker is None or "explain_capacity" not in desk.allowed:
        return {}
    address = reverse("desk:capacity-why", args=[desk.dealership.slug])
    query = {"day": picker.day, "who": STAFF, **asked.query}
    links = {"why_url": f"{address}?{urlencode(query, doseq=True)}"}
    if wish.start and picker.missed:
        there = clock.local(wish.start, desk.dealership.zone)
        timed = {**query, "day": there.date().isoformat(), "time": there.strftime("%H:%M")}
        links["why_time_url"] = f"{address}?{urlencode(timed, doseq=True)}"
    return links


def note_full_day(desk: Desk, demand: Demand | None, picker: Picker | None, key: str) -> None:
    """Keep that the day in view has no start for the work; `key` is the form's, one a call."""
    if demand is None or picker is None or picker.count or not key:
        return
    day = date.fromisoformat(picker.day)
    note_unmet(
        dealership=desk.dealership,
        demand=demand,
        first_day=day,
        last_day=day,
        source=UnmetSource.STAFF,
        seeker=seeker_of(key),
    )


def note_booked(desk: Desk, asked: Asked, key: str) -> None:
    """What this call looked for in vain before is lost no more."""
    if key:
        mark_met(dealership=desk.dealership, services=asked.services, seeker=seeker_of(key))


def seeker_of(key: str) -> str:
    """What tells one call from another; it is never stored as it is."""
    return f"desk:{key}"
