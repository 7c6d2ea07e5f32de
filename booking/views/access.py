"""Which appointment this browser may manage: one a dealership, by its link's digest in the session."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from booking.access import appointment_by_digest
from booking.models import Appointment
from lib import clock

PRIVATE_HEADERS = {
    # Not `no-referrer`: browsers then post forms with `Origin: null`, which the CSRF check refuses. The address
    # holds no secret, and nothing is told to other sites. The link with the token (manage.py) tells nobody at all.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
# How long the page says "it is booked" before it says "your appointment".
FRESH_FOR = timedelta(minutes=30)


def grant(request: HttpRequest, appointment: Appointment) -> None:
    """This session may manage the appointment from now on, and no other one of that dealership."""
    links = dict(request.session.get("links", {}))
    links[appointment.dealership.slug] = appointment.link_digest
    request.session["links"] = links


def remember_booked(request: HttpRequest, appointment: Appointment) -> None:
    """As `grant`, for who has just booked it."""
    grant(request, appointment)
    request.session["booked"] = {"reference": appointment.reference, "at": clock.now().isoformat()}


def just_booked(request: HttpRequest, appointment: Appointment) -> bool:
    """Whether this session booked it within the last half hour and nothing changed since."""
    booked = request.session.get("booked") or {}
    if booked.get("reference") != appointment.reference or appointment.version != 1:
        return False
    return clock.now() - datetime.fromisoformat(booked["at"]) < FRESH_FOR


def granted(request: HttpRequest, slug: str) -> Appointment | None:
    """The appointment that this session may manage at this dealership."""
    digest = (request.session.get("links") or {}).get(slug, "")
    appointment = appointment_by_digest(digest) if digest else None
    return appointment if appointment and appointment.dealership.slug == slug else None


def remember_link(request: HttpRequest, name: str, slug: str, digest: str) -> None:
    """What a link of another kind (`offers`, `wait_lists`) opened in this session, one a dealership."""
    request.session[name] = {**request.session.get(name, {}), slug: digest}


def remembered_link(request: HttpRequest, name: str, slug: str) -> str:
    """The digest that `remember_link` keeps; empty when there is none."""
    return str((request.session.get(name) or {}).get(slug, ""))


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep an appointment's page out of caches, referrers and search engines (Law 25)."""
    for name, value in PRIVATE_HEADERS.items():
        response.headers[name] = value
    return response


def with_appointment(
    view: Callable[[HttpRequest, Appointment], HttpResponse],
) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Give the view the session's appointment instead of the slug; without one, show how to find it."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, slug: str) -> HttpResponseBase:
        appointment = granted(request, slug)
        if appointment is None:
            return private(redirect("find", slug))
        return private(view(request, appointment))

    return wrapper
