"""A mobile number that is proved by a code, and another code when that one is late."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from booking.views.account.confirm_code import SENT_AGAIN, TOO_SOON
from customers.models import Customer
from dealerships.models import User
from notifications.models import Message
from tests.booking.views.codes.asking import (
    PROVE,
    last_code,
    sent_to,
    sign_in,
    tries_left,
)
from tests.booking.views.conftest import Visitor, said


def test_a_number_that_is_added_says_what_is_missing_and_where_its_code_went(visitor: Visitor) -> None:
    visitor.book(phone="")
    sign_in(visitor.client, "luc@example.com", "email")
    empty = visitor.client.post("/account/phone/change/", {"phone": ""}).content.decode()
    assert said("Enter your mobile number.") in empty
    visitor.client.post("/account/phone/change/", {"phone": "514 555-0199"})
    page = visitor.client.get("/account/phone/verify/").content.decode()
    assert said("We have sent a code by text message to %(recipient)s.").split("%")[0] in page
    wrong = visitor.client.post("/account/phone/verify/", {"code": "wrong"}).content.decode()
    assert tries_left(4) in wrong


def ask_for_proof(visitor: Visitor) -> None:
    """A code is on its way to the number that Luc adds to his account."""
    visitor.book(phone="")
    sign_in(visitor.client, "luc@example.com", "email")
    visitor.client.post("/account/phone/change/", {"phone": "514 555-0199"})


def test_another_code_proves_a_number_after_a_minute_and_not_before(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_proof(visitor)
    first = last_code("sms")
    page = visitor.client.get(PROVE).content.decode()
    assert 'form="resend"' in page
    assert said("It is good for 10 minutes; you can ask for another one after a minute.") in page

    answer = visitor.client.post(PROVE, {"action": "resend"})
    assert answer.headers["Location"] == PROVE
    assert str(TOO_SOON) in [str(one) for one in visitor.client.get(PROVE).context["messages"]]
    assert last_code("sms") == first  # which is still good: see below

    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    visitor.client.post(PROVE, {"action": "resend"})
    assert str(SENT_AGAIN) in [str(one) for one in visitor.client.get(PROVE).context["messages"]]
    assert sent_to("+15145550199") == 2
    assert User.objects.get().phone is None
    visitor.client.post(PROVE, {"code": last_code("sms")})
    assert User.objects.get().phone == "+15145550199"


def test_asking_too_soon_leaves_the_first_code_good(visitor: Visitor) -> None:
    ask_for_proof(visitor)
    visitor.client.post(PROVE, {"action": "resend"})
    visitor.client.post(PROVE, {"code": last_code("sms")})
    assert User.objects.get().phone == "+15145550199"


def test_a_number_gets_three_more_codes_and_then_another_start(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_proof(visitor)
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    for _time in range(5):
        visitor.client.post(PROVE, {"action": "resend"})
    assert sent_to("+15145550199") == 4
    page = visitor.client.get(PROVE).content.decode()
    assert 'form="resend"' not in page
    assert said("It is good for 10 minutes. To get another one, cancel and start again.") in page
    visitor.client.post(PROVE, {"code": last_code("sms")})
    assert User.objects.get().phone == "+15145550199"


def test_a_number_s_codes_are_counted_together_whoever_asks(
    visitor: Visitor, counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_proof(visitor)
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    for _time in range(3):
        visitor.client.post(PROVE, {"action": "resend"})
    assert sent_to("+15145550199") == 3


def test_allauth_s_own_limit_answers_with_the_same_sentence(
    visitor: Visitor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"verify_phone": "1/60s/key"}
    ask_for_proof(visitor)
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    visitor.client.post(PROVE, {"action": "resend"})
    assert str(TOO_SOON) in [str(one) for one in visitor.client.get(PROVE).context["messages"]]
    visitor.client.post(PROVE, {"code": last_code("sms")})
    assert User.objects.get().phone == "+15145550199"


def test_another_code_is_good_for_ten_minutes_of_its_own(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    ask_for_proof(visitor)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 9 * 60)
    visitor.client.post(PROVE, {"action": "resend"})
    monkeypatch.setattr(time, "time", lambda: real() + 15 * 60)
    visitor.client.post(PROVE, {"code": last_code("sms")})
    assert User.objects.get().phone == "+15145550199"


def test_nobody_has_a_number_proved_who_asked_for_no_code(visitor: Visitor) -> None:
    assert visitor.client.post(PROVE, {"action": "resend"}).status_code == 302
    visitor.book(phone="")
    sign_in(visitor.client, "luc@example.com", "email")
    answer = visitor.client.post(PROVE, {"action": "resend"})
    assert answer.headers["Location"] == "/account/phone/change/"
    assert not Message.objects.filter(kind="account_code", channel="sms").exists()


def test_a_number_is_added_to_an_account_by_a_code_and_brings_its_records(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    visitor.book(phone="")
    another().book(visitor.starts()[4], name="Luc T.", phone="514 555-0199", email="")
    sign_in(visitor.client, "luc@example.com", "email")
    answer = visitor.client.post("/account/phone/change/", {"phone": "514 555-0199"})
    assert answer.headers["Location"] == "/account/phone/verify/"
    assert User.objects.get().phone is None
    visitor.client.post("/account/phone/verify/", {"code": last_code("sms")})
    user = User.objects.get()
    assert user.phone == "+15145550199"
    assert Customer.objects.filter(user=user).count() == 2


def test_two_accounts_of_one_person_become_one(visitor: Visitor, another: Callable[..., Visitor]) -> None:
    visitor.book(phone="")
    another().book(visitor.starts()[4], name="Luc T.", phone="514 555-0198", email="")
    sign_in(Client(), "514 555-0198", "sms")
    sign_in(visitor.client, "luc@example.com", "email")
    visitor.client.post("/account/phone/change/", {"phone": "514 555-0198"})
    visitor.client.post("/account/phone/verify/", {"code": last_code("sms")})
    user = User.objects.get(email="luc@example.com")
    assert user.phone == "+15145550198"
    assert not User.objects.get(email=None).is_active
    assert Customer.objects.filter(user=user).count() == 2


def test_who_signed_in_long_ago_changes_no_number(visitor: Visitor) -> None:
    visitor.book(phone="")
    sign_in(visitor.client, "luc@example.com", "email")
    session = visitor.client.session
    records = session["account_authentication_methods"]
    records[-1]["at"] = time.time() - 31 * 60
    session["account_authentication_methods"] = records
    session.save()
    for answer in (
        visitor.client.get("/account/phone/change/"),
        visitor.client.post("/account/phone/change/", {"phone": "514 555-0199"}),
    ):
        assert said("Sign in once more") in answer.content.decode()
    assert not Message.objects.filter(kind="account_code", channel="sms").exists()


def test_a_number_is_changed_three_times_a_day(visitor: Visitor, counted: None) -> None:
    visitor.book(phone="")
    sign_in(visitor.client, "luc@example.com", "email")
    for number in range(4):
        answer = visitor.client.post("/account/phone/change/", {"phone": f"514 555-018{number}"})
        assert answer.status_code == (302 if number < 3 else 200)
    sentence = said("You have changed the number often enough for today. Please try again tomorrow.")
    assert sentence in answer.content.decode()
    assert not sent_to("+15145550183")
