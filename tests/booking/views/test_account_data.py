"""Taking one's data along, closing the account, and passkeys' pages."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from booking.answers import manage_token
from booking.models import Appointment
from customers.models import ConsentEvent, ConsentKind, Customer, VehicleInvitation
from dealerships.models import Role, User
from lib import tokens
from tests.booking.views.conftest import Visitor, said
from tests.booking.views.test_account import sign_in_by_code
from tests.garage import make_staff


@pytest.fixture
def luc(visitor: Visitor) -> User:
    """Has just signed in with a code."""
    visitor.book(name="=1+1 Tremblay")
    sign_in_by_code(visitor)
    visitor.client.get("/account/after-sign-in/")
    return User.objects.get()


def take(visitor: Visitor) -> dict[str, list[dict[str, str]]]:
    answer = visitor.client.get("/account/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found: dict[str, list[dict[str, str]]] = json.loads(answer.getvalue())
    return found


def test_everything_that_was_given_is_there(visitor: Visitor, luc: User) -> None:
    visitor.client.post(
        "/account/preferences/consent/",
        {"topic": "email:offers", "answer": "yes", "group": visitor.garage.dealership.group_id},
    )
    visitor.post("appointment/note/", {"note": "Bruit à gauche"})
    visitor.post("appointment/wait-list/")
    taken = take(visitor)
    booked = Appointment.objects.get()
    assert set(taken) == {
        "contact", "vehicles", "visits", "work", "reviews", "consents", "messages", "answers", "wait_list",
        "photos", "looks",
    }  # fmt: skip
    assert "Changement de pneus" in taken["messages"][0]["words"]
    assert taken["visits"][0]["reference"] == booked.reference
    assert taken["visits"][0]["note"] == "Bruit à gauche"
    assert taken["work"][0]["answers"] == "rims=on, tires=own"
    assert taken["vehicles"][0]["model"] == "Civic"
    assert taken["consents"][0]["address"] == "luc@example.com"
    assert taken["wait_list"][0]["reference"] == booked.reference


def test_nobody_else_s_data_is_there(visitor: Visitor, luc: User, another: Callable[..., Visitor]) -> None:
    another().book(visitor.starts()[4], name="Anne Roy", email="anne@example.com", phone="450 555-0199")
    stranger = another().book(visitor.starts()[5], name="=1+1 Tremblay", email="stranger@example.com")
    text = json.dumps(take(visitor))
    assert "anne@example.com" not in text
    assert stranger.reference not in text


def test_the_sheets_hold_no_formula(visitor: Visitor, luc: User) -> None:
    answer = visitor.client.get("/account/data.zip")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        visits = archive.read("visits.csv").decode("utf-8-sig")
        assert {"contact.csv", "vehicles.csv", "visits.csv", "work.csv"} <= set(archive.namelist())
    assert "'=1+1 Tremblay" in visits
    assert ",=1+1" not in visits


def test_closing_asks_first_and_says_what_stays(visitor: Visitor, luc: User) -> None:
    page = visitor.client.get("/account/close/").content.decode()
    assert said("What stays, and why") in page
    assert User.objects.get().is_active


def test_closing_ends_the_account_and_keeps_the_visits(visitor: Visitor, luc: User) -> None:
    phone = Client()
    phone.force_login(luc)
    visitor.client.post(
        "/account/preferences/consent/",
        {"topic": "email:offers", "answer": "yes", "group": visitor.garage.dealership.group_id},
    )
    vehicle = Appointment.objects.get().vehicle
    visitor.client.post(f"/account/vehicles/{vehicle.pk}/", {"email": "anne@example.com"})
    Authenticator.objects.create(user=luc, type=Authenticator.Type.WEBAUTHN, data={})
    assert visitor.client.post("/account/close/").headers["Location"] == "/account/closed/"
    assert said("Your account is closed") in visitor.client.get("/account/closed/").content.decode()
    luc.refresh_from_db()
    assert (luc.is_active, luc.email, luc.phone) == (False, None, None)
    assert Customer.objects.get().user is None
    assert not Authenticator.objects.exists()
    assert VehicleInvitation.objects.get().withdrawn_at is not None
    assert ConsentEvent.objects.order_by("-pk")[0].kind == ConsentKind.WITHDRAWN
    for client in (visitor.client, phone):
        assert client.get("/account/").status_code == 302
    # The link of the messages still opens the visit, and nothing of the account is needed for it.
    there = Client()
    there.get(f"/m/{manage_token(Appointment.objects.get())}")
    assert there.get(visitor.url("appointment/")).status_code == 200


def test_the_address_may_open_a_new_account_afterwards(visitor: Visitor, luc: User) -> None:
    visitor.client.post("/account/close/")
    visitor.get("appointment/")
    again = Visitor(visitor.garage)
    again.client.get(f"/m/{manage_token(Appointment.objects.get())}")
    sign_in_by_code(again)
    again.client.get("/account/after-sign-in/")
    assert (
        tokens.show_reference(Appointment.objects.get().reference)
        in again.client.get("/account/").content.decode()
    )
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize("path", ["close/", "passkeys/"])
def test_who_signed_in_long_ago_does_so_again_first(visitor: Visitor, luc: User, path: str) -> None:
    session = visitor.client.session
    records = session["account_authentication_methods"]
    records[-1]["at"] = time.time() - 31 * 60
    session["account_authentication_methods"] = records
    session.save()
    assert said("Sign in once more") in visitor.client.get(f"/account/{path}").content.decode()
    visitor.client.post(f"/account/{path}", {"credential": "{}"})
    luc.refresh_from_db()
    assert luc.is_active
    assert not Authenticator.objects.exists()


def test_the_staff_s_accounts_are_not_closed_here(visitor: Visitor) -> None:
    staff = make_staff(visitor.garage.dealership, Role.ADVISOR)
    visitor.client.force_login(staff)
    assert visitor.client.post("/account/close/").headers["Location"] == "/account/data/"
    staff.refresh_from_db()
    assert staff.is_active
    assert visitor.client.get("/account/passkeys/").headers["Location"] == "/account/2fa/"


@pytest.mark.parametrize("credential", ["", "{}", "x", "[]", '{"id": 1}', "null"])
def test_what_is_no_passkey_is_answered_with_a_sentence(visitor: Visitor, luc: User, credential: str) -> None:
    answer = visitor.client.post("/account/passkeys/", {"credential": credential}, follow=True)
    assert said("The passkey could not be kept. Please try again.") in answer.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "credential", ["", "{}", "x", "[]", '{"id": 1}', "null", '{"id": "é", "rawId": "é", "response": {}}']
)
def test_nonsense_signs_nobody_in_and_is_no_fault(db: None, client: Client, credential: str) -> None:
    client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})
    answer = client.post("/account/2fa/webauthn/login/", {"credential": credential})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_passkey_is_removed_by_its_owner_only(visitor: Visitor, luc: User) -> None:
    stranger = User.objects.create_user("anne@example.com")
    data = {"name": "Téléphone", "credential": {}}
    mine = Authenticator.objects.create(user=luc, type=Authenticator.Type.WEBAUTHN, data=data)
    theirs = Authenticator.objects.create(user=stranger, type=Authenticator.Type.WEBAUTHN, data=data)
    for pk in (mine.pk, theirs.pk, mine.pk, 10**30):
        assert visitor.client.post(f"/account/passkeys/{pk}/remove/").status_code == 303
    assert list(Authenticator.objects.all()) == [theirs]
