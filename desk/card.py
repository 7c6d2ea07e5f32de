"""One appointment in words: facts and history, as the panel beside the board shows them; its messages are in
desk/seeing/timeline.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.actions.ready_notice import was_told_ready
from booking.actions.review import BAD
from booking.models import Actor, Appointment, AppointmentEvent, AppointmentLine, Review, Source, Status
from booking.views.due import say_km
from dealerships.models import StaffMember
from desk.visits import transport_word
from desk.words import line_answers, line_name, page_language, say_cost
from lib import clock
from lib.phones import format_phone

Fact = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a timeline: an icon's name, what happened, when and by whom, and whether it is a bad sign."""

    icon: str
    text: str
    note: str
    kind: str = ""


def contact_facts(appointment: Appointment) -> list[Fact]:
    """How to reach the one who comes."""
    facts: list[Fact] = []
    if appointment.contact_phone:
        shown = format_phone(appointment.contact_phone, page_language())
        facts.append({"label": _("Phone"), "value": shown, "url": f"tel:{appointment.contact_phone}"})
    if appointment.contact_email:
        facts.append({"label": _("E-mail"), "value": appointment.contact_email,
                      "url": f"mailto:{appointment.contact_email}"})  # fmt: skip
    facts.append({"label": _("Language"), "value": language_name(appointment.language)})
    return facts


def vehicle_facts(appointment: Appointment) -> list[Fact]:
    """The vehicle: what parts and the lane ask for."""
    vehicle = appointment.vehicle
    facts: list[Fact] = [{"label": _("Vehicle"), "value": vehicle.title}]
    for label, value in ((_("Plate"), vehicle.plate), (_("VIN"), vehicle.vin)):
        if value:
            facts.append({"label": label, "value": value, "mono": True, "copy_text": value})
    if appointment.odometer is not None:
        kilometres = say_km(appointment.odometer)
        facts.append({"label": _("Odometer"), "value": kilometres, "note": _("given by the customer")})
    for label, value in ((_("Colour"), vehicle.colour), (_("Paint code"), vehicle.paint_code)):
        if value:
            facts.append({"label": label, "value": value})
    return facts


def work_facts(appointment: Appointment) -> list[Fact]:
    """Services with their answers, transport, advisor, note."""
    facts: list[Fact] = []
    for number, line in enumerate(appointment.lines.all()):
        facts.append({
            "label": _("Work") if number == 0 else "",
            "value": line_name(line),
            "note": _work_note(line),
        })  # fmt: skip
    facts += [
        {"label": _("Transport"), "value": transport_word(appointment.transport)},
        {"label": _("Advisor"), "value": appointment.advisor.name},
    ]
    return facts


def told(appointment: Appointment) -> dict[str, Any]:
    """What the customer said is wrong: words, photos, the visit that did not cure it. One query, two for a comeback."""
    slug = appointment.dealership.slug
    photos = [reverse("photo", args=[slug, one]) for one in appointment.photos.values_list("pk", flat=True)]
    earlier = appointment.same_as
    comeback = {}
    if earlier:
        day = clock.say_date(earlier.local_date, page_language(), year=True)
        comeback = {
            "text": _("Comeback: visit of %(date)s") % {"date": day},
            "url": reverse("desk:appointment", args=[earlier.dealership.slug, earlier.reference]),
        }
    return {"words": appointment.problem, "photos": photos, "comeback": comeback}


def history(appointment: Appointment) -> list[Entry]:
    """Every change, newest first. Two queries: the events, and the names of the staff who made them."""
    events = list(appointment.events.select_related("user"))
    users = {event.user_id for event in events if event.user_id}
    members = StaffMember.objects.filter(user__in=users).order_by("pk") if users else []
    names = {member.user_id: member.name for member in members}
    return [_entry(event, appointment.zone, names) for event in reversed(events)]


def rating(appointment: Appointment) -> dict[str, Any] | None:
    """What the customer said of the visit, if anything. One query for a completed visit, none for another."""
    given = None
    if appointment.status == Status.COMPLETED:
        given = Review.objects.filter(appointment=appointment).first()
    if given is None:
        return None
    when = _say_when(given.at, appointment.zone)
    return {"score": given.score, "words": given.words, "when": when, "bad": given.score <= BAD}


def possible_steps(appointment: Appointment) -> list[str]:
    """What may be done with it now: the names of the buttons, the likeliest first. One query for what is here."""
    if appointment.status == Status.ARRIVED and not was_told_ready(appointment):
        return ["ready", "completed", "undo"]
    return {
        Status.BOOKED: ["arrived", "confirm", "move", "no-show", "cancel"],
        Status.CONFIRMED: ["arrived", "move", "no-show", "cancel"],
        Status.ARRIVED: ["completed", "undo"],
        Status.COMPLETED: ["undo"],
        Status.NO_SHOW: ["arrived", "undo"],
        Status.CANCELLED: [],
    }[Status(appointment.status)]


def language_name(code: str) -> str:
    return _("English") if code == "en" else _("French")


def _work_note(line: AppointmentLine) -> str:
    parts = (*line_answers(line), say_minutes(line.minutes), say_cost(line.price))
    return " · ".join(part for part in parts if part)


def say_minutes(count: int) -> str:
    return _("%(count)s min") % {"count": count}


def _entry(event: AppointmentEvent, zone: str, names: Mapping[int | None, str]) -> Entry:
    icon, text = _event_words(event, zone)
    # A customer's account is named by its address, which may be another than the visit's: nobody's business here.
    user = event.user if event.actor != Actor.CUSTOMER else None
    who = (names.get(user.pk) or str(user)) if user else _actor(event.actor)
    how = _source(event.source)
    return Entry(icon, text, " · ".join(part for part in (_say_when(event.at, zone), who, how) if part))


def _event_words(event: AppointmentEvent, zone: str) -> tuple[str, str]:
    new, old = event.new, event.old
    reason, note = str(new.get("reason", "")), str(new.get("note", ""))
    when = {"old": _from_json(old, zone), "new": _from_json(new, zone)}
    words = {
        "booked": ("calendar-plus", _("Booked for %(new)s") % when),
        "confirmed": ("check", _("Confirmed")),
        "moved": ("move-horizontal", _("Moved from %(old)s to %(new)s") % when),
        "cancelled": ("x", _("Cancelled: %(reason)s") % {"reason": reason} if reason else _("Cancelled")),
        "arrived": ("log-in", _("Vehicle received")),
        "completed": ("flag", _("Completed")),
        "no_show": ("user-x", _("Did not come")),
        "reopened": ("undo-2", _("Step undone")),
        "late": ("hourglass", _("Will be %(minutes)s min late") % {"minutes": new.get("late_minutes", 0)}),
        "ready": ("key-round", _("Told that it is ready")),
        "reviewed": ("star", _("Rated %(score)s of 5") % {"score": new.get("score", "")}),
        "added": ("message-square", _("Added: %(note)s") % {"note": note} if note else _("Photo added")),
    }
    return words[event.kind]


def _from_json(state: Mapping[str, Any], zone: str) -> str:
    if "starts_at" not in state:
        return ""
    return _say_when(datetime.fromisoformat(state["starts_at"]), zone)


def _actor(actor: str) -> str:
    return {"customer": _("the customer"), "api": _("API"), "system": _("the system"), "staff": ""}[actor]


def _source(source: str) -> str:
    return {
        Source.WEB: _("on the web"),
        Source.PHONE: _("by phone"),
        Source.WALK_IN: _("at the counter"),
        Source.DELIVERY: _("on delivery day"),
        Source.WAIT_LIST: _("from the wait-list"),
        Source.TEXT: _("by text message"),
        Source.EMAIL: _("by e-mail"),
        Source.IMPORT: _("imported"),
    }.get(Source(source), "")


def _say_when(moment: datetime, zone: str) -> str:
    there = clock.local(moment, zone)
    return f"{clock.say_short_date(there.date(), page_language())} {clock.say_time(there, page_language())}"
