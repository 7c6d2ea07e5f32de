"""An appointment on its customer's screen: what, when, where, and what can still be done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.actions.annotate import may_add
from booking.actions.late import CHOICES, may_announce
from booking.actions.messages import message_payload
from booking.bring import things_to_bring
from booking.models import Appointment, AppointmentLine, EntryState, Status
from booking.rulebook import rulebook_at
from booking.views.access import just_booked, with_appointment
from booking.views.again import change_context
from booking.views.bring import show_things
from booking.views.history import story_of
from booking.views.journey import transport_label
from booking.views.photos import Owner, photos_context
from booking.views.site import render_page
from booking.views.words import TRANSPORT_ICONS, page_language, price_words, start_words
from booking.waiting import Wishes, earlier_days
from lib import clock
from notifications.calendar import appointment_calendar, calendar_links
from notifications.models import Channel
from notifications.transports import transport_for


@require_safe
@with_appointment
def appointment(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The page that the confirmation ends on, and that every message links to."""
    return show_appointment(request, appointment)


@require_safe
@with_appointment
def calendar(request: HttpRequest, appointment: Appointment) -> HttpResponse:  # noqa: ARG001
    """The appointment for the phone's calendar; a newer version replaces the older one there."""
    content = appointment_calendar(
        message_payload(appointment),
        page_language(),
        stamp=clock.now(),
        cancelled=appointment.status == Status.CANCELLED,
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{appointment.reference}.ics"'
    return response


def show_appointment(
    request: HttpRequest, appointment: Appointment, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page; `more` is what a form on it has to say."""
    lines = list(appointment.lines.select_related("service"))
    context = {
        **appointment_context(appointment),
        **_day_context(appointment),
        "fresh": just_booked(request, appointment),
        "lines": [_line(line) for line in lines],
        "price": _total(lines),
        "bring": show_things(things_to_bring(appointment.transport, lines)),
        "next_change": change_context(appointment, [line.service.code for line in lines]),
        "calendars": calendar_links(message_payload(appointment), page_language()),
        "channels": _channels(appointment),
        "waits": waits(appointment),
        "may_wait": may_wait(appointment),
        "keep_by": "" if request.user.is_authenticated else keep_by(appointment),
        "story": story_of(appointment),
        "photos": _photos(appointment),
        **more,
    }
    template = "booking/appointment.html"
    return render_page(request, template, appointment.dealership, context, status=status)


def appointment_context(appointment: Appointment) -> dict[str, Any]:
    """What the pages about an appointment all say."""
    return {
        "appointment": appointment,
        "when": start_words(appointment.starts_at, appointment.ready_at, appointment.zone),
        "transport_word": transport_label(appointment.transport),
        "transport_icon": TRANSPORT_ICONS.get(appointment.transport, "car-front"),
        "upcoming": may_change(appointment),
    }


def may_change(appointment: Appointment) -> bool:
    """Whether its customer may still confirm, move or cancel it: it is booked, and its time is to come."""
    return appointment.is_upcoming and appointment.starts_at > clock.now()


def may_wait(appointment: Appointment) -> bool:
    """Whether there are days before the visit on which its customer could come instead."""
    return may_change(appointment) and days_before(appointment) is not None


def days_before(appointment: Appointment) -> Wishes | None:
    """The days on which its customer could come instead; None when the dealership opens no more before the visit."""
    return earlier_days(appointment, rulebook_at(appointment.dealership).calendar, now=clock.now())


def waits(appointment: Appointment) -> bool:
    """Whether its customer is on the wait-list for an earlier time."""
    return may_change(appointment) and appointment.wait_list_entries.filter(state=EntryState.WAITING).exists()


def keep_by(appointment: Appointment) -> str:
    """The channel by which a code can prove that its customer is who keeps the details; empty for none."""
    if appointment.contact_email:
        return str(Channel.EMAIL)
    by_text = appointment.contact_phone and transport_for(Channel.SMS) is not None
    return str(Channel.SMS) if by_text else ""


def read_version(request: HttpRequest) -> int:
    """The version that the form was shown for; 0, which is nobody's, when it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def url_of(name: str, appointment: Appointment) -> str:
    return reverse(name, args=[appointment.dealership.slug])


def addresses_of(appointment: Appointment) -> dict[str, str]:
    """Where messages about the appointment go, by channel; empty for a channel that nothing was given for."""
    return {str(Channel.EMAIL): appointment.contact_email, str(Channel.SMS): appointment.contact_phone}


def _day_context(appointment: Appointment) -> dict[str, Any]:
    """What depends on the hour: whether one may say to be late or add something, and whether the time has gone by."""
    now = clock.now()
    return {
        "passed": appointment.is_upcoming and appointment.starts_at <= now,
        "late_choices": CHOICES if may_announce(appointment, now=now) else (),
        "may_add": may_add(appointment),
    }


def _photos(appointment: Appointment) -> dict[str, Any] | None:
    """What was added to see, with the form that adds more; nothing once the visit has begun."""
    return (
        photos_context(Owner(appointment.dealership, appointment=appointment))
        if appointment.is_upcoming
        else None
    )


def _line(line: AppointmentLine) -> dict[str, str]:
    language = page_language()
    return {
        "name": line.name_en if language == "en" else line.name_fr,
        "note": " · ".join(answer[language] for answer in line.answers),
        "price": price_words(line.price),
    }


def _total(lines: list[AppointmentLine]) -> str:
    """The sum of several prices; empty when there is one, or when one is unknown."""
    prices = [line.price for line in lines if line.price is not None]
    return price_words(sum(prices)) if len(prices) == len(lines) > 1 else ""


def _channels(appointment: Appointment) -> list[dict[str, Any]]:
    return [
        {"code": code, "address": address, "stopped": code in appointment.muted_channels}
        for code, address in addresses_of(appointment).items()
        if address
    ]
