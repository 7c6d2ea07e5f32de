"""What happened to an appointment, in words for its customer: calm, in order, without anybody's name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking.models import Actor, Appointment, AppointmentEvent, EventKind
from booking.views.words import page_language
from lib import clock

ICONS: Mapping[str, str] = {
    EventKind.BOOKED: "calendar-plus",
    EventKind.CONFIRMED: "check",
    EventKind.MOVED: "move-horizontal",
    EventKind.CANCELLED: "x",
    EventKind.ARRIVED: "log-in",
    EventKind.COMPLETED: "flag",
    EventKind.NO_SHOW: "calendar-x",
    EventKind.REOPENED: "undo-2",
    EventKind.LATE: "hourglass",
    EventKind.ADDED: "message-square",
    EventKind.READY: "key",
    EventKind.REVIEWED: "star",
}


def story_of(appointment: Appointment) -> list[dict[str, str]]:
    """Every change, the oldest first. One query."""
    return [_entry(event, appointment.zone) for event in appointment.events.all()]


def _entry(event: AppointmentEvent, zone: str) -> dict[str, str]:
    return {
        "icon": ICONS[event.kind],
        "text": _say(event, zone),
        "when": _moment(event.at, zone),
        "who": _("by us") if event.actor == Actor.STAFF else "",
    }


def _say(event: AppointmentEvent, zone: str) -> str:
    new = event.new
    said = {"old": _start(event.old, zone), "new": _start(new, zone)}
    words: Mapping[str, str] = {
        EventKind.BOOKED: _("Booked for %(new)s") % said,
        EventKind.CONFIRMED: _("Presence confirmed"),
        EventKind.MOVED: _("Moved from %(old)s to %(new)s") % said,
        EventKind.CANCELLED: _("Cancelled"),
        EventKind.ARRIVED: _("Vehicle received"),
        EventKind.COMPLETED: _("Completed"),
        EventKind.NO_SHOW: _("The vehicle did not come"),
        EventKind.REOPENED: _("Step undone"),
        EventKind.LATE: _("Running %(minutes)s min late") % {"minutes": new.get("late_minutes", 0)},
        EventKind.ADDED: _("Note added: “%(note)s”") % {"note": new["note"]}
        if new.get("note")
        else _("Photo added"),
        EventKind.READY: _("Ready for pickup"),
        EventKind.REVIEWED: _("Visit rated"),
    }
    return words[event.kind]


def _start(state: Mapping[str, Any], zone: str) -> str:
    return _moment(datetime.fromisoformat(state["starts_at"]), zone) if "starts_at" in state else ""


def _moment(moment: datetime, zone: str) -> str:
    there, language = clock.local(moment, zone), page_language()
    return f"{clock.say_short_date(there, language)}, {clock.say_time(there, language)}"
