"""The appointment as a calendar file (RFC 5545) that phones and desktops can keep up to date."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from lib.clock import local
from lib.text import without_controls

PRODUCT = "-//Creneau//Service appointments//FR"


def calendar_file(  # noqa: PLR0913 - what a calendar shows, each by name
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    summary: str,
    description: str,
    location: str,
    url: str,
    organizer_name: str,
    organizer_email: str,
    cancelled: bool = False,
    stamp: datetime,
) -> bytes:
    """One event in its own zone (TZID with its VTIMEZONE), with CRLF and folded lines.

    The three moments are aware. A calendar replaces what it has under the same ``uid`` when ``sequence``
    is higher, and removes it when ``cancelled``. Nobody is invited: METHOD is PUBLISH or CANCEL. Texts may
    hold anything; a line end in ``url`` or ``organizer_email`` is a ValueError.
    """
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(ZoneInfo("UTC")))
    event.add("dtstart", local(starts_at, zone))
    event.add("dtend", local(ends_at, zone))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _organizer(organizer_name, organizer_email))
    texts = {"summary": summary, "description": description, "location": location}
    for name, text in texts.items():
        if text:
            event.add(name, without_controls(text, keep="\n"))
    if url:
        event.add("url", url)
    content: bytes = _calendar(event, cancelled=cancelled).to_ical()
    return content


def _calendar(event: Event, *, cancelled: bool) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    # Only the years around the visit: the whole history of a zone would be 20 times longer.
    calendar.add_missing_timezones(
        first_date=date(event.start.year, 1, 1), last_date=date(event.end.year + 1, 12, 31)
    )
    return calendar


def _organizer(name: str, email: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{email}")
    organizer.params["CN"] = without_controls(name)
    return organizer
