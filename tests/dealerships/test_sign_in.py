"""Passkeys that no browser made are refused with a sentence, wherever one is typed in."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from django.test import Client, RequestFactory

from dealerships.models import Role, User
from dealerships.sign_in import NewSecondKeyForm, RequestCodeForm, SecondKeyForm
from tests.garage import make_garage, make_staff

NONSENSE = {
    "digits": "9" * 5000,
    "depth": "[" * 200_000,
    "some depth": "[" * 15_000,
    "even deeper objects": '{"id":' * 3000,
    "length": '"' + "x" * 50_000 + '"',
    "number": "9",
    "list": "[1]",
}


@pytest.fixture(params=NONSENSE.values(), ids=NONSENSE.keys())
def nonsense(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def luc(client: Client, db: None) -> User:
    """Has just signed in."""
    user = User.objects.create_user("luc@example.com")
    client.force_login(user)
    signed_in(client, user)
    return user


def signed_in(client: Client, user: User) -> None:
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def test_signing_in(client: Client, db: None, nonsense: str) -> None:
    assert client.post("/account/2fa/webauthn/login/", {"credential": nonsense}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_keeping_a_customer_s_passkey(client: Client, luc: User, nonsense: str) -> None:
    assert client.get("/account/passkeys/").status_code == 200
    assert client.post("/account/passkeys/", {"credential": nonsense}).status_code == 303
    assert not luc.authenticator_set.exists()


def test_the_staff_s_forms_show_no_nonsense_again(client: Client, db: None, nonsense: str) -> None:
    staff = make_staff(make_garage().dealership, Role.MANAGER)
    client.post("/account/login/", {"login": staff.email, "password": "a long password"})
    client.post("/account/reauthenticate/", {"password": "a long password"})
    client.get("/account/2fa/webauthn/add/")
    answer = client.post("/account/2fa/webauthn/add/", {"credential": nonsense})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert isinstance(form, NewSecondKeyForm)
    assert form.errors
    assert not staff.authenticator_set.exists()
    again = SecondKeyForm(data={"credential": nonsense}, user=staff)
    assert len(str(again["credential"])) < 25_000


def test_a_code_opens_the_account_whose_address_it_is_and_no_other_that_lists_it(
    luc: User, rf: RequestFactory
) -> None:
    thief = User.objects.create_user("thief@example.com")
    EmailAddress.objects.create(user=thief, email="luc@example.com", verified=True, primary=True)
    EmailAddress.objects.create(user=thief, email="anne@example.com", verified=True)
    for address, opened in (("luc@example.com", luc), ("anne@example.com", None)):
        form = RequestCodeForm()
        form.cleaned_data = {"email": address}
        with context.request_context(rf.get("/")):
            form.clean_email()
        assert form._user == opened
