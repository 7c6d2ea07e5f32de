"""The vehicles that a signed-in customer has brought here before, to choose one in a tap."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from django.db.models import Max

from booking.access import appointments_of_customer
from booking.models import Status
from booking.views.journey import Journey
from booking.views.words import page_language
from customers.access import vehicles_of
from customers.models import Vehicle
from lib.errors import Refusal
from lib.languages import locale_name
from lib.vins import read_vin

MOST = 6
CAME = (Status.ARRIVED, Status.COMPLETED)


def own_tiles(journey: Journey) -> list[dict[str, Any]]:
    """Title, plate and last visit of each of their vehicles, the latest here first. Two queries, none for a guest."""
    user = journey.request.user
    if not user.is_authenticated:
        return []
    mine = list(vehicles_of(user, journey.dealership.group)[: 2 * MOST])
    visits = _last_visits(journey, mine) if mine else {}
    mine.sort(key=lambda vehicle: (visits.get(vehicle.pk, date.min), vehicle.pk), reverse=True)
    chosen = journey.draft.vehicle.get("own", "")
    return [
        {
            "id": vehicle.pk,
            "title": vehicle.title,
            "plate": vehicle.plate if vehicle.title != vehicle.plate else "",
            "visited": _say(visits.get(vehicle.pk)),
            "chosen": str(vehicle.pk) == chosen,
        }
        for vehicle in mine[:MOST]
    ]


def said_of(vehicle: Vehicle) -> dict[str, str]:
    """A record as the form would have said it. The VIN stays in the record, unless it is all that is known."""
    said = {
        "own": str(vehicle.pk),
        "make": vehicle.make,
        "model": vehicle.model,
        "year": str(vehicle.year or ""),
        "plate": vehicle.plate,
        "fuel": vehicle.fuel or _fuel_by_vin(vehicle.vin),
    }
    return said if (vehicle.make and vehicle.model) or vehicle.plate else {**said, "vin": vehicle.vin}


def _fuel_by_vin(vin: str) -> str:
    try:
        return read_vin(vin).fuel if vin else ""
    except Refusal:  # an imported record keeps what its old system had
        return ""


def _last_visits(journey: Journey, vehicles: list[Vehicle]) -> dict[int, date]:
    """The last day on which the customer themselves came with each vehicle."""
    came = appointments_of_customer(journey.request.user).filter(vehicle__in=vehicles, status__in=CAME)
    latest = came.order_by().values("vehicle_id").annotate(last=Max("local_date"))
    return {row["vehicle_id"]: row["last"] for row in latest}


def _say(day: date | None) -> str:
    return format_date(day, "long", locale=locale_name(page_language())) if day else ""
