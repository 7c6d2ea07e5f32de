"""An account without password: keeping one's details, and what one sees after signing in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.views import request_login_code
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access import LINK_OUTLIVES_VISIT, appointments_of_customer
from booking.models import Appointment
from booking.views.access import grant, private, with_appointment
from booking.views.journey import see_other
from booking.views.words import start_words
from customers.actions.accounts import link_records, open_account
from dealerships.models import User
from dealerships.sign_in import is_staff_member
from lib import clock, tokens

MOST_PAST = 20


@with_appointment
def keep_details(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Open an account of the appointment's address and hand on to allauth, which sends it the code."""
    if request.method != "POST" or not appointment.contact_email:
        return see_other(reverse("appointment", args=[appointment.dealership.slug]))
    open_account(email=appointment.contact_email, language=appointment.language)
    data = request.POST.copy()
    data["email"] = appointment.contact_email
    request.POST = data  # type: ignore[assignment]
    answer: HttpResponse = request_login_code(request)
    return answer


@require_safe
@login_required(login_url="account_request_login_code")
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff to their desk; customers to their appointments, once their records are linked to the account."""
    user = _user(request)
    if is_staff_member(user):
        return redirect("desk:home")
    for record in get_authentication_records(request, user):
        email = str(record.get("email") or "")
        # Only a code proves that the address is theirs.
        if record.get("method") == "code" and email.lower() == user.email.lower():
            link_records(user=user, email=email)
    return redirect("account-home")


@require_safe
@login_required(login_url="account_request_login_code")
def account_home(request: HttpRequest) -> HttpResponseBase:
    """The customer's appointments, upcoming and past, and their vehicles."""
    mine = appointments_of_customer(_user(request))
    now = clock.now()
    upcoming = [one for one in mine.filter(ready_at__gte=now).order_by("starts_at") if one.is_upcoming]
    known = {one.pk for one in upcoming}
    past = [one for one in mine.order_by("-starts_at")[: MOST_PAST + len(known)] if one.pk not in known]
    context: dict[str, Any] = {
        "upcoming": [_card(one) for one in upcoming],
        "past": [_card(one) for one in past],
        "vehicles": _vehicles([*upcoming, *past]),
    }
    return private(render(request, "booking/account.html", context))


@require_safe
@login_required(login_url="account_request_login_code")
def open_own(request: HttpRequest, reference: str) -> HttpResponseBase:
    """One of the customer's own appointments, as its link would open it."""
    stored = tokens.normalize_reference(reference)
    own = appointments_of_customer(_user(request)).filter(reference=stored).first() if stored else None
    if own is None:
        raise Http404
    grant(request, own)
    return private(see_other(reverse("appointment", args=[own.dealership.slug])))


def _vehicles(visits: Iterable[Appointment]) -> list[dict[str, str]]:
    """Each vehicle once, in the words of the visits that are the customer's own."""
    said = {visit.vehicle_id: visit for visit in visits}
    return [{"title": visit.vehicle_words, "plate": visit.vehicle_plate} for visit in said.values()]


def _user(request: HttpRequest) -> User:
    """Who is signed in; views ask only behind login_required."""
    assert isinstance(request.user, User)
    return request.user


def _card(appointment: Appointment) -> dict[str, Any]:
    opens = appointment.ready_at >= clock.now() - LINK_OUTLIVES_VISIT
    return {
        "appointment": appointment,
        "when": start_words(appointment.starts_at, appointment.ready_at, appointment.zone),
        "url": reverse("open-own", args=[tokens.show_reference(appointment.reference)]) if opens else "",
    }
