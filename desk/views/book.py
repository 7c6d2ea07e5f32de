"""Booking for a caller or a walk-in: one page, refreshed as the work is chosen."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.book import Booking, Request, book_appointment
from booking.actions.history import staff
from booking.errors import SlotTaken
from booking.idempotency import Key, fingerprint
from booking.menu import Menu
from booking.models import Source
from customers.actions.access import record_opening
from desk.access import Desk, DeskRequest, desk_page
from desk.basket import (
    Asked,
    advisor_options,
    demand_so_far,
    questions,
    service_options,
    transport_options,
)
from desk.forms import WhoForm
from desk.picker import Wish, build_picker, read_day, read_start, show_starts
from desk.seeing.flags import ShownFlag
from desk.views.lost import note_booked, note_full_day, why_links
from desk.views.nothing_fits import mistakes, nothing_fits_context, promise_a_call, put_on_list, unanswered
from desk.views.seeing.flags import typed_flags
from desk.views.shared import page
from desk.views.typed import BOOK, CALL, DEEDS, WAIT, Typed, read_typed
from desk.words import page_language, say_cost
from lib import clock, tokens
from lib.errors import Refusal

# Where a refusal stands beside what it is about, not among the times.
WORK = ("services", "answers", "transport")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("book")
def book(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The form; posting it with `book` books, with `wait` and `call` it helps a caller for whom nothing fits, and
    without any of them it only shows the times for what is chosen so far.

    What was typed travels in the body of the request, never in its address (names and numbers are personal).
    """
    deed = next((name for name in DEEDS if name in request.POST), "")
    typed = read_typed(request, desk, deed)
    if typed.customer and request.method != "POST":
        record_opening(dealership=desk.dealership, user=desk.user, customer=typed.customer, words="book")
    problem: Refusal | None = None
    try:
        answer = _do(request, typed, deed)
    except Refusal as refusal:
        problem, answer = refusal, None
    return answer or _show(request, typed, deed, problem)


def _do(request: DeskRequest, typed: Typed, deed: str) -> HttpResponse | None:
    """What the button says, and where to go then; None when there is something to correct first. Raises Refusal."""
    if deed == WAIT:
        return put_on_list(request, typed)
    if deed == CALL:
        return promise_a_call(request, typed)
    booked = _book(typed) if deed == BOOK else None
    if booked is None:
        return None
    note_booked(typed.desk, typed.asked, typed.data.get("key", ""))
    return _booked(request, typed.desk, booked)


def _show(request: DeskRequest, typed: Typed, deed: str, problem: Refusal | None) -> HttpResponse:
    desk, key = typed.desk, typed.data.get("key") or uuid.uuid4().hex
    at_the_work = problem if problem and problem.field in WORK else None
    elsewhere = None if at_the_work else problem
    planned = plan_context(desk, typed.menu, typed.asked, typed.data, elsewhere if deed == BOOK else None)
    if request.method != "HEAD":
        note_full_day(desk, planned["demand"], planned["picker"], key)
    context = {"key": key, **_work(typed, at_the_work), **planned}
    if not (request.htmx and request.htmx.target == "plan"):
        context |= _around_the_plan(typed) | {"mistakes": mistakes(typed, at_the_work)}
        context |= nothing_fits_context(typed, deed, None if deed == BOOK else elsewhere)
    template = "desk/book.html" if "form" in context else "desk/_plan.html"
    status = 409 if isinstance(problem, SlotTaken) else 422 if deed else 200
    return render(request, template, page(desk, **context), status=status)


def _around_the_plan(typed: Typed) -> dict[str, Any]:
    return {"form": typed.form, "customer": typed.customer, "flags": _flags(typed.desk, typed.form)}


def plan_context(
    desk: Desk, menu: Menu, asked: Asked, data: QueryDict, problem: Refusal | None
) -> dict[str, Any]:
    """Days and times for the work; the alternatives when the chosen start was just taken."""
    zone = desk.dealership.zone
    wish = read_wish(data, zone)
    demand = demand_so_far(menu, asked)
    alternatives = problem.alternatives if isinstance(problem, SlotTaken) else []
    picker = build_picker(desk.dealership, demand, wish, now=clock.now()) if demand else None
    return {
        "demand": demand,
        "picker": picker,
        **why_links(desk, asked, picker, wish),
        "wanted": data.get("start", ""),
        "minutes": demand.minutes if demand else 0,
        "price": say_cost(demand.price) if demand else "",
        "problem": problem,
        "alternatives": show_starts(alternatives, zone, None, dated=True) if alternatives else [],
    }


def read_wish(data: QueryDict, zone: str) -> Wish:
    """The day and start that the form has so far; a date typed by hand goes before the days shown."""
    jump, shown = read_day(data.get("jump", "")), data.get("shown_jump", "")
    day = jump if jump and jump.isoformat() != shown else read_day(data.get("day", ""))
    return Wish(read_day(data.get("window", "")), day, read_start(data.get("start", ""), zone))


def _flags(desk: Desk, form: WhoForm) -> list[ShownFlag]:
    """What is wrong with the number and the address that the form shows."""
    return typed_flags(desk, str(form["phone"].value() or ""), str(form["email"].value() or ""))


def _work(typed: Typed, problem: Refusal | None) -> dict[str, Any]:
    """What can be chosen, with the sentence about it beside the services or the question that it is about."""
    menu, asked = typed.menu, typed.asked
    missing = unanswered(menu, asked) if problem and problem.field == "answers" else []
    return {
        "services": service_options(menu, asked),
        "questions": [
            one | {"problem": problem if one["name"] in missing else ""} for one in questions(menu, asked)
        ],
        "transports": transport_options(menu, asked),
        "advisors": advisor_options(typed.advisors, asked.advisor),
        "work_problem": "" if missing else problem or "",
    }


def _book(typed: Typed) -> Booking | None:
    """The booking, or None when the form has sentences to show. Raises what book_appointment raises."""
    desk, form, asked, data = typed.desk, typed.form, typed.asked, typed.data
    start = read_start(data.get("start", ""), desk.dealership.zone)
    valid = form.is_valid()
    if not asked.services:
        form.add_error(None, _("Choose at least one service."))
    elif start is None:
        form.add_error(None, _("Choose a time."))
    if not valid or start is None or form.contact is None or form.chosen_vehicle is None:
        return None
    source = Source.WALK_IN if form.cleaned_data["source"] == Source.WALK_IN else Source.PHONE
    what = {
        "basket": asked.basket.as_json(),
        "start": start,
        "contact": form.contact,
        "vehicle": str(form.chosen_vehicle),
    }
    return book_appointment(
        request=Request(
            dealership=desk.dealership,
            basket=asked.basket,
            start=start,
            contact=form.contact,
            by=staff(desk.user, source),
            vehicle=form.chosen_vehicle,
            customer=typed.customer,
            note=form.cleaned_data["note"],
            key=_key(desk, data.get("key", ""), what),
            notice=False,
        )
    )


def _key(desk: Desk, key: str, what: dict[str, Any]) -> Key | None:
    usable = key.isascii() and key.isalnum() and len(key) <= 64
    return Key(f"desk:{desk.user.pk}", key, fingerprint(what)) if usable else None


def _booked(request: DeskRequest, desk: Desk, booked: Booking) -> HttpResponse:
    appointment = booked.appointment
    when = clock.say_moment(appointment.starts_at, appointment.zone, page_language())
    sentence = _("Booked: %(when)s, reference %(reference)s.")
    messages.success(
        request, sentence % {"when": when, "reference": tokens.show_reference(appointment.reference)}
    )
    return redirect("desk:appointment", desk.dealership.slug, appointment.reference)
