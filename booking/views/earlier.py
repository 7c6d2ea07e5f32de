"""Earlier visits of the vehicle that somebody books for, as far as these visits are theirs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booking.access import appointments_of_customer
from booking.models import Appointment, Status
from booking.views.access import granted
from booking.views.journey import Journey
from booking.views.words import page_language
from customers.details import VehicleDetails
from lib import clock, tokens
from lib.text import fold

DONE = (Status.ARRIVED, Status.COMPLETED)
MOST_READ, MOST_SHOWN = 30, 3


def earlier_visits(journey: Journey) -> list[Appointment]:
    """Past visits of this vehicle here, newest first: a signed-in customer's own, and the one whose link was opened.

    Nobody learns of a stranger's visits by typing a plate. At most three queries; none for a guest without a link.
    """
    if journey.vehicle is None:
        return []
    found = {visit.pk: visit for visit in _theirs(journey) if _is_same(journey.vehicle, visit)}
    return sorted(found.values(), key=lambda visit: visit.starts_at, reverse=True)


def find_earlier(journey: Journey, reference: str) -> Appointment | None:
    """The earlier visit with this reference, if it is one of theirs."""
    stored = tokens.normalize_reference(reference) if reference else ""
    if not stored:
        return None
    return next((visit for visit in earlier_visits(journey) if visit.reference == stored), None)


def visit_choices(visits: Iterable[Appointment], chosen: str) -> list[dict[str, Any]]:
    """The last ones as choices: the date, and what was done."""
    return [
        {
            "value": visit.reference,
            "label": clock.say_date(visit.local_date, page_language(), year=True),
            "note": ", ".join(service_names(visit)),
            "selected": visit.reference == chosen,
        }
        for visit in list(visits)[:MOST_SHOWN]
    ]


def service_names(visit: Appointment) -> list[str]:
    """What was booked for it, in the page's language."""
    english = page_language() == "en"
    return [line.name_en if english else line.name_fr for line in visit.lines.all()]


def _theirs(journey: Journey) -> Iterable[Appointment]:
    request, now = journey.request, clock.now()
    if request.user.is_authenticated:
        own = appointments_of_customer(request.user).filter(
            dealership=journey.dealership, status__in=DONE, starts_at__lt=now
        )
        yield from own.order_by("-starts_at").prefetch_related("lines__service")[:MOST_READ]
    linked = granted(request, journey.dealership.slug)
    if linked and linked.status in DONE and linked.starts_at < now:
        yield linked


def _is_same(vehicle: VehicleDetails, visit: Appointment) -> bool:
    """By plate, or by the words for it: what was said for the visit, never what else the record knows."""
    plate = visit.vehicle_plate or visit.vehicle_title
    return (bool(vehicle.plate) and vehicle.plate == plate) or fold(visit.vehicle_words) == fold(
        vehicle.title
    )
