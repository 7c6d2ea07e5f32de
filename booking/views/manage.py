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

LINKS_AN_ADDRESS = "30/minute"


@limited("manage-link", LINKS_AN_ADDRESS)
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the appointment in its own language; one and the same 404 for every link that opens nothing."""
    appointment = appointment_by_token(token)
    if appointment is None:
        return opens_nothing(request)
    grant(request, appointment)
    with translation.override(appointment.language):
        return silent(see_other(reverse("appointment", args=[appointment.dealership.slug])))


def opens_nothing(request: HttpRequest) -> HttpResponseBase:
    """What unknown, expired and forged links of every kind have in common."""
    with translation.override(translation.get_language_from_request(request)):
        return silent(render(request, "booking/link_expired.html", status=404))


def silent(response: HttpResponseBase) -> HttpResponseBase:
    """The address holds the secret: it is told to nobody, not even to us."""
    private(response).headers["Referrer-Policy"] = "no-referrer"
    return response
