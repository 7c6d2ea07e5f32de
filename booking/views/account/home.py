"""The account's first page: coming and past visits, the vehicles of the household, and the ways to the rest."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access import LINK_OUTLIVES_VISIT, appointments_of_customer
from booking.models import Appointment
from booking.views.account.household import vehicle_cards
from booking.views.account.shared import of_account, records_of, show
from booking.views.words import page_language, start_words
from dealerships.models import User
from lib import clock, tokens

MOST_PAST = 20


@require_safe
@of_account
def account_home(request: HttpRequest, user: User) -> HttpResponseBase:
    """Everything at a glance; its queries are as many for one visit as for twenty."""
    mine = appointments_of_customer(user).prefetch_related("lines")
    now = clock.now()
    upcoming = [one for one in mine.filter(ready_at__gte=now).order_by("starts_at") if one.is_upcoming]
    known = {one.pk for one in upcoming}
    past = [one for one in mine.order_by("-starts_at")[: MOST_PAST + len(known)] if one.pk not in known]
    context: dict[str, Any] = {
        "name": _first_name(user, [*upcoming, *past]),
        "upcoming": [visit_card(one) for one in upcoming],
        "past": [visit_card(one) for one in past],
        "vehicles": vehicle_cards(user, records_of(user)),
        "passkeys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count(),
    }
    return show(request, "home", context)


def visit_card(appointment: Appointment) -> dict[str, Any]:
    """One visit in words, with the address of its page as long as that opens; its lines must be loaded."""
    opens = appointment.ready_at >= clock.now() - LINK_OUTLIVES_VISIT
    shown, english = tokens.show_reference(appointment.reference), page_language() == "en"
    names = [line.name_en if english else line.name_fr for line in appointment.lines.all()]
    return {
        "appointment": appointment,
        "reference": shown,
        "when": start_words(appointment.starts_at, appointment.ready_at, appointment.zone),
        "services": " + ".join(names),
        "url": reverse("open-own", args=[shown]) if opens else "",
        "again_url": reverse("account-again", args=[shown]),
    }


def _first_name(user: User, visits: list[Appointment]) -> str:
    """What the customer is called on the newest visit that is on their own record; empty for nobody known."""
    named = next((visit.customer.name for visit in visits if visit.customer.user_id == user.pk), "")
    return " ".join(named.split()[:1])
