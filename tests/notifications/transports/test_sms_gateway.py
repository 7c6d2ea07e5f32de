import json
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from lib import clock
from notifications.models import Channel, Suppression
from notifications.render import Rendered
from notifications.transports import http
from notifications.transports.base import Failure, Known, TransportError
from notifications.transports.signing import SIGNATURE, TIMESTAMP, is_signed
from notifications.transports.sms_gateway import GatewayTransport
from tests.notifications.letters import letter
from tests.notifications.transports.http_server import DRIBBLE, DROP, HANG, Script, http_server

TEXT = Rendered(sms="Rendez-vous mardi 8 dec. 7 h 45")


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def gateway(script, monkeypatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.5)
    with http_server(script) as address:
        yield GatewayTransport(urlsplit(f"gateway+http://us:secret@{address}/base/?from=+14505550134"))


def text(**fields):
    return letter(channel=Channel.SMS, **fields)


def failure(gateway, message=None):
    with pytest.raises(TransportError) as caught:
        gateway.send(message or text(), TEXT)
    return caught.value


def test_a_message_is_handed_over_signed_under_its_own_id(gateway, script, settings):
    settings.PUBLIC_URL = "https://rdv.example"
    script.says(202, {"reference": "gw-1"})
    message = text(expires_at=clock.now())
    assert gateway.send(message, TEXT) == "gw-1"
    ((method, path, headers, body),) = script.came
    assert (method, path, headers["Idempotency-Key"]) == ("POST", "/base/messages", str(message.pk))
    assert (headers["X-Creneau-Key"], headers["Content-Type"]) == ("us", "application/json")
    assert is_signed(["secret"], headers[TIMESTAMP], headers[SIGNATURE], body)
    assert not is_signed(["secret"], headers[TIMESTAMP], headers[SIGNATURE], body + b" ")
    assert json.loads(body) == {
        "id": str(message.pk),
        "from": "+14505550134",
        "to": "+14505550142",
        "text": TEXT.sms,
        "callback": "https://rdv.example/hooks/sms/gateway/status/",
        "expires_at": message.expires_at.isoformat(),
    }


def test_a_dealership_writes_from_its_own_number(gateway, script, dealership):
    script.says(202, {"reference": "gw-1"})
    dealership.sms_sender = "+14505550199"
    gateway.send(text(dealership=dealership), TEXT)
    assert json.loads(script.came[0][3])["from"] == "+14505550199"


@pytest.mark.parametrize(
    ("status", "body", "trick", "left"),
    [
        (429, {"error": "too many"}, "", Failure.REFUSED),
        (401, {"error": "signature"}, "", Failure.REFUSED),
        (302, {}, "", Failure.REFUSED),
        (422, {"error": "invalid_number"}, "", Failure.PERMANENT),
        (500, {"error": "broken"}, "", Failure.AMBIGUOUS),
        (503, b"Service Unavailable", "", Failure.AMBIGUOUS),
        (409, {}, "", Failure.AMBIGUOUS),
        (202, b"<html>It works!</html>", "", Failure.AMBIGUOUS),
        (202, {"reference": 7}, "", Failure.AMBIGUOUS),
        (202, ["gw-1"], "", Failure.AMBIGUOUS),
        (202, {}, HANG, Failure.AMBIGUOUS),
        (202, {}, DROP, Failure.AMBIGUOUS),
    ],
)
def test_each_bad_answer_leaves_what_it_must(gateway, script, status, body, trick, left):
    script.says(status, body, trick=trick)
    assert failure(gateway).failure is left


def test_an_answer_that_comes_byte_by_byte_is_cut_off_in_time(gateway, script, monkeypatch):
    monkeypatch.setattr(http, "MOST_SECONDS", 0.4)
    script.says(202, {"reference": "gw-1" * 20}, trick=DRIBBLE)
    began = clock.now()
    assert failure(gateway).failure is Failure.AMBIGUOUS
    assert clock.now() - began < timedelta(seconds=2)


def test_without_a_connection_it_was_certainly_not_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    closed = GatewayTransport(urlsplit(f"gateway+http://us:secret@127.0.0.1:{port}/?from=+14505550134"))
    assert failure(closed).failure is Failure.REFUSED
    nowhere = GatewayTransport(urlsplit("gateway://us:secret@gateway.invalid/?from=+14505550134"))
    assert failure(nowhere).failure is Failure.REFUSED


def test_what_does_not_speak_tls_was_certainly_not_told(script):
    with http_server(script) as address:
        gateway = GatewayTransport(urlsplit(f"gateway://us:secret@{address}/?from=+14505550134"))
        assert failure(gateway).failure is Failure.REFUSED
    assert script.came == []


@pytest.mark.parametrize(
    ("given", "pause"),
    [("7", timedelta(seconds=7)), ("99999999", timedelta(hours=1)), ("soon", None), ("-5", None)],
)
def test_a_gateway_says_how_long_it_wants_to_be_left_alone(gateway, script, given, pause):
    script.says(429, {}, Retry_After=given)
    assert failure(gateway).retry_after == pause


@pytest.mark.parametrize(
    ("reason", "suppress"),
    [
        ("opted_out", Suppression.Reason.ASKED),
        ("invalid_number", Suppression.Reason.UNREACHABLE),
        ("text_too_long", None),
    ],
)
def test_what_is_refused_for_good_says_whether_the_number_is_to_blame(gateway, script, reason, suppress):
    script.says(422, {"error": reason})
    error = failure(gateway)
    assert (error.suppress, error.of_provider) == (suppress, False)


@pytest.mark.parametrize(
    ("status", "body", "known"),
    [
        (200, {"reference": "gw-1", "status": "accepted"}, Known.ACCEPTED),
        (200, {"reference": "gw-1", "status": "failed"}, Known.ACCEPTED),
        (200, {"reference": "gw-1", "status": "delivered"}, Known.DELIVERED),
        (200, b"<html>", Known.UNKNOWN),
        (404, b"<html>Not here</html>", Known.UNKNOWN),
        (404, {"id": "another"}, Known.UNKNOWN),
        (500, {}, Known.UNKNOWN),
    ],
)
def test_a_gateway_is_asked_about_our_own_id(gateway, script, status, body, known):
    script.says(status, body)
    message = text()
    assert gateway.look_up(message, TEXT) is known
    assert script.came[0][:2] == ("GET", f"/base/messages/{message.pk}")


def test_only_the_gateways_own_word_proves_that_it_never_took_a_message(gateway, script):
    message = text()
    script.says(404, {"error": "unknown", "id": str(message.pk)})
    assert gateway.look_up(message, TEXT) is Known.ABSENT


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("gateway://us@host/?from=+14505550134", "KEY:SECRET"),
        ("gateway://us:secret@host/", "from="),
        ("gateway+http://us:secret@sms.example/?from=+14505550134", "in the clear"),
        ("gateway://us:secret@host/?from=+14505550134&rate=fast", "messages a second"),
        ("gateway://us:secret@host/?from=+14505550134&rate=0", "messages a second"),
    ],
)
def test_an_incomplete_address_is_told_in_a_sentence(url, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        GatewayTransport(urlsplit(url))


def test_a_safe_line_may_go_without_tls_and_a_rate_is_read():
    gateway = GatewayTransport(
        urlsplit("gateway+http://us:s%2Fx@10.0.0.8:81/?from=%2B14505550134&plain=1&rate=2.5&next_secret=new")
    )
    assert (gateway.rate, gateway.default_sender, list(gateway.secrets)) == (
        2.5,
        "+14505550134",
        ["s/x", "new"],
    )
