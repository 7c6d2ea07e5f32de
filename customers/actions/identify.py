"""Who is this, and which vehicle: an existing record where it is safely the same, else a new one."""

from __future__ import annotations

from contextlib import nullcontext

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.details import Contact, VehicleDetails
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import Group
from lib import clock
from lib.text import fold

QUEBEC = "America/Toronto"  # where odometers are read


def identify_customer(*, group: Group, contact: Contact, asks: bool = True) -> Customer:
    """The group's customer of the same name, each of whose addresses was given too, or a new one.

    A guest proves nothing, so an existing record is used but never changed by what a guest types. A record that
    holds another address may be somebody else's, made in this name: whoever proves that address sees what is on it.
    `asks` says whether somebody asks now, which implies consent for a while; an import does not. In the caller's
    transaction: until it ends nobody is erased who was found, and who is being erased is not found.
    """
    reached = Q()
    if contact.phone:
        reached |= Q(phone=contact.phone)
    if contact.email:
        reached |= Q(email__iexact=contact.email)
    named = fold(contact.name)
    reachable = Customer.objects.filter(reached, group=group).order_by("pk").select_for_update(no_key=True)
    known = next(
        (one for one in reachable if fold(one.name) == named and _holds_nothing_else(one, contact)), None
    )
    return known or Customer.objects.create(
        group=group,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        language=contact.language,
        inquired_at=clock.now() if asks else None,
    )


def still_known(customer: Customer | None) -> Customer | None:
    """The record that somebody has in hand, unless it was erased since; in the caller's transaction, as above."""
    if customer is None:
        return None
    there = Customer.objects.filter(pk=customer.pk, erased_at=None).select_for_update(no_key=True)
    return customer if there.values_list("pk").first() else None


def _holds_nothing_else(customer: Customer, contact: Contact) -> bool:
    """Whether the record has no address but those of the contact."""
    email = customer.email.lower() in ("", contact.email.lower())
    return email and customer.phone in ("", contact.phone)


def identify_vehicle(*, customer: Customer, details: VehicleDetails) -> Vehicle:
    """The vehicle of that VIN in the group, or the customer's own that fits what was said, or a new one.

    What is known of a vehicle stays, and what is blank too: nobody has proved to be its driver.
    """
    vehicle = _known_vehicle(customer, details) or _create_vehicle(customer, details)
    # One statement, whoever else links them at the same moment.
    VehicleDriver.objects.bulk_create(
        [VehicleDriver(vehicle=vehicle, customer=customer)],
        update_conflicts=True,
        unique_fields=["vehicle", "customer"],
        update_fields=["hidden"],
    )
    return vehicle


def _known_vehicle(customer: Customer, details: VehicleDetails) -> Vehicle | None:
    if details.vin:
        by_vin = Vehicle.objects.filter(group=customer.group_id, vin=details.vin).first()
        if by_vin:
            return by_vin
    mine = customer.vehicles.order_by("pk")
    if details.vin:
        mine = mine.filter(vin="")
    if details.plate:
        return mine.filter(plate=details.plate).first()
    same = Q(make__iexact=details.make, model__iexact=details.model, year=details.year)
    return mine.filter(same).first() if details.make and details.model else None


def _create_vehicle(customer: Customer, details: VehicleDetails) -> Vehicle:
    try:
        # Only a VIN can be somebody else's at the same moment.
        with transaction.atomic() if details.vin else nullcontext():
            return Vehicle.objects.create(
                group_id=customer.group_id,
                vin=details.vin,
                plate=details.plate,
                year=details.year,
                make=details.make,
                model=details.model,
                colour=details.colour,
                trim=details.trim,
                engine=details.engine,
                fuel=details.fuel,
                odometer=details.odometer,
                odometer_on=None if details.odometer is None else clock.local(clock.now(), QUEBEC).date(),
            )
    except IntegrityError:
        # Somebody entered the same VIN at the same moment.
        return Vehicle.objects.get(group=customer.group_id, vin=details.vin)
