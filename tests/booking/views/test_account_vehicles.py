"""The vehicles of the household: booking for one, sharing it by invitation, taking it off the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.actions.inviting import close_account_and_invitations
from booking.models import Appointment
from customers.models import Customer, Vehicle, VehicleDriver, VehicleInvitation
from dealerships.models import User
from lib import clock, tokens
from notifications.models import Message, State
from notifications.render import render
from tests.booking.views.conftest import CIVIC, LUC, Visitor, said

ANNE = "anne@example.com"


def url(path: str = "") -> str:
    return f"/account/vehicles/{Vehicle.objects.order_by('pk')[0].pk}/{path}"


def link_of(message: Message) -> str:
    found = re.search(r"/i/[\w-]{22}", render(message).text)
    assert found
    return found.group(0)


def invite(visitor: Visitor, email: str = ANNE) -> Message:
    answer = visitor.client.post(url(), {"email": email})
    assert answer.status_code == 303, answer.content.decode()
    return Message.objects.filter(kind="vehicle_invitation").latest("created_at")


def accept(visitor: Visitor, message: Message, name: str = "Anne Roy") -> Client:
    """Open the link in another browser, prove the address by a code, say one's name, accept."""
    client = Client()
    there = client.get(link_of(message)).headers["Location"]
    confirm = client.post(there).headers["Location"]
    code = Message.objects.filter(kind="account_code").latest("created_at").payload["code"]
    client.post(confirm, {"code": code, "next": f"/account/after-sign-in/?next={there}"})
    client.get(f"/account/after-sign-in/?next={there}")
    answer = client.post(there, {"name": name})
    assert answer.status_code == 303, answer.content.decode()
    return client


def test_the_vehicle_has_a_page_with_what_is_known_of_it(visitor: Visitor, luc: User) -> None:
    Vehicle.objects.update(plate="ABC123", odometer=84500)
    page = visitor.client.get(url()).content.decode()
    assert "Honda Civic 2019" in page
    assert "ABC123" in page
    assert "84\u00a0500\u00a0km" in page


def test_a_vehicle_that_is_not_one_s_own_is_not_there(
    visitor: Visitor, luc: User, another: Callable[..., Visitor]
) -> None:
    theirs = another().book(visitor.starts()[4], name="Anne Roy", email=ANNE, phone="450 555-0199")
    # Whoever types a VIN is linked to its vehicle; that alone shows nothing.
    VehicleDriver.objects.create(vehicle=theirs.vehicle, customer=Customer.objects.get(user=luc))
    path = f"/account/vehicles/{theirs.vehicle_id}/"
    assert visitor.client.get(path).status_code == 404
    for name in ("", "book/"):
        assert visitor.client.post(f"{path}{name}").status_code == 404
    visitor.client.post(f"{path}remove/")
    assert not VehicleDriver.objects.filter(vehicle=theirs.vehicle, hidden=True).exists()


def test_booking_for_a_vehicle_asks_for_the_work_next(visitor: Visitor, luc: User) -> None:
    assert visitor.client.post(url("book/")).headers["Location"] == visitor.url("book/services/")
    draft = visitor.client.session["draft:boreal"]
    assert draft["vehicle"]["make"] == "Honda"
    assert draft["contact"]["phone"] == "+15145550123"


def test_an_invitation_is_written_and_says_who_invites_to_what(visitor: Visitor, luc: User) -> None:
    message = invite(visitor)
    assert (message.to, message.kind) == (ANNE, "vehicle_invitation")
    letter = render(message)
    assert "Luc Tremblay" in letter.text
    assert "Honda Civic 2019" in letter.text
    assert letter.stop_url
    assert "luc@example.com" not in letter.text + letter.html
    assert "514" not in re.sub(r"\S*/\S*", "", letter.text)  # a link has digits of its own
    kept = VehicleInvitation.objects.get()
    assert kept.expires_at - kept.created_at == timedelta(days=14)


def test_inviting_the_same_address_twice_writes_once(visitor: Visitor, luc: User) -> None:
    invite(visitor)
    invite(visitor, ANNE.upper())
    assert Message.objects.filter(kind="vehicle_invitation").count() == 1
    assert VehicleInvitation.objects.count() == 1


@pytest.mark.parametrize("email", ["", "x", "luc@example.com", "a@b", "x" * 300 + "@example.com"])
def test_what_is_no_address_of_somebody_else_comes_back_with_a_sentence(
    visitor: Visitor, luc: User, email: str
) -> None:
    answer = visitor.client.post(url(), {"email": email})
    assert answer.status_code == 422
    assert 'href="#id_email"' in answer.content.decode()
    assert not Message.objects.filter(kind="vehicle_invitation").exists()


def test_five_people_are_enough(visitor: Visitor, luc: User) -> None:
    for number in range(5):
        invite(visitor, f"person{number}@example.com")
    assert visitor.client.post(url(), {"email": "sixth@example.com"}).status_code == 422


def test_who_accepts_sees_the_vehicle_and_not_the_other_s_data(visitor: Visitor, luc: User) -> None:
    anne = accept(visitor, invite(visitor))
    page = anne.get("/account/").content.decode()
    assert "Honda Civic 2019" in page
    assert said("Shared by %(name)s") % {"name": "Luc Tremblay"} in page
    assert "own-visit" not in page
    shown = anne.get(url()).content.decode()
    for secret in (
        "luc@example.com",
        "514 555-0123",
        tokens.show_reference(Appointment.objects.get().reference),
    ):
        assert secret not in page + shown
    assert ANNE in visitor.client.get(url()).content.decode()


def test_who_accepted_books_for_it_and_the_other_does_not_see_that_visit(visitor: Visitor, luc: User) -> None:
    anne = Visitor(visitor.garage, client=accept(visitor, invite(visitor)))
    anne.client.post(url("book/"))
    anne.post("book/services/", {"service": ["oil_change"]})
    anne.choose(visitor.starts()[4])
    anne.post("book/check/", anne.confirmation())
    booked = Appointment.objects.latest("pk")
    assert booked.vehicle == Vehicle.objects.get()
    assert booked.contact_email == ANNE
    assert tokens.show_reference(booked.reference) in anne.client.get("/account/").content.decode()
    assert tokens.show_reference(booked.reference) not in visitor.client.get("/account/").content.decode()
    assert visitor.client.get(f"/account/appointments/{booked.reference}/").status_code == 404


def test_who_was_invited_invites_nobody_further(visitor: Visitor, luc: User) -> None:
    anne = accept(visitor, invite(visitor))
    assert said("Send the invitation") not in anne.get(url()).content.decode()
    assert anne.post(url(), {"email": "third@example.com"}).status_code == 404


def test_a_link_that_was_used_withdrawn_or_is_too_old_opens_nothing(visitor: Visitor, luc: User) -> None:
    used = invite(visitor)
    accept(visitor, used)
    withdrawn = invite(visitor, "b@example.com")
    kept = VehicleInvitation.objects.get(email="b@example.com")
    visitor.client.post(url(f"invitations/{kept.pk}/end/"))
    old = invite(visitor, "c@example.com")
    VehicleInvitation.objects.filter(email="c@example.com").update(expires_at=clock.now())
    for path in (link_of(used), link_of(withdrawn), link_of(old), "/i/" + "A" * 22, "/i/x"):
        assert Client().get(path).status_code == 404
    assert Client().get("/account/invitation/").status_code == 404


def test_a_page_that_was_open_when_it_was_withdrawn_says_so(visitor: Visitor, luc: User) -> None:
    message = invite(visitor)
    client = Client()
    client.force_login(User.objects.create_user(ANNE))
    client.get(link_of(message))
    VehicleInvitation.objects.update(withdrawn_at=clock.now())
    assert client.post("/account/invitation/", {"name": "Anne"}).status_code == 404
    assert VehicleDriver.objects.count() == 1


def test_one_s_own_invitation_is_not_for_oneself(visitor: Visitor, luc: User) -> None:
    message = invite(visitor)
    visitor.client.get(link_of(message))
    answer = visitor.client.post("/account/invitation/")
    assert answer.status_code == 422
    assert said("This is your own invitation: it is for somebody else.") in answer.content.decode()


def test_reading_the_invitation_shares_nothing(visitor: Visitor, luc: User) -> None:
    client = Client()
    there = client.get(link_of(invite(visitor))).headers["Location"]
    assert "Honda Civic 2019" in client.get(there).content.decode()
    assert VehicleInvitation.objects.get().accepted_at is None
    assert not User.objects.filter(email=ANNE).exists()


def test_sharing_ends_when_the_owner_says_so(visitor: Visitor, luc: User) -> None:
    anne = accept(visitor, invite(visitor))
    anne.get("/account/")  # says once that it was accepted
    kept = VehicleInvitation.objects.get()
    for _press in range(2):
        assert visitor.client.post(url(f"invitations/{kept.pk}/end/")).status_code == 303
    assert "Honda Civic 2019" not in anne.get("/account/").content.decode()
    assert "Honda Civic 2019" in visitor.client.get("/account/").content.decode()
    # And they may be invited again.
    accept(visitor, invite(visitor))


def test_somebody_else_can_t_end_it(visitor: Visitor, luc: User) -> None:
    anne = accept(visitor, invite(visitor))
    kept = VehicleInvitation.objects.get()
    anne.post(url(f"invitations/{kept.pk}/end/"))
    assert VehicleInvitation.objects.filter(pk=kept.pk).exists()


def test_a_vehicle_leaves_the_list_with_those_it_was_shared_with_and_comes_back(
    visitor: Visitor, luc: User
) -> None:
    anne = accept(visitor, invite(visitor))
    for _press in range(2):
        assert visitor.client.post(url("remove/")).status_code == 303
    page = visitor.client.get("/account/").content.decode()
    assert "own-vehicle" not in page
    assert "own-visit" in page
    assert "own-vehicle" not in anne.get("/account/").content.decode()
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", {"service": ["oil_change"]})
    visitor.choose(visitor.starts()[5])
    visitor.post("book/contact/", LUC)
    visitor.post("book/check/", visitor.confirmation())
    assert Vehicle.objects.count() == 1
    assert "own-vehicle" in visitor.client.get("/account/").content.decode()


def test_the_queries_of_the_page_do_not_grow_with_the_people(visitor: Visitor, luc: User) -> None:
    invite(visitor)
    visitor.client.get(url())
    with CaptureQueriesContext(connection) as one:
        visitor.client.get(url())
    for number in range(3):
        invite(visitor, f"person{number}@example.com")
    visitor.client.get(url())  # says once that they were sent
    with CaptureQueriesContext(connection) as four:
        visitor.client.get(url())
    assert len(four) == len(one)


def test_the_message_of_a_withdrawn_invitation_is_not_sent_any_more(visitor: Visitor, luc: User) -> None:
    message = invite(visitor)
    visitor.client.post(url(f"invitations/{VehicleInvitation.objects.get().pk}/end/"))
    message.refresh_from_db()
    assert message.state == State.CANCELLED


@pytest.mark.parametrize("way", ["close", "remove"])
def test_an_invitation_that_ends_with_the_account_or_the_vehicle_is_not_sent(
    visitor: Visitor, luc: User, way: str
) -> None:
    message = invite(visitor)
    if way == "close":
        close_account_and_invitations(user=luc, language="fr", ip="", agent="")
    else:
        visitor.client.post(url("remove/"))
    message.refresh_from_db()
    assert VehicleInvitation.objects.get().withdrawn_at
    assert message.state == State.CANCELLED
