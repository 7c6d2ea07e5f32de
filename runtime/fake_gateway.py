"""A text-message gateway for development: speaks the protocol of docs/messages.md, and misbehaves on demand.

It takes messages and sends none. What it accepted stands in `gateway.jsonl`, one line a hand-over, so that what a real
provider would have sent twice is seen.
"""

import contextlib
import http.client
import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from notifications.transports.signing import SIGNATURE, TIMESTAMP, is_signed, signed_headers

MODES = ("ok", "slow", "429", "500", "timeout_after_accepting", "wrong_json", "duplicate_callbacks")
# As a provider's test numbers: what happens to a message to one of these, whatever the mode.
MAGIC = {
    "+15005550001": "invalid_number",
    "+15005550002": "opted_out",
    "+15005550003": "fails_for_good",
    "+15005550004": "fails",
    "+15005550005": "silent",
    "+15005550006": "timeout_after_accepting",
    "+15005550007": "500",
    "+15005550008": "429",
    "+15005550009": "wrong_json",
}
SLOW_SECONDS, SILENT_SECONDS, CALLBACK_SECONDS = 3.0, 12.0, 0.3
# How often, and after which pauses, it tells a site that does not answer.
PAUSES = (0.5, 1.0, 2.0, 4.0)
JSON = "application/json"

Json = dict[str, Any]


@dataclass
class Accepted:
    """One message that a provider would have sent."""

    order: Json
    reference: str
    status: str = "accepted"


@dataclass
class Callback:
    """A signed webhook to deliver."""

    url: str
    told: Json
    not_before: float = field(default_factory=time.monotonic)


class FakeGateway:
    """What the gateway knows and does; `serve` runs it, and tests talk to it directly."""

    def __init__(
        self, *, key: str, secret: str, sender: str, site: str, telephony_secret: str, book: Path
    ) -> None:
        self.key, self.secret, self.sender = key, secret, sender
        self.site, self.telephony_secret, self.book = site.rstrip("/"), telephony_secret, book
        self.silent_seconds = SILENT_SECONDS
        self._mode, self._times = "ok", 0
        self._accepted: dict[str, Accepted] = {}
        self._lock = threading.Lock()
        self._callbacks: queue.Queue[Callback] = queue.Queue()
        self._remember()
        threading.Thread(target=self._tell, daemon=True).start()

    def set_mode(self, mode: str, times: int = 0) -> None:
        """Misbehave for the next `times` messages; until told otherwise when it is 0. ValueError for no known mode."""
        if mode not in MODES or times < 0:
            raise ValueError(f"the mode is one of {', '.join(MODES)}, and times a number")
        with self._lock:
            self._mode, self._times = mode, times

    @property
    def mode(self) -> str:
        return self._mode

    def next_behaviour(self, to: str) -> str:
        """How the message at hand is treated; counts down the mode."""
        if to in MAGIC:
            return MAGIC[to]
        with self._lock:
            mode = self._mode
            if self._times:
                self._times -= 1
                self._mode = mode if self._times else "ok"
            return mode

    def accept(self, order: Json) -> tuple[Accepted, bool]:
        """Take a message, or recognise it by its id; every hand-over is written down."""
        with self._lock:
            known = self._accepted.get(order["id"])
            message = known or Accepted(order, f"gw-{uuid.uuid4().hex[:16]}")
            self._accepted[order["id"]] = message
            line = {**order, "reference": message.reference, "at": time.time(), "repeated": known is not None}
            with self.book.open("a") as book:
                book.write(f"{json.dumps(line)}\n")
        return message, known is None

    def find(self, message_id: str) -> Accepted | None:
        return self._accepted.get(message_id)

    def follow(self, message: Accepted, behaviour: str) -> None:
        """Plan the callbacks of an accepted message."""
        if behaviour == "silent":
            return
        last: Json = {"status": "delivered"}
        if behaviour in {"fails", "fails_for_good"}:
            good = behaviour == "fails_for_good"
            last = {
                "status": "failed",
                "permanent": good,
                "reason": "invalid_number" if good else "handset off",
            }
        plan = [{"status": "accepted"}, last]
        if behaviour == "duplicate_callbacks":
            plan = [last, plan[0], last, plan[0], last]
        for number, told in enumerate(plan):
            self._plan(message, told, after=CALLBACK_SECONDS * (number + 1))

    def write_from(self, sender: str, words: str, to: str = "") -> int:
        """A customer's text: posts it to the site and returns the site's answer (0 for none)."""
        told = {"event": f"in-{uuid.uuid4().hex}", "from": sender, "to": to or self.sender, "text": words}
        told["at"] = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
        times = 2 if self._mode == "duplicate_callbacks" else 1
        return [self._post(f"{self.site}/hooks/sms/gateway/", told, self.secret) for _time in range(times)][
            -1
        ]

    def miss_call(self, caller: str, to: str) -> int:
        """A call that nobody answered: as the telephone system tells it."""
        told = {"id": f"call-{uuid.uuid4().hex}", "event": "missed_call", "from": caller, "to": to}
        return self._post(f"{self.site}/hooks/telephony/", told, self.telephony_secret)

    def _plan(self, message: Accepted, told: Json, *, after: float) -> None:
        order = message.order
        whole = {
            "event": f"{message.reference}:{told['status']}",
            "id": order["id"],
            "reference": message.reference,
        }
        self._callbacks.put(Callback(order["callback"], {**whole, **told}, time.monotonic() + after))

    def _tell(self) -> None:
        while True:
            callback = self._callbacks.get()
            time.sleep(max(callback.not_before - time.monotonic(), 0))
            message = self._accepted[callback.told["id"]]
            if message.status != "delivered":
                message.status = callback.told["status"]
            for pause in (*PAUSES, 0.0):
                if self._post(callback.url, callback.told, self.secret) not in {0, 500, 502, 503}:
                    break
                time.sleep(pause)

    def _post(self, url: str, told: Json, secret: str) -> int:
        body = json.dumps(told).encode()
        headers = {"Content-Type": JSON, **signed_headers(self.key, secret, body)}
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("POST", parts.path, body, headers)
            return connection.getresponse().status
        return 0

    def _remember(self) -> None:
        """What it accepted before it was started again."""
        if not self.book.exists():
            return
        for line in self.book.read_text().splitlines():
            with contextlib.suppress(ValueError, KeyError):
                order = json.loads(line)
                self._accepted.setdefault(order["id"], Accepted(order, order["reference"]))


class Handler(BaseHTTPRequestHandler):
    """The gateway's addresses."""

    server: "Server"

    def do_GET(self) -> None:
        gateway = self.server.gateway
        if self.path == "/mode":
            self._answer(HTTPStatus.OK, {"mode": gateway.mode, "modes": MODES})
            return
        message_id = self.path.removeprefix("/messages/")
        if not self._is_signed(b""):
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": "signature"})
        elif message := gateway.find(message_id):
            self._answer(HTTPStatus.OK, {"reference": message.reference, "status": message.status})
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "unknown", "id": message_id})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            told = json.loads(body)
            if self.path == "/messages":
                self._take(told, body)
            elif self.headers.get_content_type() == JSON:
                self._control(told)
            else:  # what a page of another site can post
                self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {"error": "post application/json"})
        except (ValueError, KeyError, TypeError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _take(self, order: Json, body: bytes) -> None:
        gateway = self.server.gateway
        if not self._is_signed(body):
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": "signature"})
            return
        behaviour = gateway.next_behaviour(order["to"])
        if behaviour in {"invalid_number", "opted_out"}:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": behaviour})
        elif behaviour == "429":
            self._answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too many"}, **{"Retry-After": "2"})
        elif behaviour == "500":
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "broken"})
        else:
            self._accept(order, behaviour)

    def _accept(self, order: Json, behaviour: str) -> None:
        gateway = self.server.gateway
        message, is_new = gateway.accept(order)
        if is_new:
            gateway.follow(message, behaviour)
        if behaviour == "timeout_after_accepting":
            time.sleep(gateway.silent_seconds)
            self.close_connection = True
            return
        if behaviour == "slow":
            time.sleep(SLOW_SECONDS)
        if behaviour == "wrong_json":
            self._send(HTTPStatus.OK, b"<html>It works!</html>", {})
            return
        self._answer(HTTPStatus.ACCEPTED, {"reference": message.reference})

    def _control(self, told: Json) -> None:
        gateway = self.server.gateway
        if self.path == "/mode":
            gateway.set_mode(str(told["mode"]), int(told.get("times", 0)))
            self._answer(HTTPStatus.OK, {"mode": gateway.mode})
        elif self.path == "/inbound":
            status = gateway.write_from(told["from"], told["words"], told.get("to", ""))
            self._answer(HTTPStatus.OK, {"site": status})
        elif self.path == "/missed-call":
            self._answer(HTTPStatus.OK, {"site": gateway.miss_call(told["from"], told["to"])})
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "no such address"})

    def _is_signed(self, body: bytes) -> bool:
        timestamp, signature = self.headers.get(TIMESTAMP, ""), self.headers.get(SIGNATURE, "")
        return is_signed([self.server.gateway.secret], timestamp, signature, body)

    def _answer(self, status: HTTPStatus, told: Json, **headers: str) -> None:
        self._send(status, json.dumps(told).encode(), {"Content-Type": JSON, **headers})

    def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Silence: gateway.jsonl says what came, and numbers do not belong into a log."""


class Server(ThreadingHTTPServer):
    """The gateway on a port of this machine, one thread a call."""

    daemon_threads = True

    def __init__(self, port: int, gateway: FakeGateway) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.gateway = gateway
