"""The development gateway, asked by our own transport, and listened to as the site would."""

import contextlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from notifications.models import Channel
from notifications.render import Rendered
from notifications.transports import http
from notifications.transports.base import Failure, Known, TransportError
from notifications.transports.signing import SIGNATURE, TIMESTAMP, is_signed
from notifications.transports.sms_gateway import GatewayTransport
from runtime import fake_gateway
from runtime.fake_gateway import FakeGateway, Server
from runtime.processes import wait_until
from tests.notifications.letters import letter
from tests.notifications.transports.http_server import Script, http_server

TEXT = Rendered(sms="Bonjour")


class Bench:
    """A gateway, the transport that uses it, and the site that it tells."""

    def __init__(self, gateway: FakeGateway, address: str, site: Script) -> None:
        self.gateway, self.address, self.site = gateway, address, site
        self.transport = GatewayTransport(urlsplit(f"gateway+http://us:secret@{address}/?from=+14505550100"))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.gateway.book.read_text().splitlines()]

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Path and content of what the site was told, each with a good signature."""
        for _method, path, headers, body in self.site.came:
            secret = "ring" if "telephony" in path else "secret"
            assert is_signed([secret], headers[TIMESTAMP], headers[SIGNATURE], body)
        return [(path, json.loads(body)) for _method, path, _headers, body in self.site.came]

    def control(self, path: str, told: object, content_type: str = "application/json") -> int:
        request = urllib.request.Request(
            f"http://{self.address}{path}", json.dumps(told).encode(), {"Content-Type": content_type}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code


@contextlib.contextmanager
def serving(gateway: FakeGateway) -> Iterator[str]:
    with Server(0, gateway) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def make_gateway(site: str, book: Path) -> FakeGateway:
    return FakeGateway(
        key="us", secret="secret", sender="+14505550100", site=site, telephony_secret="ring", book=book
    )


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Bench]:
    monkeypatch.setattr(fake_gateway, "CALLBACK_SECONDS", 0.02)
    monkeypatch.setattr(fake_gateway, "SLOW_SECONDS", 0.2)
    monkeypatch.setattr(http, "READ_SECONDS", 0.5)
    site = Script()
    with http_server(site) as site_address:
        settings.PUBLIC_URL = f"http://{site_address}"
        gateway = make_gateway(f"http://{site_address}", tmp_path / "gateway.jsonl")
        gateway.silent_seconds = 1.0
        with serving(gateway) as address:
            yield Bench(gateway, address, site)


def text(**fields: Any) -> Any:
    return letter(channel=Channel.SMS, **fields)


def test_it_accepts_writes_down_and_tells_what_became_of_it(bench: Bench) -> None:
    message = text()
    reference = bench.transport.send(message, TEXT)
    (line,) = bench.lines()
    assert (line["id"], line["to"], line["text"], line["reference"]) == (
        str(message.pk), "+14505550142", "Bonjour", reference,
    )  # fmt: skip
    assert wait_until(lambda: len(bench.site.came) == 2, 5)
    assert [(path, told["status"], told["id"]) for path, told in bench.told()] == [
        ("/hooks/sms/gateway/status/", status, str(message.pk)) for status in ("accepted", "delivered")
    ]
    assert bench.transport.look_up(message, TEXT) is Known.DELIVERED


def test_the_same_message_is_accepted_once_and_its_repetition_seen(bench: Bench) -> None:
    message = text()
    assert bench.transport.send(message, TEXT) == bench.transport.send(message, TEXT)
    assert [line["repeated"] for line in bench.lines()] == [False, True]


@pytest.mark.parametrize(
    ("mode", "left", "accepted"),
    [
        ("429", Failure.REFUSED, 0),
        ("500", Failure.AMBIGUOUS, 0),
        ("timeout_after_accepting", Failure.AMBIGUOUS, 1),
        ("wrong_json", Failure.AMBIGUOUS, 1),
    ],
)
def test_it_misbehaves_as_often_as_it_is_told(bench: Bench, mode: str, left: Failure, accepted: int) -> None:
    assert bench.control("/mode", {"mode": mode, "times": 1}) == 200
    message = text()
    with pytest.raises(TransportError) as caught:
        bench.transport.send(message, TEXT)
    assert caught.value.failure is left
    assert bench.gateway.book.exists() == bool(accepted)
    known = bench.transport.look_up(message, TEXT)
    assert (known is Known.ABSENT) == (not accepted)
    assert bench.gateway.mode == "ok"
    bench.transport.send(text(about="appointment:next"), TEXT)


def test_slow_is_slow_and_right(bench: Bench) -> None:
    bench.gateway.set_mode("slow")
    assert bench.transport.send(text(), TEXT)


def test_duplicate_callbacks_come_in_any_order(bench: Bench) -> None:
    bench.gateway.set_mode("duplicate_callbacks")
    bench.transport.send(text(), TEXT)
    assert wait_until(lambda: len(bench.site.came) == 5, 5)
    told = [told for _path, told in bench.told()]
    assert (told[0]["status"], told[1]["status"]) == ("delivered", "accepted")
    assert len({one["event"] for one in told}) == 2


@pytest.mark.parametrize(
    ("number", "left"),
    [
        ("+15005550001", Failure.PERMANENT),
        ("+15005550002", Failure.PERMANENT),
        ("+15005550008", Failure.REFUSED),
    ],
)
def test_some_numbers_have_a_fate_of_their_own(bench: Bench, number: str, left: Failure) -> None:
    with pytest.raises(TransportError) as caught:
        bench.transport.send(text(to=number), TEXT)
    assert caught.value.failure is left


@pytest.mark.parametrize(("number", "permanent"), [("+15005550003", True), ("+15005550004", False)])
def test_some_fail_after_they_were_accepted(bench: Bench, number: str, permanent: bool) -> None:
    bench.transport.send(text(to=number), TEXT)
    assert wait_until(lambda: len(bench.site.came) == 2, 5)
    last = bench.told()[-1][1]
    assert (last["status"], last["permanent"]) == ("failed", permanent)


def test_a_customer_writes_and_a_call_is_missed(bench: Bench) -> None:
    assert bench.control("/inbound", {"from": "+15145550123", "words": "OUI"}) == 200
    assert bench.control("/missed-call", {"from": "+15145550123", "to": "+14505550134"}) == 200
    (path, written), (call_path, missed) = bench.told()
    assert (path, written["from"], written["to"], written["text"]) == (
        "/hooks/sms/gateway/", "+15145550123", "+14505550100", "OUI",
    )  # fmt: skip
    assert (call_path, missed["event"], missed["from"]) == (
        "/hooks/telephony/",
        "missed_call",
        "+15145550123",
    )


def test_a_page_of_another_site_controls_nothing_and_nonsense_is_refused(bench: Bench) -> None:
    assert bench.control("/mode", {"mode": "500"}, content_type="text/plain") == 415
    assert bench.gateway.mode == "ok"
    assert bench.control("/mode", {"mode": "explode"}) == 400
    assert bench.control("/inbound", {"from": "+15145550123"}) == 400


def test_strangers_hand_over_nothing_and_learn_nothing(bench: Bench) -> None:
    stranger = GatewayTransport(urlsplit(f"gateway+http://us:guess@{bench.address}/?from=+14505550100"))
    with pytest.raises(TransportError) as caught:
        stranger.send(text(), TEXT)
    assert caught.value.failure is Failure.REFUSED
    assert stranger.look_up(text(), TEXT) is Known.UNKNOWN
    assert not bench.gateway.book.exists()


def test_started_again_it_remembers_what_it_accepted(bench: Bench) -> None:
    message = text()
    reference = bench.transport.send(message, TEXT)
    again = make_gateway("http://127.0.0.1:1", bench.gateway.book)
    found = again.find(str(message.pk))
    assert found is not None
    assert found.reference == reference
