"""Who sees which appointment is decided where it is fetched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from booking.access import appointment_by_token, appointments_for, appointments_of_customer
from booking.actions.history import customer, staff
from booking.answers import manage_token
from booking.models import Appointment
from customers.details import Contact
from customers.models import Customer
from dealerships.models import Role, User
from lib import clock, tokens
from tests.garage import Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def test_staff_see_their_own_dealerships_appointments_only(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    other = make_garage(slug="riviere")

    assert list(appointments_for(make_staff(garage.dealership, Role.PARTS))) == [appointment]
    assert list(appointments_for(make_staff(other.dealership, Role.MANAGER))) == []


def test_a_customer_sees_their_own_and_nobody_sees_nothing(garage: Garage) -> None:
    mine, _theirs = garage.book(garage.at(8)), garage.book(garage.at(9), name="Quelqu’un")
    user = User.objects.create_user("luc@example.com")
    mine.customer.user = user
    mine.customer.save()

    assert list(appointments_of_customer(user)) == [mine]
    assert list(appointments_of_customer(AnonymousUser())) == []


def test_an_account_does_not_see_what_others_booked_under_the_same_name_and_number(garage: Garage) -> None:
    number = {"name": "Luc Tremblay", "phone": "+15145550123", "language": "fr"}
    stranger = Contact(email="stranger@example.com", **number)
    first = garage.book(garage.at(8), contact=stranger)
    user = User.objects.create_user("stranger@example.com")
    Customer.objects.filter(pk=first.customer_id).update(user=user)

    victims = garage.book(garage.at(9), contact=Contact(email="luc@example.com", **number))
    # Found by the number, and taken for the victim's.
    garage.book(
        garage.at(10),
        contact=Contact(email="", **number),
        customer=first.customer,
        by=staff(make_staff(garage.dealership, Role.ADVISOR)),
    )

    assert victims.customer_id != first.customer_id
    assert set(appointments_of_customer(user)) == {first}


def test_a_link_opens_its_appointment_and_the_database_does_not_hold_it(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    token = manage_token(appointment)

    assert appointment_by_token(token) == appointment
    assert token not in {str(value) for value in Appointment.objects.values().get(pk=appointment.pk).values()}


@pytest.mark.parametrize("forged", ["", "x", "a" * 22, "é" * 22, "\x00" * 22, "a" * 10_000])
def test_anything_else_opens_nothing(garage: Garage, forged: str) -> None:
    garage.book(garage.at(8))

    assert appointment_by_token(forged) is None


def test_one_changed_character_opens_nothing(garage: Garage) -> None:
    token = manage_token(garage.book(garage.at(8)))
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert appointment_by_token(changed) is None


def test_a_token_of_another_purpose_opens_nothing(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))

    assert appointment_by_token(tokens.token_for(appointment.link_nonce, purpose="stop")) is None


def test_a_link_dies_a_week_after_the_visit(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    past = clock.now() - timedelta(days=8)
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=past - timedelta(hours=2), ready_at=past)

    assert appointment_by_token(manage_token(appointment)) is None


def test_a_rotated_secret_keeps_the_links_that_were_sent(garage: Garage, settings) -> None:
    appointment = garage.book(garage.at(8))
    token = manage_token(appointment)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 10, [settings.SECRET_KEY]

    assert appointment_by_token(token) == appointment
    assert manage_token(appointment) == token


def test_a_signed_in_customer_sees_what_they_booked_for_somebody_else(garage: Garage) -> None:
    luc, anne = User.objects.create_user("luc@work.example"), User.objects.create_user("anne@example.com")
    mother = Contact(name="Rita Roy", phone="", email="rita@example.com", language="fr")
    booked = garage.book(garage.at(8), contact=mother, by=customer(luc))
    by_herself = garage.book(garage.at(9), contact=mother)

    assert booked.customer == by_herself.customer
    assert list(appointments_of_customer(luc)) == [booked]
    assert list(appointments_of_customer(anne)) == []
    assert booked.events.get().user == luc


def test_who_books_at_the_desk_does_not_see_it_in_an_account_of_their_own(garage: Garage) -> None:
    advisor = make_staff(garage.dealership, Role.ADVISOR)
    garage.book(garage.at(8), by=staff(advisor))

    assert list(appointments_of_customer(advisor)) == []
