"""The caller card as data: who has this number, what they drive, when they come. Every look is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from ninja import Query, Router

from api.access import Key, Limit
from api.reading import refuse_unknown
from api.schemas import PRIVATE, CustomersAnswer
from booking.access import appointments_of_group
from booking.answers import say_iso
from booking.models import UPCOMING, Appointment
from customers.actions.access import record_opening, record_search
from customers.models import Customer, Vehicle
from dealerships.models import Group
from lib import clock
from lib.languages import is_english
from lib.phones import parse_phone

router = Router(tags=["Customers"], auth=Key())
SOURCE = "api"
# A household shares a number; more than this is a switchboard.
MOST_CUSTOMERS = 10
LAST_VISITS = 5


@router.get(
    "/customers", response={200: CustomersAnswer, **PRIVATE}, throttle=Limit("api-customers", "120/minute")
)
def list_customers(request: HttpRequest, phone: Query[str]):
    """The customers of the key's group who have this telephone number."""
    refuse_unknown(request, ("phone",))
    number = parse_phone(phone)
    key = request.auth.key  # type: ignore[attr-defined]
    customers = _find(key.group, number)
    _record(key.group, f"{key.name}: {number}", customers)
    visits = _visits(key.group, customers)
    return JsonResponse({"customers": [_customer(one, visits.get(one.pk, [])) for one in customers]})


def _find(group: Group, number: str) -> list[Customer]:
    rows = Customer.objects.filter(group=group, phone=number).prefetch_related("vehicles")
    return list(rows.order_by("pk")[:MOST_CUSTOMERS])


@transaction.atomic
def _record(group: Group, words: str, customers: Iterable[Customer]) -> None:
    """In the name of the group's first dealership: a key belongs to no single one."""
    dealership = group.dealerships.order_by("pk").first()
    if dealership is None:
        return
    record_search(dealership=dealership, user=None, words=words, source=SOURCE)
    for customer in customers:
        record_opening(dealership=dealership, user=None, customer=customer, words=words, source=SOURCE)


def _visits(group: Group, customers: Iterable[Customer]) -> dict[int, list[Appointment]]:
    rows = appointments_of_group(group).filter(customer__in=customers).prefetch_related("lines")
    found: dict[int, list[Appointment]] = {}
    for row in rows.order_by("-starts_at"):
        found.setdefault(row.customer_id, []).append(row)
    return found


def _customer(customer: Customer, visits: list[Appointment]) -> dict[str, Any]:
    now = clock.now()
    upcoming = [visit for visit in visits if _is_coming(visit, now)]
    past = [visit for visit in visits if not _is_coming(visit, now)]
    return {
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        "language": customer.language,
        "vehicles": [_vehicle(vehicle) for vehicle in customer.vehicles.all()],
        "upcoming": [_visit(visit) for visit in reversed(upcoming)],
        "past": [_visit(visit) for visit in past[:LAST_VISITS]],
    }


def _is_coming(visit: Appointment, now: datetime) -> bool:
    return visit.status in UPCOMING and visit.starts_at > now


def _vehicle(vehicle: Vehicle) -> dict[str, Any]:
    names = ("year", "make", "model", "vin", "plate", "colour", "paint_code", "odometer")
    return {name: getattr(vehicle, name) for name in names}


def _visit(visit: Appointment) -> dict[str, Any]:
    english = is_english(get_language() or "fr")
    return {
        "reference": visit.reference,
        "status": visit.status,
        "dealership": visit.dealership.slug,
        "start": say_iso(visit.starts_at, visit.zone),
        "ready_by": say_iso(visit.ready_at, visit.zone),
        "vehicle": visit.vehicle.title,
        "services": [line.name_en if english else line.name_fr for line in visit.lines.all()],
    }
