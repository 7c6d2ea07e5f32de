"""Accounts: opened by what a code can prove, joined, and closed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from customers.access import vehicles_of
from customers.actions.accounts import (
    close_account,
    link_records,
    open_account,
    open_known_account,
    prove_phone,
)
from customers.actions.invitations import accept_invitation, invite
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import Group, User
from lib import clock

PHONE = "+15145550123"


@pytest.fixture
def luc(db: None) -> Customer:
    group = Group.objects.create(slug="groupe", name="Groupe")
    return Customer.objects.create(group=group, name="Luc", phone=PHONE, email="luc@example.com")


def test_an_account_opens_once_for_an_address_and_once_for_a_number(db: None) -> None:
    for _press in range(2):
        open_account(email="Luc@Example.com", language="fr")
        open_account(phone=PHONE, language="en")
        open_account(language="fr")
    assert set(User.objects.values_list("email", "phone")) == {("luc@example.com", None), (None, PHONE)}
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_only_who_is_known_gets_an_account_by_asking(luc: Customer) -> None:
    open_known_account(email="anne@example.com", language="fr")
    open_known_account(phone="+15145550199", language="fr")
    assert not User.objects.exists()
    open_known_account(email="LUC@example.com", language="fr")
    assert User.objects.get().email == "luc@example.com"


def test_a_record_that_is_somebody_s_stays_theirs(luc: Customer) -> None:
    first, second = User.objects.create_user("luc@example.com"), User.objects.create_user("anne@example.com")
    assert link_records(user=first, email="LUC@example.com") == 1
    assert link_records(user=second, phone=PHONE) == 0
    assert link_records(user=second) == 0
    luc.refresh_from_db()
    assert luc.user == first


def test_a_number_is_one_account_s_and_the_last_to_prove_it_has_it(luc: Customer) -> None:
    first = User.objects.create_user("first@example.com", phone=PHONE)
    second = User.objects.create_user("second@example.com")
    prove_phone(user=second, phone=PHONE)
    first.refresh_from_db()
    assert (first.phone, first.is_active, second.phone) == (None, True, PHONE)
    prove_phone(user=second, phone=PHONE)
    luc.refresh_from_db()
    assert luc.user == second


def test_closing_twice_is_the_same(luc: Customer) -> None:
    user = User.objects.create_user("luc@example.com", phone=PHONE)
    link_records(user=user, email="luc@example.com")
    signed = user.get_session_auth_hash()
    for _press in range(2):
        close_account(user=user, language="fr", ip="", agent="")
    user.refresh_from_db()
    assert (user.is_active, user.email, user.phone) == (False, None, None)
    assert user.get_session_auth_hash() != signed
    luc.refresh_from_db()
    assert (luc.user, luc.email) == (None, "luc@example.com")


def test_an_open_account_can_be_reached(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(None)


def test_a_code_typed_after_the_account_was_closed_elsewhere_gives_it_no_number(luc: Customer) -> None:
    user, other = User.objects.create_user("luc@example.com"), User.objects.create_user(None, phone=PHONE)
    elsewhere = User.objects.get(pk=user.pk)
    close_account(user=elsewhere, language="fr", ip="", agent="")
    prove_phone(user=user, phone=PHONE)
    user.refresh_from_db()
    other.refresh_from_db()
    luc.refresh_from_db()
    assert (user.is_active, user.phone) == (False, None)
    assert (other.is_active, other.phone) == (True, PHONE)
    assert luc.user is None


def test_whoever_was_invited_sees_the_vehicle_no_longer_once_the_account_is_closed(luc: Customer) -> None:
    luc.user = User.objects.create_user("luc@example.com")
    luc.save()
    anne = User.objects.create_user("anne@example.com")
    vehicle = Vehicle.objects.create(group=luc.group, make="Honda", model="Civic")
    VehicleDriver.objects.create(vehicle=vehicle, customer=luc)
    with transaction.atomic():
        invitation, _nonce = invite(vehicle=vehicle, inviter=luc, email="anne@example.com", now=clock.now())
    accept_invitation(invitation=invitation, user=anne, name="Anne")
    assert list(vehicles_of(anne, luc.group)) == [vehicle]
    close_account(user=luc.user, language="fr", ip="", agent="")
    assert not vehicles_of(anne, luc.group).exists()
    assert VehicleDriver.objects.get(customer__user=anne).hidden
