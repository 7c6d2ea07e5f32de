"""Step 1: which vehicle."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from booking.forms import VehicleForm
from booking.views.draft import ensure_holder
from booking.views.journey import Journey, start_journey
from booking.views.summary import show_step

FIELDS = ("make", "model", "year", "plate", "vin")
# What the service department of a Québec dealership sees most, to complete what is typed.
MAKES = (
    "Acura", "Audi", "BMW", "Buick", "Cadillac", "Chevrolet", "Chrysler", "Dodge", "Fiat", "Ford", "Genesis", "GMC",
    "Honda", "Hyundai", "Infiniti", "Jaguar", "Jeep", "Kia", "Land Rover", "Lexus", "Lincoln", "Mazda",
    "Mercedes-Benz", "Mini", "Mitsubishi", "Nissan", "Polestar", "Porsche", "Ram", "Subaru", "Tesla", "Toyota",
    "Volkswagen", "Volvo",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def vehicle(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or take what it says; a service asked for in the address goes along."""
    journey = start_journey(request, slug)
    if request.method != "POST":
        return _show(journey, VehicleForm(initial=journey.draft.vehicle), request.GET.get("service", ""))
    form = VehicleForm(request.POST)
    if not form.is_valid():
        return _show(journey, form, request.POST.get("service", ""), status=422)
    ensure_holder(request)
    journey.draft.vehicle = {name: str(form.cleaned_data[name]) for name in FIELDS}
    _add_service(journey, request.POST.get("service", ""))
    journey.save()
    return journey.go_on()


def _add_service(journey: Journey, code: str) -> None:
    if code in journey.menu and code not in journey.draft.services:
        # What was chosen before stays, and the next page shows both; the time is chosen again.
        journey.draft.services, journey.draft.start = [*journey.draft.services, code], ""


def _show(journey: Journey, form: VehicleForm, service: str, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "makes": MAKES,
        "service": service if service in journey.menu else "",
        "more_open": bool(form.errors.get("vin") or form["vin"].value()),
    }
    return show_step(journey, "vehicle", context, status=status)
