"""Booking for a caller or a walk-in: one page, refreshed as the work is chosen."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.book import Booking, Request, book_appointment
from booking.actions.history import staff
from booking.errors import SlotTaken
from booking.idempotency import Key, fingerprint
from booking.menu import Menu, load_menu
from booking.models import Source
from customers.access import customers_for
from customers.actions.access import record_opening
from customers.models import Customer
from dealerships.models import Role, StaffMember
from desk.access import Desk, DeskRequest, desk_page
from desk.basket import (
    Asked,
    advisor_options,
    demand_so_far,
    questions,
    read_asked,
    service_options,
    transport_options,
)
from desk.forms import ANOTHER, WhoForm
from desk.picker import Wish, build_picker, read_day, read_start, show_starts
from desk.seeing.flags import ShownFlag
from desk.views.lost import note_booked, note_full_day, why_links
from desk.views.seeing.flags import typed_flags
from desk.views.shared import page
from desk.words import page_language, say_cost
from lib import clock, tokens
from lib.errors import Refusal
from lib.phones import format_phone


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("book")
def book(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The form; posting it with `book` books, without it only shows the times for what is chosen so far.

    What was typed travels in the body of the request, never in its address (names and numbers are personal).
    """
    data = request.POST if request.method == "POST" else request.GET
    customer = _customer(desk, data.get("customer", ""))
    if customer and request.method != "POST":
        record_opening(dealership=desk.dealership, user=desk.user, customer=customer, words="book")
    menu = load_menu(desk.dealership)
    advisors = advisors_of(desk)
    asked = read_asked(data, menu, advisors)
    form = _form(request, data, customer)
    problem: Refusal | None = None
    if "book" in request.POST:
        try:
            booked = _book(desk, form, asked, data, customer)
        except Refusal as refusal:
            problem = refusal
        else:
            if booked:
                note_booked(desk, asked, data.get("key", ""))
                return _booked(request, desk, booked)
    key = data.get("key") or uuid.uuid4().hex
    planned = plan_context(desk, menu, asked, data, problem)
    if request.method != "HEAD":
        note_full_day(desk, planned["demand"], planned["picker"], key)
    context = page(
        desk, form=form, customer=customer, key=key, flags=_flags(desk, form),
        **_work(menu, asked, advisors), **planned,
    )  # fmt: skip
    template = "desk/_plan.html" if request.htmx and request.htmx.target == "plan" else "desk/book.html"
    status = 409 if isinstance(problem, SlotTaken) else 422 if "book" in request.POST else 200
    return render(request, template, context, status=status)


def advisors_of(desk: Desk) -> list[StaffMember]:
    """Those who check vehicles in here."""
    return list(StaffMember.objects.filter(dealership=desk.dealership, role=Role.ADVISOR, active=True))


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


def _customer(desk: Desk, pk: str) -> Customer | None:
    if not pk:
        return None
    known = customers_for(desk.user).filter(group=desk.dealership.group_id).prefetch_related("vehicles")
    return get_object_or_404(known, pk=pk if pk.isdecimal() and len(pk) < 18 else 0)


def _form(request: DeskRequest, data: QueryDict, customer: Customer | None) -> WhoForm:
    if request.method == "POST":
        form = WhoForm(data, customer=customer)
        if "book" not in data:
            # Only a look at the times: what is typed stays, and nothing is called wrong yet.
            form = WhoForm(initial={name: data.get(name) for name in form.fields}, customer=customer)
        return form
    initial = {"source": data.get("source") or Source.PHONE, "vehicle": ANOTHER, "language": page_language()}
    if customer:
        own = [str(vehicle.pk) for vehicle in customer.vehicles.all()]
        wanted = data.get("vehicle", "")
        initial |= {name: getattr(customer, name) for name in ("name", "phone", "email", "language")}
        initial["phone"] = format_phone(customer.phone, page_language())
        initial["vehicle"] = wanted if wanted in own else next(iter(own), ANOTHER)
    return WhoForm(initial=initial, customer=customer)


def _flags(desk: Desk, form: WhoForm) -> list[ShownFlag]:
    """What is wrong with the number and the address that the form shows."""
    return typed_flags(desk, str(form["phone"].value() or ""), str(form["email"].value() or ""))


def _work(menu: Menu, asked: Asked, advisors: list[StaffMember]) -> dict[str, Any]:
    return {
        "services": service_options(menu, asked),
        "questions": questions(menu, asked),
        "transports": transport_options(menu, asked),
        "advisors": advisor_options(advisors, asked.advisor),
    }


def _book(
    desk: Desk, form: WhoForm, asked: Asked, data: QueryDict, customer: Customer | None
) -> Booking | None:
    """The booking, or None when the form has sentences to show. Raises what book_appointment raises."""
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
            customer=customer,
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
