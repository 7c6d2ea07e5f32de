"""Keeping one's details: an account without password, opened by a code."""

from __future__ import annotations

from collections.abc import Callable

from booking.models import Appointment
from customers.models import Customer
from dealerships.models import Role, User
from lib import tokens
from notifications.models import Message
from tests.booking.views.conftest import Visitor, said
from tests.garage import make_staff


def sign_in_by_code(visitor: Visitor) -> None:
    """Press the button on the appointment's page, then type the code that was sent."""
    answer = visitor.post("appointment/keep/")
    assert answer.headers["Location"].startswith(
        visitor.url("").replace("boreal/", "account/login/code/confirm/")
    )
    code = Message.objects.filter(kind="account_code").latest("created_at").payload["code"]
    visitor.client.post(answer.headers["Location"], {"code": code})


def test_keeping_details_opens_an_account_of_that_address_and_links_the_record(visitor: Visitor) -> None:
    booked = visitor.book()
    sign_in_by_code(visitor)
    answer = visitor.client.get("/account/after-sign-in/")
    assert answer.headers["Location"] == "/account/"
    user = User.objects.get(email="luc@example.com")
    assert not user.has_usable_password()
    assert Customer.objects.get().user == user
    page = visitor.client.get("/account/").content.decode()
    assert "Honda Civic 2019" in page
    opened = visitor.client.get(f"/account/appointments/{tokens.show_reference(booked.reference)}/")
    assert opened.headers["Location"] == visitor.url("appointment/")


def test_pressing_twice_makes_one_account(visitor: Visitor) -> None:
    visitor.book(email="Luc@Example.com")
    visitor.post("appointment/keep/")
    visitor.post("appointment/keep/")
    assert User.objects.count() == 1


def test_an_account_sees_nothing_before_its_address_is_proved(visitor: Visitor) -> None:
    visitor.book()
    visitor.post("appointment/keep/")
    assert Customer.objects.get().user is None
    assert visitor.client.get("/account/").status_code == 302


def test_a_signed_in_customer_cannot_open_somebody_else_s_appointment(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    theirs = another().book(
        visitor.starts()[4], name="Anne Roy", email="anne@example.com", phone="450 555-0199"
    )
    visitor.client.force_login(User.objects.create_user("luc@example.com"))
    assert visitor.client.get(f"/account/appointments/{theirs.reference}/").status_code == 404
    assert tokens.show_reference(theirs.reference) not in visitor.client.get("/account/").content.decode()
    assert Appointment.objects.count() == 1


def test_a_sign_in_without_a_code_links_nothing(visitor: Visitor) -> None:
    visitor.book()
    visitor.client.force_login(User.objects.create_user("luc@example.com"))
    visitor.client.get("/account/after-sign-in/")
    assert Customer.objects.get().user is None


def test_staff_go_to_their_desk(visitor: Visitor) -> None:
    visitor.client.force_login(make_staff(visitor.garage.dealership, Role.ADVISOR))
    assert visitor.client.get("/account/after-sign-in/").headers["Location"] == "/desk/"


def test_an_empty_account_says_what_to_do_next(visitor: Visitor) -> None:
    visitor.client.force_login(User.objects.create_user("new@example.com"))
    assert said("No upcoming appointment") in visitor.client.get("/account/").content.decode()
