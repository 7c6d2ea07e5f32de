"""Moving an appointment: the funnel's time panel, with the place that is already held counted as free."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.actions.retry import Busy
from booking.demands import demand_of
from booking.errors import SlotTaken, StartRefused
from booking.menu import WEB
from booking.models import Appointment
from booking.views.access import with_appointment
from booking.views.advisors import AdvisorGone, advisor_context, find_times, posted_advisor, read_wanted
from booking.views.appointment import appointment_context, may_change, may_wait, read_version, url_of
from booking.views.journey import see_other
from booking.views.panel import Search
from booking.views.refusals import refusal_context, status_of
from booking.views.site import identity, render_page
from booking.views.starts import read_start
from lib import clock
from lib.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def move(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """Show the open times, or move to the one that is chosen."""
    if not may_change(appointment):
        return see_other(url_of("appointment", appointment))
    if request.method != "POST":
        return _show(request, appointment, request.GET)
    start = read_start(request.POST.get("start", ""))
    try:
        if start is None:
            raise StartRefused(_("Choose one of the times."), code="not_offered")
        advisor = posted_advisor(request, appointment.dealership)
        version = read_version(request)
        move_appointment(appointment=appointment, start=start, by=CUSTOMER, version=version, advisor=advisor)
    except Refusal as refusal:
        appointment.refresh_from_db()
        asked = {} if isinstance(refusal, AdvisorGone) else {"advisor": request.POST.get("advisor", "")}
        if isinstance(refusal, SlotTaken | Busy) and start is not None:
            asked["day"] = clock.local(start, appointment.zone).date().isoformat()
        return _show(request, appointment, asked, refusal=refusal, status=status_of(refusal))
    messages.success(request, _("Your appointment has moved. The new time is in your messages too."))
    return see_other(url_of("appointment", appointment))


def _show(
    request: HttpRequest,
    appointment: Appointment,
    asked: Mapping[str, str],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    anybody = Search(
        dealership=appointment.dealership,
        demand=demand_of(appointment, channel=WEB),
        owner=appointment,
        url=url_of("appointment-move", appointment),
        query={},
        asked=asked,
    )
    present = appointment.advisor if appointment.advisor.active else None
    _search, wanted, panel = find_times(anybody, read_wanted(appointment.dealership, asked.get("advisor")))
    context = {
        **appointment_context(appointment),
        **advisor_context(anybody, wanted, known=present, known_words=_("%(name)s, as planned")),
        "panel": panel,
        "post_url": anybody.url,
        "version": appointment.version,
        "wait_list_url": url_of("appointment-wait-list", appointment) if may_wait(appointment) else "",
        **refusal_context(refusal, appointment.dealership),
    }
    if request.headers.get("HX-Request") and "HX-History-Restore-Request" not in request.headers:
        whole = {"dealership": identity(appointment.dealership), "swapped": True, **context}
        response = render(request, "booking/_times.html", whole, status=status)
    else:
        response = render_page(request, "booking/move.html", appointment.dealership, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
