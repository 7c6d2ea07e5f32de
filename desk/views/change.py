"""Moving and cancelling from the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.cancel import cancel_appointment
from booking.actions.history import staff
from booking.actions.move import move_appointment
from booking.demands import demand_of
from booking.errors import SlotTaken, Stale
from booking.menu import STAFF
from booking.models import Appointment
from desk.access import Desk, DeskRequest, desk_page
from desk.basket import advisor_options
from desk.forms import CancelForm
from desk.picker import build_picker, read_start, show_starts
from desk.views.appointment import card_context, find_appointment
from desk.views.book import read_wish
from desk.views.shared import page
from desk.views.typed import advisors_of
from desk.words import page_language
from lib import clock
from lib.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("change_appointments")
def move(request: DeskRequest, desk: Desk, reference: str) -> HttpResponse:
    """Another start, with the same advisor or another; posting with `move` moves, and the customer is told."""
    found = find_appointment(desk, reference)
    if not found.is_upcoming:
        return _too_late(request, desk, found)
    problem: Refusal | None = None
    if "move" in request.POST:
        try:
            return _move(request, desk, found)
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect("desk:appointment", desk.dealership.slug, reference)
        except Refusal as refusal:
            problem = refusal
    data = request.POST if request.method == "POST" else request.GET
    advisors = advisors_of(desk)
    advisor = next((one.pk for one in advisors if str(one.pk) == data.get("advisor")), None)
    picker = build_picker(
        desk.dealership,
        demand_of(found, advisor=advisor, channel=STAFF),
        read_wish(data, desk.dealership.zone),
        now=clock.now(),
        owner=found,
    )
    alternatives = problem.alternatives if isinstance(problem, SlotTaken) else []
    context = page(
        desk,
        **card_context(desk, found),
        picker=picker,
        advisors=advisor_options(advisors, advisor),
        problem=problem,
        alternatives=show_starts(alternatives, desk.dealership.zone, None, dated=True)
        if alternatives
        else [],
        minutes=found.minutes,
    )
    template = "desk/_when.html" if request.htmx and request.htmx.target == "plan" else "desk/move.html"
    return render(request, template, context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("change_appointments")
def cancel(request: DeskRequest, desk: Desk, reference: str) -> HttpResponse:
    """Calling a visit off, with a reason for the history."""
    found = find_appointment(desk, reference)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_appointment(
                appointment=found,
                by=staff(desk.user),
                version=read_version(request),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Cancelled. The customer is told."))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return redirect("desk:appointment", desk.dealership.slug, reference)
    if not found.is_upcoming:
        return _too_late(request, desk, found)
    return render(request, "desk/cancel.html", page(desk, **card_context(desk, found), form=form))


def read_version(request: DeskRequest) -> int:
    """The version that the form was made from; 0, which is never current, when it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _move(request: DeskRequest, desk: Desk, found: Appointment) -> HttpResponse:
    start = read_start(request.POST.get("start", ""), desk.dealership.zone)
    if start is None:
        raise Refusal(_("Choose a time."), code="no_start", field="start")
    advisor = request.POST.get("advisor", "")
    moved = move_appointment(
        appointment=found,
        start=start,
        by=staff(desk.user),
        version=read_version(request),
        advisor=next((one.pk for one in advisors_of(desk) if str(one.pk) == advisor), None),
        notice=False,
    )
    when = clock.say_moment(moved.starts_at, moved.zone, page_language())
    messages.success(request, _("The customer is told: moved to %(when)s") % {"when": when})
    return redirect("desk:appointment", desk.dealership.slug, moved.reference)


def _too_late(request: DeskRequest, desk: Desk, found: Appointment) -> HttpResponse:
    messages.warning(request, _("This appointment can no longer be changed."))
    return redirect("desk:appointment", desk.dealership.slug, found.reference)
