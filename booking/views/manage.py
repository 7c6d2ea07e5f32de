"""The link in every message: it shows nothing itself, sets the cookie and goes on to the appointment."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from booking.access import appointment_by_token
from booking.views.access import grant, private
from booking.views.journey import see_other
from lib.limits import limited


@limited("manage-link", "30/minute")
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the appointment in its own language; one and the same 404 for every link that opens nothing."""
    appointment = appointment_by_token(token)
    if appointment is None:
        with translation.override(translation.get_language_from_request(request)):
            return _silent(render(request, "booking/link_expired.html", status=404))
    grant(request, appointment)
    with translation.override(appointment.language):
        return _silent(see_other(reverse("appointment", args=[appointment.dealership.slug])))


def _silent(response: HttpResponseBase) -> HttpResponseBase:
    """The address holds the secret: it is told to nobody, not even to us."""
    private(response).headers["Referrer-Policy"] = "no-referrer"
    return response
