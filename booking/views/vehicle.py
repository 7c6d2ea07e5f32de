"""Step 1: which vehicle."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from booking.forms import VehicleForm
from booking.vehicle_choices import fuel_choices, models_of
from booking.views.deep_link import DeepLink, read_link, take_link
from booking.views.draft import ensure_holder
from booking.views.home import describe
from booking.views.journey import Journey, start_journey
from booking.views.own_vehicles import own_tiles, said_of
from booking.views.seo import page_context
from booking.views.summary import show_step
from booking.views.words import page_language
from customers.access import vehicles_of
from customers.details import VehicleDetails, read_vehicle
from lib import vehicle_list
from lib.errors import Refusal
from lib.languages import locale_name

FIELDS = ("make", "model", "year", "plate", "vin", "fuel", "odometer")


@require_http_methods(["GET", "HEAD", "POST"])
def vehicle(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take what it says; what the address asks for goes along.

    Two buttons save the form: a vehicle of one's own, and the answer to what drives it, on the next page.
    """
    journey = start_journey(request, slug)
    if request.method != "POST":
        link = read_link(request.GET, journey.menu)
        return _show(journey, VehicleForm(initial=_said_before(journey, link)), link)
    link = read_link(request.POST, journey.menu)
    if "own" in request.POST:
        return _take_own(journey, request.POST["own"], link)
    if "drives" in request.POST:
        return _take_fuel(journey, request.POST["drives"])
    form = VehicleForm(request.POST)
    if not form.is_valid():
        return _show(journey, form, link, status=422)
    return _go_on(journey, {name: str(form.cleaned_data[name]) for name in FIELDS}, link)


def _go_on(journey: Journey, said: dict[str, str], link: DeepLink) -> HttpResponse:
    ensure_holder(journey.request)
    details = read_vehicle(said)
    odometer = "" if details.odometer is None else str(details.odometer)
    journey.draft.vehicle = {**said, "fuel": details.fuel, "odometer": odometer}
    take_link(link, journey.draft)
    journey.save()
    return journey.go_on()


def _take_own(journey: Journey, chosen: str, link: DeepLink) -> HttpResponse:
    """One of their own; anything else shows the page again, and so does a record that says too little."""
    theirs = vehicles_of(journey.request.user, journey.dealership.group)
    own = theirs.filter(pk=chosen).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if own is None:
        return _show(journey, VehicleForm(initial=_said_before(journey, link)), link, status=409)
    said = said_of(own)
    try:
        return _go_on(journey, said, link)
    except Refusal:
        return _show(journey, VehicleForm(said), link, status=422)


def _take_fuel(journey: Journey, fuel: str) -> HttpResponse:
    """What drives the vehicle that was said, when it is one of the possible answers."""
    if journey.vehicle:
        details = read_vehicle({**journey.draft.vehicle, "fuel": fuel})
        journey.draft.vehicle = {**journey.draft.vehicle, "fuel": details.fuel}
        journey.save()
    return journey.go_on()


def _said_before(journey: Journey, link: DeepLink) -> dict[str, str]:
    """What the form begins with: another vehicle than before when the address names one. Makes are spelt right."""
    before, asked = journey.draft.vehicle, link.vehicle
    if asked and any(before.get(name) != value for name, value in asked.items()):
        return asked
    if before.get("own"):
        return {}
    said = journey.vehicle
    if said is None:
        return before
    named = {"make": said.make, "model": said.model} if before.get("make") else {}
    driven = (
        "" if said.odometer is None else format_decimal(said.odometer, locale=locale_name(page_language()))
    )
    return {**before, **named, "odometer": driven}


def _show(journey: Journey, form: VehicleForm, link: DeepLink, *, status: int = 200) -> HttpResponse:
    said = {name: form[name].value() or "" for name in FIELDS}
    own = own_tiles(journey)
    context: dict[str, Any] = {
        "form": form,
        "makes": vehicle_list.makes(),
        "models": models_of(said),
        "fuels": fuel_choices(said),
        "own": own,
        "asked": link.pairs(vehicle=False),
        "form_open": bool(form.errors or link.vehicle or any(said.values())),
        "more_open": bool(form.errors.get("vin") or said["vin"]),
        # The way in may be found; the steps after it are one person's.
        "seo": page_context(journey.request.path, describe(journey.dealership)),
        "told": _told(journey.vehicle) if said["vin"] and not form.is_bound else None,
    }
    return show_step(journey, "vehicle", context, status=status)


def _told(details: VehicleDetails | None) -> VehicleDetails | None:
    """What the VIN that is in the form says, when it says anything."""
    return details if details and details.make else None
