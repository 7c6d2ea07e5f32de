"""One HTTP call that ends in time, and that knows whether it can have been heard."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message as Headers
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult

from notifications.transports.base import CONNECT_SECONDS, READ_SECONDS, Failure, TransportError

# For all of an answer: one that comes byte by byte must not keep a sender for longer than its lease.
MOST_SECONDS = 20
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The JSON object that it is; empty when it is none."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def is_success(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def call(method: str, base: SplitResult, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Ask `base` (http or https) for `path` below it, on a connection of its own; redirects are not followed.

    Raises TransportError: REFUSED when no connection came about, AMBIGUOUS for whatever goes wrong afterwards.
    """
    connection = _connection(base)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise TransportError(f"no connection with {base.hostname}: {error}", Failure.REFUSED) from error
        with _deadline(connection):
            try:
                connection.request(method, f"{base.path.rstrip('/')}{path}", body or None, dict(headers))
                response = connection.getresponse()
                content = response.read(LARGEST_ANSWER)
            except (OSError, http.client.HTTPException) as error:
                raise TransportError(
                    f"no answer from {base.hostname}: {error!r}", Failure.AMBIGUOUS
                ) from error
        return Answer(response.status, response.headers, content)
    finally:
        connection.close()


def _connection(base: SplitResult) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    return kind(base.hostname or "", base.port, timeout=CONNECT_SECONDS)


@contextlib.contextmanager
def _deadline(connection: http.client.HTTPConnection) -> Iterator[None]:
    """10 s for each piece of the answer, and 20 s for all of it: then the line is cut."""
    line: socket.socket = connection.sock
    line.settimeout(READ_SECONDS)

    def cut() -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(MOST_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
