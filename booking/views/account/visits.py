"""One of the customer's own visits: opened as its link would open it, or booked again in a tap."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointments_of_customer
from booking.models import Appointment
from booking.views.access import grant
from booking.views.account.shared import of_account
from booking.views.again import go_to_times
from booking.views.journey import see_other
from dealerships.models import User
from lib import tokens


@require_safe
@of_account
def open_own(request: HttpRequest, user: User, reference: str) -> HttpResponseBase:
    """The page of one of one's own appointments."""
    own = _find(user, reference)
    grant(request, own)
    return see_other(reverse("appointment", args=[own.dealership.slug]))


@require_POST
@of_account
def again_own(request: HttpRequest, user: User, reference: str) -> HttpResponseBase:
    """The same work for the same vehicle: all that is left to choose is the time."""
    return go_to_times(request, _find(user, reference))


def _find(user: User, reference: str) -> Appointment:
    stored = tokens.normalize_reference(reference)
    own = appointments_of_customer(user).filter(reference=stored).first() if stored else None
    if own is None:
        raise Http404
    return own
