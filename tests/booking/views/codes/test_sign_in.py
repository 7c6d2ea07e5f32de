"""Signing in by a code: to a mailbox or to a telephone; and a passkey as another way, not a second lock."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from booking.views.account.confirm_code import SENT_AGAIN, TOO_SOON
from customers.models import Customer
from dealerships.models import Role, User
from lib.gsm7 import is_gsm7, segments
from notifications.models import Message
from notifications.render import render
from tests.booking.views.codes.asking import (
    ASK,
    CONFIRM,
    PHONE,
    ask,
    last_code,
    sent_to,
    sign_in,
    tries_left,
)
from tests.booking.views.conftest import Visitor, said
from tests.garage import make_staff


def test_a_code_by_text_message_opens_the_account_of_who_gave_the_number_only(visitor: Visitor) -> None:
    booked = visitor.book(email="")
    answer = visitor.post("appointment/keep/")
    assert answer.headers["Location"] == CONFIRM
    message = Message.objects.get(kind="account_code")
    assert (message.channel, message.to) == ("sms", PHONE)
    text = render(message).sms
    assert is_gsm7(text)
    assert segments(text) == 1
    assert message.payload["code"] in text
    visitor.client.post(CONFIRM, {"code": message.payload["code"]})
    visitor.client.get("/account/after-sign-in/")
    user = User.objects.get()
    assert (user.email, user.phone) == (None, PHONE)
    assert Customer.objects.get().user == user
    assert booked.vehicle_title in visitor.client.get("/account/").content.decode()


@pytest.mark.parametrize(("reach", "channel"), [("(514) 555-0123", "sms"), ("LUC@example.com", "email")])
def test_who_has_been_a_customer_needs_no_link_to_come_back(
    visitor: Visitor, reach: str, channel: str
) -> None:
    visitor.book()
    client = Client()
    sign_in(client, reach, channel)
    assert "Honda Civic 2019" in client.get("/account/").content.decode()


def test_whoever_is_asked_for_the_answer_looks_the_same(visitor: Visitor) -> None:
    visitor.book()
    staff = make_staff(visitor.garage.dealership, Role.ADVISOR)
    User.objects.filter(pk=staff.pk).update(phone="+15145550188")
    pages = []
    for reach in (PHONE, "514 555-0177", "514 555-0188"):
        client = Client()
        assert ask(client, reach).headers["Location"] == CONFIRM
        page = client.get(CONFIRM).content.decode()
        pages.append(said("It is good for 10 minutes; you can ask for another one after a minute.") in page)
    assert pages == [True, True, True]
    assert [message.to for message in Message.objects.filter(channel="sms", kind="account_code")] == [PHONE]
    assert not User.objects.filter(phone="+15145550177").exists()


@pytest.mark.parametrize("reach", ["", "x", "123", "luc@", "514 555-0123 poste 4", "\x00", "9" * 300])
def test_what_is_neither_is_answered_with_a_sentence(db: None, client: Client, reach: str) -> None:
    answer = ask(client, reach)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode() or "error-summary" in answer.content.decode()
    assert not Message.objects.exists()


def test_without_text_messages_only_an_address_is_asked_for(db: None, client: Client, settings: Any) -> None:
    settings.SMS_URL = "none://"
    page = client.get(ASK).content.decode()
    assert said("E-mail or mobile number") not in page
    assert "error-summary" in ask(client, "514 555-0123").content.decode()


def test_five_wrong_codes_end_it(visitor: Visitor) -> None:
    visitor.book()
    ask(visitor.client, PHONE)
    code = last_code("sms")
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        visitor.client.post(CONFIRM, {"code": wrong})
    visitor.client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in visitor.client.session


@pytest.mark.parametrize("reach", [PHONE, "nobody@example.com"])
def test_a_wrong_code_says_how_many_tries_are_left_whoever_is_behind_it(visitor: Visitor, reach: str) -> None:
    visitor.book()
    ask(visitor.client, reach)
    pages = [visitor.client.post(CONFIRM, {"code": "wrong"}) for _try in range(5)]
    assert tries_left(3) in pages[1].content.decode()
    assert tries_left(1) in pages[3].content.decode()
    assert pages[4].headers["Location"] == ASK
    over = said("That was one try too many. Ask for a new code, or try again later.")
    assert over in visitor.client.get(ASK).content.decode()


def test_another_code_comes_after_a_minute_and_not_before(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.book(phone="514 555-0142")
    ask(visitor.client, "514 555-0142")
    visitor.client.post(CONFIRM, {"action": "resend"})
    assert Message.objects.filter(kind="account_code").count() == 1
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)
    visitor.client.post(CONFIRM, {"action": "resend"})
    assert Message.objects.filter(kind="account_code").count() == 2
    visitor.client.post(CONFIRM, {"code": last_code("sms")})
    assert "_auth_user_id" in visitor.client.session


@pytest.mark.parametrize("known", ["514 555-0142", "luc@example.com"])
def test_asking_again_tells_nobody_whether_there_is_an_account(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    visitor.book(phone="514 555-0142")
    answers = {}
    for reach in (known, "nobody@example.com", "514 555-0177"):
        client, heard = Client(), []
        ask(client, reach)
        for later in (False, True, True, True, True):
            monkeypatch.setattr("notifications.codes._is_later", lambda _to, later=later: later)
            assert client.post(CONFIRM, {"action": "resend"}).status_code in (200, 302)
            page = client.get(CONFIRM)
            heard.append(([str(one) for one in page.context["messages"]], page.context.get("can_resend")))
        answers[reach] = heard
    assert answers[known] == answers["nobody@example.com"] == answers["514 555-0177"]
    assert [messages for messages, _more in answers[known]] == [[str(TOO_SOON)], *[[str(SENT_AGAIN)]] * 3, []]
    assert [more for _messages, more in answers[known]] == [True, True, True, False, False]


def test_who_has_a_passkey_still_enters_with_a_code(visitor: Visitor) -> None:
    visitor.book()
    user = User.objects.create_user("luc@example.com")
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    sign_in(visitor.client, "luc@example.com", "email")
    assert visitor.client.session["_auth_user_id"] == str(user.pk)


def test_a_member_of_the_staff_with_a_key_needs_it_beside_the_password(visitor: Visitor) -> None:
    staff = make_staff(visitor.garage.dealership, Role.MANAGER)
    Authenticator.objects.create(
        user=staff, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    answer = visitor.client.post("/account/login/", {"login": staff.email, "password": "a long password"})
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in visitor.client.session


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(visitor: Visitor, wanted: str) -> None:
    visitor.client.force_login(User.objects.create_user("luc@example.com"))
    answer = visitor.client.get("/account/after-sign-in/", {"next": wanted})
    assert answer.headers["Location"] == "/account/"
    assert (
        visitor.client.get("/account/after-sign-in/?next=/boreal/book/").headers["Location"]
        == "/boreal/book/"
    )


@pytest.mark.parametrize("wanted", ["abc", "-1", "²", "account-close", "home"])
def test_where_to_go_is_a_path_and_never_the_name_of_a_view(visitor: Visitor, wanted: str) -> None:
    visitor.book()
    ask(visitor.client, "luc@example.com")
    signed = visitor.client.post(CONFIRM, {"code": last_code("email"), "next": wanted})
    assert signed.headers["Location"] == "/account/after-sign-in/"
    answer = visitor.client.get("/account/after-sign-in/", {"next": wanted})
    assert answer.headers["Location"] == "/account/"
    assert visitor.client.post("/account/logout/", {"next": wanted}).headers["Location"] == "/"


@pytest.mark.parametrize(("reach", "channel"), [(PHONE, "sms"), ("luc@example.com", "email")])
def test_the_records_are_there_wherever_the_sign_in_leads(visitor: Visitor, reach: str, channel: str) -> None:
    visitor.book()
    client = Client()
    confirm = client.post(f"{ASK}?next=/account/", {"reach": reach}).headers["Location"]
    answer = client.post(confirm, {"code": last_code(channel)})
    assert answer.headers["Location"] == "/account/"
    assert "Honda Civic 2019" in client.get("/account/").content.decode()


def test_a_code_brings_the_records_of_the_address_that_it_was_sent_to_only(visitor: Visitor) -> None:
    visitor.book(phone="")
    User.objects.create_user("luc@example.com", phone=PHONE)
    sign_in(visitor.client, PHONE, "sms")
    assert "_auth_user_id" in visitor.client.session
    assert Customer.objects.get().user is None


def test_three_codes_in_ten_minutes_go_to_one_address_whoever_asks(visitor: Visitor, counted: None) -> None:
    User.objects.create_user("luc@example.com")
    for _time in range(3):
        assert ask(Client(), "Luc@example.com").status_code == 302
        assert ask(Client(), "nobody@example.com").status_code == 302
    for reach in ("luc@example.com", "nobody@example.com"):
        page = ask(Client(), reach).content.decode()
        assert said("Several codes were asked for already. Use the last one, or try again later.") in page
    assert sent_to("luc@example.com") == 3
    assert ask(Client(), "anne@example.com").status_code == 302


def test_asking_again_counts_too(visitor: Visitor, counted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create_user("luc@example.com")
    monkeypatch.setattr("notifications.codes._is_later", lambda _to: True)  # a minute later
    ask(visitor.client, "luc@example.com")
    for _time in range(3):
        visitor.client.post(CONFIRM, {"action": "resend"})
    assert sent_to("luc@example.com") == 3


def test_ten_codes_an_hour_are_tried_for_one_address_over_all_browsers(
    visitor: Visitor, counted: None
) -> None:
    User.objects.create_user("luc@example.com")
    for _browser in range(3):
        client = Client()
        ask(client, "luc@example.com")
        wrong = "000000" if last_code("email") != "000000" else "111111"
        for _try in range(4):
            page = client.post(CONFIRM, {"code": wrong})
    sentence = said("Too many codes were tried. Please try again in an hour or two, with a new code.")
    assert sentence in page.content.decode()
    client.post(CONFIRM, {"code": last_code("email")})
    assert "_auth_user_id" not in client.session
