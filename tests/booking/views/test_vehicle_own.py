"""Vehicles that a signed-in customer has brought here before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from babel.dates import format_date

from booking.models import Appointment, Status
from customers.actions.identify import identify_vehicle
from customers.details import Contact, VehicleDetails
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import User
from lib import clock
from tests.booking.views.conftest import LUC, TIRES, Visitor, said
from tests.garage import Garage

VIN = "2T3ZZZZZ6RW000001"


@pytest.fixture
def luc(garage: Garage) -> Customer:
    user = User.objects.create_user("luc@example.com")
    return Customer.objects.create(
        group=garage.dealership.group,
        user=user,
        name="Luc Tremblay",
        email="luc@example.com",
        phone="+15145550123",
    )


@pytest.fixture
def signed_in(visitor: Visitor, luc: Customer) -> Visitor:
    visitor.client.force_login(luc.user)
    return visitor


def vehicle_of(customer: Customer, **more: str | int | None) -> Vehicle:
    details = {"make": "Honda", "model": "Civic", "year": 2019, **more}
    return identify_vehicle(customer=customer, details=VehicleDetails(**details))  # type: ignore[arg-type]


def came(visitor: Visitor, customer: Customer, vehicle: Vehicle, days_ago: int) -> date:
    """A visit that is over; its day."""
    contact = Contact(name=customer.name, phone=customer.phone, email=customer.email, language="fr")
    start = visitor.starts()[0].starts_at
    visit = visitor.garage.book(start, customer=customer, vehicle=vehicle, now=clock.now(), contact=contact)
    day = clock.local(clock.now(), visitor.garage.dealership.zone).date() - timedelta(days=days_ago)
    Appointment.objects.filter(pk=visit.pk).update(local_date=day, status=Status.COMPLETED)
    return day


def test_a_guest_sees_the_form_alone(visitor: Visitor, luc: Customer) -> None:
    vehicle_of(luc)
    page = visitor.get("book/").content.decode()
    assert 'name="own"' not in page
    assert said("Another vehicle") not in page


def test_they_come_first_with_the_form_behind_another_vehicle(signed_in: Visitor, luc: Customer) -> None:
    vehicle_of(luc, plate="K4T7QF")
    page = signed_in.get("book/").content.decode()
    assert page.index("Honda Civic 2019") < page.index(said("Another vehicle")) < page.index('id="id_make"')
    assert "K4T" in page


def test_one_tap_chooses_it_and_books_the_same_record_under_the_same_customer(
    signed_in: Visitor, luc: Customer
) -> None:
    mine = vehicle_of(luc, vin=VIN, plate="K4T7QF", odometer=40_000)
    start = signed_in.starts()[0]

    answer = signed_in.post("book/", {"own": str(mine.pk)})

    assert answer.headers["Location"] == signed_in.url("book/services/")
    assert signed_in.post("book/services/", TIRES).status_code == 303
    assert signed_in.choose(start).status_code == 303
    # Another name and number than the record's: it stays theirs.
    signed_in.post("book/contact/", {**LUC, "name": "L. Tremblay", "phone": "450 555-0199"})
    assert signed_in.post("book/check/", signed_in.confirmation()).status_code == 303
    booked = Appointment.objects.get()
    assert (booked.vehicle, booked.customer) == (mine, luc)
    assert (booked.contact_name, booked.vehicle_title) == ("L. Tremblay", "Honda Civic 2019")
    assert (Vehicle.objects.count(), Customer.objects.count()) == (1, 1)
    mine.refresh_from_db()
    assert mine.odometer == 40_000


def test_the_vin_of_the_record_stays_out_of_the_session(signed_in: Visitor, luc: Customer) -> None:
    mine = vehicle_of(luc, vin=VIN)
    signed_in.post("book/", {"own": str(mine.pk)})
    assert VIN not in str(dict(signed_in.client.session))


@pytest.mark.parametrize("chosen", ["", "x", "²", "-1", "9" * 30, "999999"])
def test_what_is_not_theirs_is_not_chosen(signed_in: Visitor, luc: Customer, chosen: str) -> None:
    vehicle_of(luc)
    answer = signed_in.post("book/", {"own": chosen})
    assert answer.status_code == 409
    assert "Honda Civic 2019" in answer.content.decode()


def test_somebody_else_s_vehicle_is_neither_shown_nor_chosen(signed_in: Visitor, garage: Garage) -> None:
    anne = Customer.objects.create(group=garage.dealership.group, name="Anne Roy", email="anne@example.com")
    hers = vehicle_of(anne, make="Mazda", model="CX-5")
    assert "Mazda CX-5" not in signed_in.get("book/").content.decode()
    assert signed_in.post("book/", {"own": str(hers.pk)}).status_code == 409


def test_typing_a_vin_does_not_make_its_vehicle_theirs(
    signed_in: Visitor, luc: Customer, garage: Garage
) -> None:
    """Who names a known VIN is linked to its record, which still tells them nothing."""
    anne = Customer.objects.create(group=garage.dealership.group, name="Anne Roy", email="anne@example.com")
    hers = vehicle_of(anne, vin=VIN, plate="SECRET7", make="Mazda", model="CX-5")
    assert identify_vehicle(customer=luc, details=VehicleDetails(vin=VIN)) == hers
    assert VehicleDriver.objects.filter(vehicle=hers, customer=luc).exists()

    assert "SECRET7" not in signed_in.get("book/").content.decode()
    assert signed_in.post("book/", {"own": str(hers.pk)}).status_code == 409


def test_a_draft_that_names_a_vehicle_no_longer_theirs_books_by_what_was_said(
    signed_in: Visitor, luc: Customer
) -> None:
    mine = vehicle_of(luc)
    start = signed_in.to_check()
    signed_in.post("book/", {"own": str(mine.pk)})
    VehicleDriver.objects.all().delete()
    assert signed_in.post("book/check/", signed_in.confirmation()).status_code == 303
    booked = Appointment.objects.get(starts_at=start.starts_at)
    assert booked.vehicle != mine
    assert booked.vehicle_title == "Honda Civic 2019"


def test_a_tile_tells_the_last_visit_of_its_own_customer_and_the_latest_comes_first(
    signed_in: Visitor, luc: Customer
) -> None:
    old, new = vehicle_of(luc), vehicle_of(luc, model="Fit")
    day = came(signed_in, luc, old, days_ago=40)
    page = signed_in.get("book/").content.decode()
    assert format_date(day, "long", locale="fr_CA") in page
    assert page.index(old.title) < page.index(new.title)


def test_the_page_asks_as_much_for_three_vehicles_as_for_one(
    signed_in: Visitor, luc: Customer, django_assert_max_num_queries
) -> None:
    came(signed_in, luc, vehicle_of(luc), days_ago=10)
    signed_in.get("book/")
    with django_assert_max_num_queries(20) as one:
        signed_in.get("book/")
    for model in ("Fit", "Pilot"):
        vehicle_of(luc, model=model)
    with django_assert_max_num_queries(len(one)):
        signed_in.get("book/")


def test_a_record_that_says_too_little_opens_the_form(signed_in: Visitor, luc: Customer) -> None:
    mine = vehicle_of(luc, model="", year=None)
    answer = signed_in.post("book/", {"own": str(mine.pk)})
    assert answer.status_code == 422
    assert 'value="Honda"' in answer.content.decode()
