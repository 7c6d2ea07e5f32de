import socket
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from lib import clock
from notifications.models import Channel, Suppression
from notifications.render import Rendered
from notifications.transports import sms_twilio
from notifications.transports.base import Failure, Known, TransportError
from notifications.transports.sms_twilio import TwilioTransport
from tests.notifications.letters import letter
from tests.notifications.transports.http_server import DROP, HANG, Script, http_server

TEXT = Rendered(sms="Rendez-vous mardi")
TAKEN = {"sid": "SM123", "status": "queued", "body": TEXT.sms}


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def twilio(script, monkeypatch):
    monkeypatch.setattr(sms_twilio, "TIMEOUT", (0.5, 0.5))
    with http_server(script) as address:
        transport = TwilioTransport(urlsplit("twilio://AC1:token@/?from=+14505550134"))
        transport._client.api.base_url = f"http://{address}"
        yield transport


def text(**fields):
    return letter(channel=Channel.SMS, **fields)


def failure(twilio):
    with pytest.raises(TransportError) as caught:
        twilio.send(text(), TEXT)
    return caught.value


def test_a_message_goes_from_our_number_and_names_where_its_status_comes_back(twilio, script, settings):
    settings.PUBLIC_URL = "https://rdv.example"
    script.says(201, TAKEN)
    message = text(expires_at=clock.now() + timedelta(hours=2))
    assert twilio.send(message, TEXT) == "SM123"
    ((method, path, _headers, body),) = script.came
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC1/Messages.json")
    assert 7100 < int(form.pop("ValidityPeriod")) <= 7200
    assert form == {
        "To": "+14505550142",
        "From": "+14505550134",
        "Body": TEXT.sms,
        "StatusCallback": f"https://rdv.example/hooks/sms/twilio/status/?message={message.pk}",
    }


@pytest.mark.parametrize(
    ("status", "body", "trick", "left"),
    [
        (429, {"code": 20429, "message": "Too Many Requests", "status": 429}, "", Failure.REFUSED),
        (503, b"upstream", "", Failure.AMBIGUOUS),
        (503, {"code": 20503, "message": "Service unavailable", "status": 503}, "", Failure.REFUSED),
        (401, {"code": 20003, "message": "Authenticate", "status": 401}, "", Failure.REFUSED),
        (500, {"code": 20500, "message": "Internal", "status": 500}, "", Failure.AMBIGUOUS),
        (502, b"<html>", "", Failure.AMBIGUOUS),
        (201, b"<html>", "", Failure.AMBIGUOUS),
        (201, {"status": "queued"}, "", Failure.AMBIGUOUS),
        (201, TAKEN, HANG, Failure.AMBIGUOUS),
        (201, TAKEN, DROP, Failure.AMBIGUOUS),
        (400, {"code": 21614, "message": "not a mobile", "status": 400}, "", Failure.PERMANENT),
        (400, {"code": 30003, "message": "unreachable", "status": 400}, "", Failure.PERMANENT),
    ],
)
def test_each_bad_answer_leaves_what_it_must(twilio, script, status, body, trick, left):
    script.says(status, body, trick=trick)
    assert failure(twilio).failure is left


def test_without_a_connection_it_was_certainly_not_taken(twilio):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    twilio._client.api.base_url = f"http://127.0.0.1:{port}"
    assert failure(twilio).failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("code", "suppress"),
    [(21610, Suppression.Reason.ASKED), (21211, Suppression.Reason.UNREACHABLE), (30004, None)],
)
def test_who_opted_out_or_has_no_such_number_gets_nothing_more(twilio, script, code, suppress):
    script.says(400, {"code": code, "message": "no", "status": 400})
    assert failure(twilio).suppress == suppress


def listed(**one):
    """Twilio's list of the one message that went to that number."""
    moment = clock.now() - one.pop("ago", timedelta(0))
    row = {
        "sid": "SM9",
        "body": TEXT.sms,
        "status": "sent",
        "date_created": moment.strftime("%a, %d %b %Y %H:%M:%S +0000"),
    }
    return {"messages": [{**row, **one}], "next_page_uri": None, "page": 0, "page_size": 20}


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        ({}, Known.ACCEPTED),
        ({"status": "delivered"}, Known.DELIVERED),
        ({"body": "Autre chose"}, Known.UNKNOWN),
        ({"ago": timedelta(hours=1)}, Known.UNKNOWN),
        (None, Known.UNKNOWN),
        (b"<html>", Known.UNKNOWN),
    ],
)
def test_twilio_is_asked_for_what_it_sent_to_that_number_since(twilio, script, answer, known):
    nothing = {"messages": [], "next_page_uri": None}
    script.says(200, listed(**answer) if isinstance(answer, dict) else answer or nothing)
    assert twilio.look_up(text(called_at=clock.now() - timedelta(seconds=40)), TEXT) is known


def test_no_number_and_no_word_is_logged(twilio, script, caplog):
    caplog.set_level("INFO")
    script.says(201, TAKEN)
    twilio.send(text(), TEXT)
    script.says(200, listed())
    twilio.look_up(text(called_at=clock.now()), TEXT)
    assert "14505550142" not in caplog.text
    assert "mardi" not in caplog.text


def test_one_message_a_second_unless_the_address_says_otherwise():
    assert TwilioTransport(urlsplit("twilio://AC1:token@/?from=+14505550134")).rate == 1.0
    assert TwilioTransport(urlsplit("twilio://AC1:token@/?from=+14505550134&rate=10")).rate == 10.0


@pytest.mark.parametrize(
    "url", ["twilio://AC1@/?from=+14505550134", "twilio://AC1:token@/", "twilio:///?from=+1"]
)
def test_an_incomplete_address_is_told_in_a_sentence(url):
    with pytest.raises(ImproperlyConfigured, match="twilio://SID:TOKEN@"):
        TwilioTransport(urlsplit(url))
