"""Who is this, and which vehicle: an existing record where it is safely the same, else a new one."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.details import Contact, VehicleDetails
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import Group
from lib.text import fold


def identify_customer(*, group: Group, contact: Contact) -> Customer:
    """The group's customer of the same name with the same phone or e-mail address, or a new one.

    A guest proves nothing, so an existing record is used but never changed by what a guest types.
    """
    reached = Q()
    if contact.phone:
        reached |= Q(phone=contact.phone)
    if contact.email:
        reached |= Q(email__iexact=contact.email)
    named = fold(contact.name)
    reachable = Customer.objects.filter(reached, group=group).order_by("pk")
    known = next((customer for customer in reachable if fold(customer.name) == named), None)
    return known or Customer.objects.create(
        group=group, name=contact.name, phone=contact.phone, email=contact.email, language=contact.language
    )


def identify_vehicle(*, customer: Customer, details: VehicleDetails) -> Vehicle:
    """The vehicle of that VIN in the group, or the customer's own that fits what was said, or a new one.

    What is known of a vehicle stays, and what is blank too: nobody has proved to be its driver.
    """
    vehicle = _known_vehicle(customer, details) or _create_vehicle(customer, details)
    VehicleDriver.objects.get_or_create(vehicle=vehicle, customer=customer)
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
        with transaction.atomic():
            return Vehicle.objects.create(
                group_id=customer.group_id,
                vin=details.vin,
                plate=details.plate,
                year=details.year,
                make=details.make,
                model=details.model,
                colour=details.colour,
            )
    except IntegrityError:
        # Somebody entered the same VIN at the same moment.
        return Vehicle.objects.get(group=customer.group_id, vin=details.vin)
