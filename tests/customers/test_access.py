"""Which vehicles a signed-in customer may see and choose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from customers.access import driver_of, vehicles_of
from customers.actions.identify import identify_vehicle
from customers.details import VehicleDetails
from customers.models import Customer, Vehicle, VehicleDriver, VehicleInvitation
from dealerships.models import Group, User
from lib import clock

VIN = "2T3ZZZZZ6RW000001"
CAR = VehicleDetails(vin=VIN, plate="ABC123", make="Toyota", model="RAV4", year=2024)


@pytest.fixture
def group(db: None) -> Group:
    return Group.objects.create(slug="groupe", name="Groupe")


@pytest.fixture
def luc(group: Group) -> Customer:
    return a_customer(group, "luc@example.com")


@pytest.fixture
def anne(group: Group) -> Customer:
    return a_customer(group, "anne@example.com")


def a_customer(group: Group, email: str) -> Customer:
    user = User.objects.create_user(email)
    return Customer.objects.create(group=group, user=user, name=email, email=email)


def seen_by(customer: Customer) -> list[Vehicle]:
    assert customer.user
    return list(vehicles_of(customer.user, customer.group))


def test_the_first_to_bring_a_vehicle_sees_it(luc: Customer, anne: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)

    assert seen_by(luc) == [car]
    assert seen_by(anne) == []


def test_naming_its_vin_later_shows_it_to_nobody_else(luc: Customer, anne: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)
    assert identify_vehicle(customer=anne, details=VehicleDetails(vin=VIN)) == car

    assert seen_by(anne) == []
    assert seen_by(luc) == [car]


def test_an_owner_that_the_staff_keep_sees_it(luc: Customer, anne: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)
    VehicleDriver.objects.create(vehicle=car, customer=anne, owner=True)

    assert seen_by(anne) == [car]


def test_who_accepted_an_invitation_sees_it_and_who_did_not_does_not(luc: Customer, anne: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)
    VehicleDriver.objects.create(vehicle=car, customer=anne)
    invitation = VehicleInvitation.objects.create(
        vehicle=car,
        inviter=luc,
        email="anne@example.com",
        digest="x",
        expires_at=clock.now() + timedelta(days=7),
    )
    assert seen_by(anne) == []

    invitation.accepted_at, invitation.accepted_by = clock.now(), anne
    invitation.save()
    assert seen_by(anne) == [car]


def test_another_group_s_vehicles_stay_there(luc: Customer) -> None:
    identify_vehicle(customer=luc, details=CAR)
    elsewhere = Group.objects.create(slug="autre", name="Autre")
    assert luc.user
    assert list(vehicles_of(luc.user, elsewhere)) == []


def test_nobody_signed_in_sees_none(luc: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)

    assert list(vehicles_of(AnonymousUser(), luc.group)) == []
    assert driver_of(AnonymousUser(), car) is None


def test_the_driver_is_the_user_s_own_record(luc: Customer, anne: Customer) -> None:
    car = identify_vehicle(customer=luc, details=CAR)
    assert luc.user
    assert anne.user
    assert driver_of(luc.user, car) == luc
    assert driver_of(anne.user, car) is None
