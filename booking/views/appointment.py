"""An appointment on its customer's screen: what, when, where, and what can still be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.messages import message_payload
from booking.actions.mute import mute_channel, unmute_channel
from booking.actions.progress import confirm_appointment
from booking.models import Appointment, AppointmentLine, EntryState, Status
from booking.views.access import just_booked, with_appointment
from booking.views.bring import things_to_bring
from booking.views.journey import see_other, transport_label
from booking.views.refusals import refusal_context, status_of
from booking.views.site import render_page, today_at
from booking.views.words import TRANSPORT_ICONS, page_language, price_words, start_words
from booking.waiting import earlier_days
from lib import clock
from lib.errors import Refusal
from lib.text import clean_line
from notifications.calendar import appointment_calendar
from notifications.models import Channel

REASON_LIMIT = 300


@require_safe
@with_appointment
def appointment(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The page that the confirmation ends on, and that every message links to."""
    lines = list(appointment.lines.select_related("service"))
    context = {
        **appointment_context(appointment),
        "fresh": just_booked(request, appointment),
        "lines": [_line(line) for line in lines],
        "price": _total(lines),
        "bring": things_to_bring(appointment, lines),
        "channels": _channels(appointment),
        "waits": waits(appointment),
        "may_wait": may_wait(appointment),
        "may_keep": bool(appointment.contact_email) and not request.user.is_authenticated,
    }
    return render_page(request, "booking/appointment.html", appointment.dealership, context)


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


@require_POST
@with_appointment
def confirm(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The customer says that they will come."""
    if may_change(appointment):
        try:
            confirm_appointment(appointment=appointment, by=CUSTOMER)
            messages.success(request, _("Thank you. We expect you."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return see_other(url_of("appointment", appointment))


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def cancel(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Ask once, with the reason as one may like, then cancel."""
    if not may_change(appointment):
        return see_other(url_of("appointment", appointment))
    if request.method != "POST":
        return _show_cancel(request, appointment)
    try:
        reason = clean_line(request.POST.get("reason", ""), limit=REASON_LIMIT, field="reason")
        version = read_version(request)
        cancel_appointment(appointment=appointment, by=CUSTOMER, version=version, reason=reason)
    except Refusal as refusal:
        appointment.refresh_from_db()
        return _show_cancel(request, appointment, refusal=refusal)
    messages.success(request, _("Your appointment is cancelled. Thank you for telling us."))
    return see_other(url_of("appointment", appointment))


@require_POST
@with_appointment
def message_choice(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Stop or resume the messages of one channel about this appointment; no other one is touched."""
    channel = request.POST.get("channel", "")
    if _addresses(appointment).get(channel):
        change = mute_channel if request.POST.get("wanted") == "no" else unmute_channel
        change(appointment=appointment, channel=channel)
        messages.success(request, _("Your choice is saved."))
    return see_other(url_of("appointment", appointment))


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
    return (
        may_change(appointment)
        and earlier_days(appointment, today=today_at(appointment.dealership)) is not None
    )


def waits(appointment: Appointment) -> bool:
    """Whether its customer is on the wait-list for an earlier time."""
    return may_change(appointment) and appointment.wait_list_entries.filter(state=EntryState.WAITING).exists()


def read_version(request: HttpRequest) -> int:
    """The version that the form was shown for; 0, which is nobody's, when it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def url_of(name: str, appointment: Appointment) -> str:
    return reverse(name, args=[appointment.dealership.slug])


def _show_cancel(
    request: HttpRequest, appointment: Appointment, *, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        **appointment_context(appointment),
        **refusal_context(refusal, appointment.dealership),
        "reason": request.POST.get("reason", "")[:REASON_LIMIT],
    }
    status = status_of(refusal) if refusal else 200
    return render_page(request, "booking/cancel.html", appointment.dealership, context, status=status)


def _line(line: AppointmentLine) -> dict[str, str]:
    language = page_language()
    return {
        "name": line.name_en if language == "en" else line.name_fr,
        "note": ", ".join(answer[language] for answer in line.answers),
        "price": price_words(line.price),
    }


def _total(lines: list[AppointmentLine]) -> str:
    """The sum of several prices; empty when there is one, or when one is unknown."""
    prices = [line.price for line in lines if line.price is not None]
    return price_words(sum(prices)) if len(prices) == len(lines) > 1 else ""


def _channels(appointment: Appointment) -> list[dict[str, Any]]:
    return [
        {"code": code, "address": address, "stopped": code in appointment.muted_channels}
        for code, address in _addresses(appointment).items()
        if address
    ]


def _addresses(appointment: Appointment) -> dict[str, str]:
    return {str(Channel.EMAIL): appointment.contact_email, str(Channel.SMS): appointment.contact_phone}
