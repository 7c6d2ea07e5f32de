import hashlib
import hmac
import json
import time
from base64 import b64encode

import pytest

from notifications.actions import events
from notifications.checks import check_webhooks
from notifications.models import WebhookEvent

pytestmark = pytest.mark.django_db

PATH = "/hooks/mail/postmark/tracking/"
BOUNCE = {
    "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "TypeCode": 1, "MessageID": "theirs", "Tag": "",
    "Metadata": {"message": "0b5e"}, "Email": "luc@example.com", "BouncedAt": "2026-12-01T12:00:00Z",
    "Description": "The server was unable to deliver your message", "Details": "550 5.1.1 no such user",
}  # fmt: skip
DELIVERY = {
    "RecordType": "Delivery", "MessageID": "theirs", "Recipient": "luc@example.com",
    "DeliveredAt": "2026-12-01T12:00:00Z", "Metadata": {"message": "0b5e"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def configured(settings, monkeypatch):
    settings.EMAIL_URL, settings.EMAIL_WEBHOOK_SECRETS = "postmark://token@", ["user:pass", "user:newer"]
    monkeypatch.setattr(events, "_wake_aside", lambda: None)


@pytest.fixture
def post(client):
    def post(told, *, password="user:pass", path=PATH):  # noqa: S107 - made up
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        headers = {"Authorization": f"Basic {b64encode(password.encode()).decode()}"} if password else {}
        return client.post(path, body, content_type="application/json", headers=headers)

    return post


def taken():
    return list(WebhookEvent.objects.values_list("provider", "kind", "payload"))


@pytest.mark.parametrize("password", ["user:pass", "user:newer"])
def test_a_bounce_is_taken_once_in_our_words(post, password):
    assert [post(BOUNCE, password=password).status_code for _time in range(2)] == [200, 200]
    ((provider, kind, payload),) = taken()
    assert (provider, kind) == ("postmark", "mail")
    assert payload == {
        "message": "0b5e",
        "reference": "theirs",
        "address": "luc@example.com",
        "status": "bounced",
        "permanent": True,
        "reason": "The server was unable to deliver your message",
    }


def test_an_event_without_a_number_is_taken_once_too(post):
    assert [post(DELIVERY).status_code for _time in range(2)] == [200, 200]
    ((_provider, _kind, payload),) = taken()
    assert (payload["status"], payload["permanent"]) == ("delivered", False)


def test_a_complaint_is_taken_and_an_opened_letter_is_nobodys_business(post):
    post(BOUNCE | {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 43})
    post(
        {
            "RecordType": "Open",
            "MessageID": "theirs",
            "Recipient": "luc@example.com",
            "ReceivedAt": "2026-12-01T12:00:00Z",
        }
    )
    assert [payload["status"] for _provider, _kind, payload in taken()] == ["complained"]


@pytest.mark.parametrize("password", ["user:guess", ""])
def test_a_wrong_password_gets_403_without_a_word(post, password):
    answer = post(BOUNCE, password=password)
    assert (answer.status_code, answer.content, taken()) == (403, b"", [])


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b'{"RecordType": "Bounce", "Metadata": 7}'])
def test_what_makes_no_sense_gets_400(post, body):
    assert post(body).status_code == 400
    assert taken() == []


def test_a_megabyte_is_not_read_and_looking_is_not_allowed(post, client):
    assert post(b"x" * 1024 * 1024).status_code == 413
    assert client.get(PATH).status_code == 405


def test_another_service_or_none_with_a_secret_is_not_known(post, settings):
    assert post(BOUNCE, path="/hooks/mail/brevo/tracking/").status_code == 404
    settings.EMAIL_WEBHOOK_SECRETS = []
    assert post(BOUNCE).status_code == 404
    assert [warning.id for warning in check_webhooks()] == ["notifications.W001"]


@pytest.mark.parametrize(("key", "status"), [("one", 200), ("two", 200), ("guess", 403)])
def test_mailgun_signs_with_one_of_two_keys(post, settings, key, status):
    settings.EMAIL_URL, settings.EMAIL_WEBHOOK_SECRETS = "mailgun://key@mg.example.com", ["one", "two"]
    timestamp = str(int(time.time()))
    signature = hmac.new(key.encode(), f"{timestamp}token".encode(), hashlib.sha256).hexdigest()
    told = {
        "signature": {"timestamp": timestamp, "token": "token", "signature": signature},
        "event-data": {
            "event": "delivered", "id": "e1", "timestamp": time.time(), "recipient": "luc@example.com",
            "message": {"headers": {"message-id": "theirs@mg"}}, "user-variables": {"message": "0b5e"},
        },
    }  # fmt: skip
    assert post(told, password="", path="/hooks/mail/mailgun/tracking/").status_code == status
    assert [payload["message"] for _provider, _kind, payload in taken()] == (
        ["0b5e"] if status == 200 else []
    )
