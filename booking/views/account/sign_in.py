"""Into the account: keeping an appointment's details, and what follows signing in."""

from __future__ import annotations

from allauth.account.views import request_login_code
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from booking.models import Appointment
from booking.views.access import with_appointment
from booking.views.account.shared import SIGN_IN, user_of
from booking.views.appointment import keep_by
from booking.views.journey import see_other
from customers.actions.accounts import open_account
from dealerships.sign_in import is_staff_member
from notifications.models import Channel


@with_appointment
def keep_details(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Open an account of the appointment's address or number and hand on to allauth, which sends it the code."""
    channel = keep_by(appointment)
    if request.method != "POST" or not channel:
        return see_other(reverse("appointment", args=[appointment.dealership.slug]))
    if channel == Channel.EMAIL:
        open_account(email=appointment.contact_email, language=appointment.language)
        return send_code(request, appointment.contact_email)
    open_account(phone=appointment.contact_phone, language=appointment.language)
    return send_code(request, appointment.contact_phone)


def send_code(request: HttpRequest, reach: str, *, then: str = "") -> HttpResponse:
    """As if `reach` had been typed on the sign-in page; afterwards to `then`, an address of this site."""
    data = request.POST.copy()
    data["reach"] = reach
    if then:
        data["next"] = then
    request.POST = data  # type: ignore[assignment]
    answer: HttpResponse = request_login_code(request)
    return answer


@require_safe
@login_required(login_url=SIGN_IN)
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Staff to their desk; customers to where they were, or to their appointments.

    `next` is an address of this site; any other is forgotten.
    """
    if is_staff_member(user_of(request)):
        return redirect("desk:home")
    wanted = request.GET.get("next", "")
    # A path: anything else would be looked up as the name of a view.
    here = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if here else reverse("account-home"))
