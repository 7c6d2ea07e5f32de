"""The vehicles of the household, in words: one's own, and those that somebody shares. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from booking.access import appointments_of_customer
from booking.maintenance import Driven, LastDone, maintenance_due
from booking.models import Appointment, MaintenancePlan, Status
from booking.views.due import due_words, say_km
from booking.views.words import page_language
from customers.access import vehicles_of
from customers.models import Customer, Vehicle, VehicleInvitation
from dealerships.models import HOUSE_ZONE, Dealership, User
from lib import clock


def household_of(user: User, records: Iterable[Customer]) -> list[Vehicle]:
    """Every vehicle that the user may see, the newest first. One query a group in which they are a customer."""
    groups = {record.group for record in records}
    return [
        vehicle for group in sorted(groups, key=lambda one: one.pk) for vehicle in vehicles_of(user, group)
    ]


def vehicle_cards(user: User, records: list[Customer]) -> list[dict[str, Any]]:
    """Title, plate, kilometres, what is due, and whose it is. The queries do not grow with the vehicles."""
    vehicles = household_of(user, records)
    if not vehicles:
        return []
    visits = own_visits(user, vehicles)
    plans = plans_at({visit.dealership for found in visits.values() for visit in found})
    shares = VehicleInvitation.objects.filter(vehicle__in=vehicles).exclude(accepted_at=None)
    shared = list(shares.filter(Q(inviter__user=user) | Q(accepted_by__user=user)).select_related("inviter"))
    return [
        {
            "id": vehicle.pk,
            **vehicle_words(vehicle, visits.get(vehicle.pk, []), plans),
            **_sharing(user, [one for one in shared if one.vehicle_id == vehicle.pk]),
        }
        for vehicle in vehicles
    ]


def own_visits(user: User, vehicles: list[Vehicle]) -> dict[int, list[Appointment]]:
    """The customer's own visits that took place or will, by vehicle, the newest first. Two queries."""
    gone = (Status.CANCELLED, Status.NO_SHOW)
    rows = appointments_of_customer(user).filter(vehicle__in=vehicles).exclude(status__in=gone)
    found: dict[int, list[Appointment]] = {}
    for visit in rows.order_by("-starts_at").prefetch_related("lines__service"):
        found.setdefault(visit.vehicle_id, []).append(visit)
    return found


def plans_at(dealerships: set[Dealership]) -> list[MaintenancePlan]:
    """The maintenance plans of these dealerships. One query."""
    rows = MaintenancePlan.objects.filter(service__dealership__in=dealerships, service__active=True)
    return list(rows.select_related("service"))


def vehicle_words(
    vehicle: Vehicle, visits: list[Appointment], plans: list[MaintenancePlan]
) -> dict[str, Any]:
    """A vehicle as its driver reads it; `visits` are their own."""
    odometer = odometer_of(vehicle, visits)
    place = visits[0].dealership if visits else None
    here = [plan for plan in plans if place and plan.service.dealership_id == place.pk]
    return {
        "title": vehicle.title,
        "plate": vehicle.plate if vehicle.plate != vehicle.title else "",
        "odometer": say_km(odometer) if odometer is not None else "",
        "due": _due(vehicle, odometer, visits, here),
        "last_visit": _last_visit(visits),
        "place": place,
    }


def odometer_of(vehicle: Vehicle, visits: Iterable[Appointment]) -> int | None:
    """The most kilometres that anybody gave for it; None when nobody did."""
    given = [vehicle.odometer, *(visit.odometer for visit in visits)]
    return max((one for one in given if one is not None), default=None)


def _due(
    vehicle: Vehicle, odometer: int | None, visits: list[Appointment], plans: list[MaintenancePlan]
) -> dict[str, str] | None:
    if odometer is None or not plans:
        return None
    codes = {plan.service.code for plan in plans}
    done = (visit for visit in visits if any(line.service.code in codes for line in visit.lines.all()))
    last = next((LastDone(visit.local_date, visit.odometer) for visit in done), None)
    driven = Driven(make=vehicle.make, fuel=vehicle.fuel, odometer=odometer, year=vehicle.year)
    due = maintenance_due(plans, driven, today=_today(), last=last)
    return due_words(due) if due else None


def _sharing(user: User, shared: list[VehicleInvitation]) -> dict[str, Any]:
    by = next((one.inviter.name for one in shared if one.inviter.user_id != user.pk), "")
    return {"shared_by": by, "shared_with": sum(1 for one in shared if one.inviter.user_id == user.pk)}


def _last_visit(visits: list[Appointment]) -> str:
    today = _today()
    day = next((visit.local_date for visit in visits if visit.local_date <= today), None)
    return clock.say_date(day, page_language(), year=True) if day else ""


def _today() -> date:
    return clock.local(clock.now(), HOUSE_ZONE).date()
