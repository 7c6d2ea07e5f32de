"""One appointment: its card beside the board, and the steps of its visit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from booking.access import appointments_for
from booking.actions.history import staff
from booking.actions.progress import (
    confirm_appointment,
    mark_arrived,
    mark_completed,
    mark_no_show,
    undo_step,
)
from booking.actions.ready_notice import tell_ready
from booking.errors import Stale
from booking.models import Appointment, Source
from customers.actions.access import record_opening
from desk import card
from desk.access import Desk, DeskRequest, desk_page
from desk.seeing.flags import shown_flags
from desk.seeing.timeline import message_lines
from desk.views.day import board_context
from desk.views.shared import page
from desk.visits import late_word
from desk.words import page_language, say_ready, say_wall_time
from lib import clock, tokens
from lib.errors import Refusal

STEPS = {
    "confirm": confirm_appointment,
    "arrived": mark_arrived,
    "completed": mark_completed,
    "no-show": mark_no_show,
    "undo": undo_step,
    "ready": tell_ready,
}


@require_safe
@desk_page("search_customers")
def appointment(request: DeskRequest, desk: Desk, reference: str) -> HttpResponse:
    """The card; the opening is kept. Without htmx it comes beside the board of its day."""
    found = find_appointment(desk, reference)
    record_opening(dealership=desk.dealership, user=desk.user, customer=found.customer, words=found.reference)
    return show_card(request, desk, found)


@require_POST
@desk_page("change_appointments")
def step(request: DeskRequest, desk: Desk, reference: str, step: str) -> HttpResponse:
    """Arrived, completed, not shown, confirmed, or one step back; twice the same click changes nothing."""
    action = STEPS.get(step)
    if action is None:
        raise Http404
    found = find_appointment(desk, reference)
    try:
        if request.POST.get("version") != str(found.version):
            raise Stale
        action(appointment=found, by=staff(desk.user, _source(step)))
    except Refusal as refusal:
        return show_card(request, desk, find_appointment(desk, reference), problem=str(refusal), status=409)
    if request.htmx:
        return _board_changed(show_card(request, desk, find_appointment(desk, reference)))
    return redirect("desk:appointment", desk.dealership.slug, reference)


def find_appointment(desk: Desk, reference: str) -> Appointment:
    """The appointment of this dealership, as this person may see it; 404 otherwise."""
    mine = appointments_for(desk.user).filter(dealership=desk.dealership).prefetch_related("lines__service")
    return get_object_or_404(mine, reference=tokens.normalize_reference(reference))


def show_card(
    request: DeskRequest, desk: Desk, found: Appointment, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The card alone to htmx, else with the board of its day."""
    context = page(desk, **card_context(desk, found), problem=problem)
    if request.htmx:
        # htmx swaps in what succeeded only; the sentence in the card says what did not.
        return render(request, "desk/_card.html", context)
    return render(request, "desk/day.html", context | board_context(desk, found.local_date), status=status)


def card_context(desk: Desk, found: Appointment) -> dict[str, Any]:
    """The card's facts, in words."""
    may_change = "change_appointments" in desk.allowed
    return {
        "appointment": found,
        "reference": tokens.show_reference(found.reference),
        "date": clock.say_date(found.local_date, page_language()),
        "start": say_wall_time(found.starts_at, found.zone),
        "late_word": late_word(found),
        "ready": say_ready(found),
        "contact": card.contact_facts(found),
        "vehicle_facts": card.vehicle_facts(found),
        "work": card.work_facts(found),
        "told": card.told(found),
        "rating": card.rating(found),
        "history": card.history(found),
        "sent": message_lines(found),
        "flags": shown_flags(desk, phone=found.contact_phone, email=found.contact_email),
        "steps": card.possible_steps(found) if may_change else [],
    }


def _source(step: str) -> Source:
    return Source.PHONE if step == "confirm" else Source.WALK_IN


def _board_changed(response: HttpResponse) -> HttpResponse:
    response["HX-Trigger"] = "board-changed"
    return response
