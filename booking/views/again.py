"""Booking again in one tap: the same vehicle, work, way of coming and contact, at the step where a time is chosen.

Nothing is held by it: a time is taken only when its customer chooses one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.menu import Menu, load_menu
from booking.models import Appointment
from booking.next_season import TIRE_CHANGE, NextChange, next_change, today_of
from booking.views.access import with_appointment
from booking.views.draft import Draft, ensure_holder, save_draft
from booking.views.journey import Journey, see_other
from booking.views.own_vehicles import said_of
from booking.views.site import today_at
from booking.views.words import page_language
from customers.access import vehicles_of
from customers.details import Invalid, read_vehicle
from dealerships.models import Dealership
from lib import clock
from notifications.calendar import reminder_calendar
from notifications.payloads import dealership_payload
from notifications.words import book_url


@require_POST
@with_appointment
def again(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The same once more, at the first time that suits."""
    return go_to_times(request, appointment)


@require_POST
@with_appointment
def next_season(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The opposite tire change, with the week in which its campaign begins; back here while it can't be booked yet."""
    change = change_after(appointment)
    if change is None or not change.is_open(today_of(appointment)):
        return redirect("appointment", appointment.dealership.slug)
    return go_to_times(request, appointment, only=TIRE_CHANGE, first_day=change.first_day)


@require_safe
@with_appointment
def season_reminder(request: HttpRequest, appointment: Appointment) -> HttpResponse:  # noqa: ARG001
    """A reminder for the customer's own calendar, on the day when the next change can be booked."""
    change = change_after(appointment)
    if change is None:
        return redirect("appointment", appointment.dealership.slug)
    language, dealership = page_language(), appointment.dealership
    url = f"{book_url(dealership.slug, language)}?{urlencode({'service': TIRE_CHANGE})}"
    content = reminder_calendar(
        dealership_payload(dealership),
        language,
        uid=f"{appointment.reference}-{change.first_day:%Y%m}@creneau",
        day=max(change.opens_on, today_of(appointment)),
        summary=_("Book the tire change, %(name)s") % {"name": dealership.name},
        description=f"{appointment.vehicle_words}\n{url}",
        stamp=clock.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{appointment.reference}-next.ics"'
    return response


def go_to_times(
    request: HttpRequest, appointment: Appointment, *, only: str = "", first_day: date | None = None
) -> HttpResponse:
    """Fill the draft from a visit and go to the times, or to the first step that the menu of today asks more of."""
    dealership, menu = appointment.dealership, load_menu(appointment.dealership)
    draft = draft_from(appointment, menu, only=only)
    own = vehicles_of(request.user, dealership.group).filter(pk=appointment.vehicle_id).first()
    if own:
        draft.vehicle = said_of(own)
    ensure_holder(request)
    save_draft(request, dealership, draft)
    journey = Journey(request, dealership, draft)
    if journey.first_missing != "time":
        return journey.go_on()
    shown = _day_shown(dealership, first_day)
    return see_other(journey.url("time") + (f"?{urlencode({'from': shown.isoformat()})}" if shown else ""))


def draft_from(appointment: Appointment, menu: Menu, *, only: str = "") -> Draft:
    """What the visit was booked with, as far as the menu still has it; `only` keeps one service. Two queries."""
    lines = [
        line
        for line in appointment.lines.select_related("service")
        if line.service.code in menu and only in ("", line.service.code)
    ]
    given = {
        answer.get("question"): answer.get("choice", "")
        for line in lines
        for answer in line.answers
        if any(
            question.code == answer.get("question") and question.find(answer.get("choice", ""))
            for question in menu[line.service.code].questions
        )
    }
    return Draft(
        vehicle=vehicle_of(appointment),
        services=[line.service.code for line in lines],
        answers={str(question): str(choice) for question, choice in given.items()},
        transport=appointment.transport,
        contact={
            "name": appointment.contact_name,
            "phone": appointment.contact_phone,
            "email": appointment.contact_email,
            "language": page_language(),
        },
    )


def vehicle_of(appointment: Appointment) -> dict[str, str]:
    """The vehicle as it was named for the visit. The record's own plate and VIN are not told to who never gave them."""
    vehicle, said, plate = appointment.vehicle, appointment.vehicle_words, appointment.vehicle_plate
    named = {"make": vehicle.make, "model": vehicle.model, "year": str(vehicle.year or "")}
    if " ".join(part for part in named.values() if part) != said:
        named = {"make": "", "model": "", "year": ""}
    # Who gave nothing but the VIN or the plate gave it as the vehicle's name.
    by_itself = said if said in (vehicle.vin, vehicle.plate) else ""
    filled = {
        **named,
        "plate": plate or (by_itself if by_itself != vehicle.vin else ""),
        "vin": by_itself if by_itself == vehicle.vin else "",
    }
    return filled if _is_enough(filled) else _split(said)


def change_after(appointment: Appointment) -> NextChange | None:
    """The tire change after this visit's, as it can be offered today."""
    codes = [line.service.code for line in appointment.lines.select_related("service")]
    return next_change(appointment, codes, today=today_of(appointment))


def change_context(appointment: Appointment, services: list[str]) -> dict[str, Any] | None:
    """What the page says about the next change: which tires, from when, and whether it can be booked already."""
    today = today_of(appointment)
    change = next_change(appointment, services, today=today)
    if change is None:
        return None
    language = page_language()
    return {
        "winter": change.winter,
        "first_day": clock.say_date(change.first_day, language, year=True),
        "opens_on": clock.say_date(change.opens_on, language, year=True),
        "is_open": change.is_open(today),
        "reminder_url": reverse("appointment-season-reminder", args=[appointment.dealership.slug]),
    }


def _is_enough(vehicle: dict[str, str]) -> bool:
    try:
        read_vehicle(vehicle)
    except Invalid:
        return False
    return True


def _split(said: str) -> dict[str, str]:
    """`Honda Civic 2019` taken apart, for a vehicle whose record has changed since; its customer may correct it."""
    words = said.split()
    year = words.pop() if len(words) > 2 and words[-1].isdecimal() else ""
    return {"make": " ".join(words[:1]), "model": " ".join(words[1:]), "year": year, "plate": "", "vin": ""}


def _day_shown(dealership: Dealership, first_day: date | None) -> date | None:
    """The campaign's first day, as far as it can be shown; nothing for what has begun."""
    today = today_at(dealership)
    if first_day is None or first_day <= today:
        return None
    return min(first_day, today + timedelta(days=dealership.horizon_days))
