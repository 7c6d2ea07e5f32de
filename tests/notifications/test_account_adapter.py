from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.cache import SessionStore
from django.urls import reverse
from django.utils import translation

from dealerships.models import Role, StaffMember, User
from lib import clock
from notifications.account_adapter import AccountAdapter
from notifications.models import Channel, Message
from notifications.render import render

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(rf):
    """What allauth does inside a request."""

    def send(template, language="fr", **more):
        request = rf.get("/account/login/", HTTP_USER_AGENT="Firefox")
        request.session, request._messages = SessionStore(), None
        request._messages = FallbackStorage(request)
        with context.request_context(request), translation.override(language):
            get_adapter(request).send_mail(template, "luc@example.com", {"request": request, **more})
        return Message.objects.get()

    return send


def test_allauth_uses_it(rf):
    assert isinstance(get_adapter(rf.get("/")), AccountAdapter)


def test_nobody_signs_up_by_themselves(rf):
    assert not get_adapter(rf.get("/")).is_open_for_signup(rf.get("/"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_code_waits_in_the_outbox_in_the_pages_language(send, language):
    before = clock.now()
    message = send("account/email/login_code", language, code="482913")
    assert (message.kind, message.channel, message.to) == ("account_code", Channel.EMAIL, "luc@example.com")
    assert (message.language, message.dealership) == (language, None)
    assert message.payload == {"code": "482913", "minutes": 10}
    assert timedelta(minutes=10) <= message.expires_at - before < timedelta(minutes=11)


def test_every_code_is_a_message_of_its_own(send):
    send("account/email/login_code", code="1")
    with pytest.raises(Message.MultipleObjectsReturned):
        send("account/email/login_code", code="2")


def test_other_notices_keep_allauths_words(send):
    message = send(
        "account/email/password_changed", "en", ip="203.0.113.7", user_agent="Firefox", timestamp=clock.now()
    )
    assert message.kind == "account_notice"
    rendered = render(message)
    assert rendered.subject == "Password Changed"
    assert "203.0.113.7" in rendered.text
    assert "example.com!" not in rendered.text


def test_an_unknown_address_learns_that_without_being_invited_to_sign_up(send):
    rendered = render(
        send("account/email/unknown_account", "en", email="luc@example.com", signup_url="https://x")
    )
    assert rendered.subject == "There is no account with this address"
    assert "luc@example.com" in rendered.text
    assert "https://x" not in rendered.text


def test_the_code_in_the_outbox_signs_its_customer_in(client, settings):
    settings.ACCOUNT_RATE_LIMITS = False
    user = User.objects.create_user("luc@example.com")
    client.post(reverse("account_request_login_code"), {"email": "luc@example.com"})
    code = Message.objects.get(kind="account_code").payload["code"]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_staff_members_address_gets_no_code(client, dealership):
    user = User.objects.create_user("julie@example.com")
    StaffMember.objects.create(dealership=dealership, user=user, role=Role.ADVISOR, name="Julie")
    client.post(reverse("account_request_login_code"), {"email": "julie@example.com"})
    assert [message.kind for message in Message.objects.all()] == ["account_notice"]
