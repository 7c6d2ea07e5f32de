"""Clients for the bench: threads with a kept-alive connection each, to loopback only, for a bounded time."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"


class Client:
    """One connection to the site under test."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=20)

    def get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        sent = {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self._ask("POST", path, json.dumps(body).encode(), sent)

    def post_signed(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        return self._ask("POST", path, body, {"Content-Type": "application/json", **headers})[0]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        return answer.status, json.loads(told) if told else None


@dataclass
class Load:
    """What a load measured: seconds of every answer, and how many of each status."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lasted: float = 0.0

    def rate(self, *statuses: int) -> float:
        return sum(self.statuses.get(status, 0) for status in statuses) / self.lasted

    def milliseconds(self, percent: float) -> float:
        ordered = sorted(self.seconds) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def run_load(port: int, clients: int, seconds: float, ask: Callable[[Client], int | None]) -> Load:
    """Let `clients` threads call `ask` in a row for `seconds`; `ask` returns the status, or None when it is done."""
    load, lock, end = Load(), threading.Lock(), time.monotonic() + seconds
    started = time.monotonic()

    def work(_number: int) -> None:
        client = Client(port)
        while time.monotonic() < end:
            before = time.monotonic()
            status = ask(client)
            if status is None:
                return
            with lock:
                load.seconds.append(time.monotonic() - before)
                load.statuses[status] = load.statuses.get(status, 0) + 1

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(work, range(clients)))
    load.lasted = time.monotonic() - started
    return load


def in_turn(items: list[Any]) -> Callable[[], Any | None]:
    """A function that gives each item once, to whichever thread asks, then None."""
    lock = threading.Lock()
    iterator: Iterator[Any] = iter(items)

    def take() -> Any | None:
        with lock:
            return next(iterator, None)

    return take
