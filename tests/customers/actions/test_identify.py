"""Which vehicle it is: what a guest types makes a record, and never changes one."""

from __future__ import annotations

import pytest

from customers.actions.identify import identify_customer, identify_vehicle
from customers.details import Contact, read_vehicle
from customers.models import Customer, Vehicle
from dealerships.models import Group
from lib import clock
from lib.vins import vin_with_check_digit

VIN = vin_with_check_digit("2HGFC2F50KH000001")


@pytest.fixture
def luc(db: None) -> Customer:
    group = Group.objects.create(slug="groupe", name="Groupe")
    return Customer.objects.create(group=group, name="Luc Tremblay", phone="+15145550123")


def test_a_new_vehicle_keeps_what_was_said_and_what_its_vin_says(luc: Customer) -> None:
    details = read_vehicle({"vin": VIN, "odometer": "86 500 km"})

    vehicle = identify_vehicle(customer=luc, details=details)

    vehicle.refresh_from_db()
    assert (vehicle.title, vehicle.trim) == ("Honda Civic 2019", "LX")
    assert (vehicle.engine, vehicle.fuel) == ("2.0 L, 4 cyl.", "gasoline")
    assert vehicle.odometer == 86_500
    assert vehicle.odometer_on == clock.local(clock.now(), "America/Toronto").date()


def test_kilometres_that_nobody_gave_have_no_day(luc: Customer) -> None:
    vehicle = identify_vehicle(customer=luc, details=read_vehicle({"vin": VIN}))
    assert (vehicle.odometer, vehicle.odometer_on) == (None, None)


def test_what_is_typed_changes_no_record(luc: Customer) -> None:
    known = identify_vehicle(
        customer=luc, details=read_vehicle({"plate": "ABC 123", "make": "Kia", "model": "Niro"})
    )
    before = Vehicle.objects.values().get()
    said = read_vehicle(
        {"plate": "ABC 123", "make": "Kia", "model": "Niro", "fuel": "electric", "odometer": "9", "vin": VIN}
    )

    assert identify_vehicle(customer=luc, details=said) == known
    assert Vehicle.objects.values().get() == before


def test_a_record_with_somebody_s_address_is_not_taken_for_who_gives_another_one(luc: Customer) -> None:
    """Made in Luc's name and number by somebody whose e-mail address it holds: Luc's vehicle must not land there."""
    Customer.objects.filter(pk=luc.pk).update(email="someone@example.com")
    given = Contact(name="Luc Tremblay", phone=luc.phone, email="luc@example.com", language="fr")
    assert identify_customer(group=luc.group, contact=given) != luc


@pytest.mark.parametrize("email", ["", "luc@example.com"])
def test_who_gives_every_address_of_the_record_is_known(luc: Customer, email: str) -> None:
    given = Contact(name="LUC TREMBLAY", phone=luc.phone, email=email, language="fr")
    assert identify_customer(group=luc.group, contact=given) == luc


def test_linking_a_driver_twice_shows_a_vehicle_again_that_was_taken_off_the_list(luc: Customer) -> None:
    said = read_vehicle({"plate": "ABC 123"})
    vehicle = identify_vehicle(customer=luc, details=said)
    luc.links.update(hidden=True)
    assert identify_vehicle(customer=luc, details=said) == vehicle
    assert [link.hidden for link in luc.links.all()] == [False]
