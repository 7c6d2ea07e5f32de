"""The appointment as a calendar file (RFC 5545) that phones and desktops can keep up to date."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress

from lib.clock import local
from lib.text import without_controls
from lib.zone_rules import zone_rules

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
    alarm: timedelta | None = None,
) -> bytes:
    """One event in its own zone (TZID with its VTIMEZONE), with CRLF and folded lines.

    The three moments are aware. A calendar replaces what it has under the same ``uid`` when ``sequence``
    is higher, and removes it when ``cancelled``. Nobody is invited: METHOD is PUBLISH or CANCEL. ``alarm`` is
    how long before the start the person is reminded; what is cancelled has none (RFC 5546, 3.2.5). Texts may hold
    anything; a line end in ``url`` or ``organizer_email`` is a ValueError.
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
    if alarm is not None and not cancelled:
        event.add_component(_alarm(alarm, summary))
    content: bytes = _calendar(event, zone, cancelled=cancelled).to_ical()
    return content


def _calendar(event: Event, zone: str, *, cancelled: bool) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    # Before the event: programs that read once know the zone when they come to its hours.
    calendar.add_component(zone_rules(zone, event.start.year))
    calendar.add_component(event)
    return calendar


def _alarm(before: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -before)
    alarm.add("description", without_controls(words))
    return alarm


def _organizer(name: str, email: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{email}")
    organizer.params["CN"] = without_controls(name)
    return organizer
