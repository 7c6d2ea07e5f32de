"""What a customer does about an appointment on its page: confirm, cancel, be late, add a note, choose channels."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.annotate import add_note
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.late import CHOICES, announce_late
from booking.actions.mute import mute_channel, unmute_channel
from booking.actions.progress import confirm_appointment
from booking.models import Appointment
from booking.views.access import with_appointment
from booking.views.appointment import (
    addresses_of,
    appointment_context,
    may_change,
    read_version,
    show_appointment,
    url_of,
)
from booking.views.journey import see_other
from booking.views.refusals import refusal_context, status_of
from booking.views.site import render_page
from lib.errors import Refusal
from lib.text import clean_line

REASON_LIMIT = 300
# What a form may give back to who wrote too much; far more than a note has room for.
LONGEST_KEPT = 20_000


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


@require_POST
@with_appointment
def late(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The customer says on the day that they will be late."""
    said = request.POST.get("minutes", "")
    minutes = next((choice for choice in CHOICES if str(choice) == said), 0)
    try:
        announce_late(appointment=appointment, minutes=minutes, by=CUSTOMER)
        messages.success(request, _("Thank you, we have told the service desk. We expect you."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other(url_of("appointment", appointment))


@require_POST
@with_appointment
def note(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The customer adds something that the shop should know."""
    text = request.POST.get("note", "")
    try:
        add_note(appointment=appointment, text=text, by=CUSTOMER)
    except Refusal as refusal:
        kept = text[:LONGEST_KEPT]
        return show_appointment(
            request, appointment, status=status_of(refusal), note_error=str(refusal), note_text=kept
        )
    messages.success(request, _("Your note is with the service desk."))
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
    if addresses_of(appointment).get(channel):
        change = mute_channel if request.POST.get("wanted") == "no" else unmute_channel
        change(appointment=appointment, channel=channel)
        messages.success(request, _("Your choice is saved."))
    return see_other(url_of("appointment", appointment))


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
