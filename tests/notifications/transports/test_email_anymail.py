import json
import socket
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Suppression
from notifications.render import render
from notifications.transports import email_anymail
from notifications.transports.base import Failure, TransportError
from notifications.transports.email_anymail import SERVICES, AnymailTransport
from notifications.transports.letter import message_id
from tests.notifications.letters import letter
from tests.notifications.transports.http_server import DROP, HANG, Script, http_server

ADDRESSES = {
    "brevo": "brevo://key@",
    "mailgun": "mailgun://key@mg.example.com",
    "mailjet": "mailjet://key:secret@",
    "postmark": "postmark://token@",
    "resend": "resend://key@",
    "sendgrid": "sendgrid://key@",
    "sparkpost": "sparkpost://key@",
}
TAKEN = {
    "brevo": {"messageId": "<theirs@brevo>"},
    "mailgun": {"id": "<theirs@mailgun>", "message": "Queued. Thank you."},
    "mailjet": {"Messages": [{"Status": "success", "To": [{"Email": "luc@example.com", "MessageID": 7}]}]},
    "postmark": {"To": "luc@example.com", "MessageID": "theirs", "ErrorCode": 0, "Message": "OK"},
    "resend": {"id": "theirs"},
    "sendgrid": b"",
    "sparkpost": {
        "results": {"id": "theirs", "total_accepted_recipients": 1, "total_rejected_recipients": 0}
    },
}


INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: "
    "luc@example.com.\nInactive recipients are ones that have generated a hard bounce.",
}


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def service(script, monkeypatch):
    monkeypatch.setattr(email_anymail, "TIMEOUT", (0.5, 0.5))
    with http_server(script) as address:

        def service(name):
            return AnymailTransport(urlsplit(f"{ADDRESSES[name]}?api_url=http://{address}/"))

        yield service


def failure(transport):
    message = letter()
    with pytest.raises(TransportError) as caught:
        transport.send(message, render(message))
    return caught.value


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_gets_the_letter_with_our_message_id_and_what_brings_its_news_back(
    service, script, name
):
    script.says(202 if name == "sendgrid" else 200, TAKEN[name])
    transport, message = service(name), letter()
    reference = transport.send(message, render(message))
    assert reference
    assert transport.name == name
    ((_method, _path, _headers, body),) = script.came
    sent = body.decode(errors="replace")
    assert str(message.pk) in sent
    assert message_id(message) in sent or json.dumps(message_id(message)) in sent
    assert "rendez-vous.ics" in sent


@pytest.mark.parametrize(
    ("status", "body", "trick", "left", "of_provider"),
    [
        (429, {"ErrorCode": 429}, "", Failure.REFUSED, True),
        (401, {"ErrorCode": 10}, "", Failure.REFUSED, True),
        (422, {"ErrorCode": 300}, "", Failure.REFUSED, False),
        (500, {}, "", Failure.AMBIGUOUS, True),
        (200, b"<html>", "", Failure.AMBIGUOUS, True),
        (422, {"ErrorCode": 406, "Message": "Said otherwise"}, "", Failure.AMBIGUOUS, True),
        (200, {}, HANG, Failure.AMBIGUOUS, True),
        (200, {}, DROP, Failure.AMBIGUOUS, True),
    ],
)
def test_each_bad_answer_leaves_what_it_must(service, script, status, body, trick, left, of_provider):
    script.says(status, body, trick=trick)
    error = failure(service("postmark"))
    assert (error.failure, error.of_provider) == (left, of_provider)


def test_a_service_says_how_long_it_wants_to_be_left_alone(service, script):
    script.says(429, {}, Retry_After="30")
    assert failure(service("brevo")).retry_after.total_seconds() == 30


def test_an_address_that_the_service_refuses_gets_nothing_more(service, script):
    script.says(422, INACTIVE)
    error = failure(service("postmark"))
    assert (error.failure, error.suppress) == (Failure.PERMANENT, Suppression.Reason.UNREACHABLE)


def test_without_a_connection_it_was_certainly_not_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    transport = AnymailTransport(urlsplit(f"resend://key@?api_url=http://127.0.0.1:{port}/"))
    assert failure(transport).failure is Failure.REFUSED


@pytest.mark.parametrize("url", ["mailgun://key@", "mailgun://mg.example.com", "mailjet://key@", "brevo://"])
def test_an_incomplete_address_is_told_in_a_sentence(url):
    with pytest.raises(ImproperlyConfigured, match=f"must be {url.split(':')[0]}://"):
        AnymailTransport(urlsplit(url))
