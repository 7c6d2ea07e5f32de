"""Customers who book by API: each once, with one key, asking again until there is an answer."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from tests.system.site import Answer, Site

SLUG = "boreal"
PATIENCE = 40.0  # seconds


@dataclass
class Visit:
    """What one customer wants, every answer they got, and how often nobody answered."""

    number: int
    start: str
    answers: list[Answer] = field(default_factory=list)
    silences: int = 0
    known_reference: str = ""  # of a booking whose answer never came

    @property
    def email(self) -> str:
        return f"client{self.number}@example.com"

    @property
    def reference(self) -> str:
        """The appointment's, once somebody answered 201; else nothing."""
        booked = [answer for answer in self.answers if answer.status == 201]
        return str(booked[0].json()["reference"]) if booked else self.known_reference

    def order(self) -> dict[str, Any]:
        return {
            "services": ["tire_swap"],
            "answers": {"rims": "on", "tires": "own"},
            "transport": "drop_off",
            "start": self.start,
            "customer": {
                "name": f"Client Numéro {self.number}",
                "phone": "514 555-0123",
                "email": self.email,
            },
            "vehicle": {"plate": f"S{self.number:03}", "year": 2019, "make": "Honda", "model": "Civic"},
        }

    def ask(self, site: Site) -> Answer:
        """Ask once, from an address of one's own."""
        answer = site.ask(
            "POST",
            f"/api/v1/dealerships/{SLUG}/appointments",
            self.order(),
            **{
                "Idempotency-Key": f"visit-{self.number}",
                "X-Forwarded-For": f"203.0.113.{self.number % 250 + 1}",
            },
        )
        self.answers.append(answer)
        return answer

    def insist(self, site: Site) -> None:
        """Ask until there is an answer other than 503, for 40 s at most."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.ask(site).status != 503:
                    return
            except (OSError, http.client.HTTPException):
                self.silences += 1
            time.sleep(0.1)


class Visits:
    """Visits that do not compete: every one has a start of its own."""

    def __init__(self, site: Site) -> None:
        self._starts = self._open_starts(site)
        self._numbers = itertools.count(100)
        self._lock = threading.Lock()

    def new(self) -> Visit:
        with self._lock:
            return Visit(next(self._numbers), next(self._starts))

    @staticmethod
    def _open_starts(site: Site) -> Iterator[str]:
        first = date.today() + timedelta(days=3)  # noqa: DTZ011 - any day that is far enough away
        for week in (first, first + timedelta(days=7)):
            path = f"/api/v1/dealerships/{SLUG}/availability?service=tire_swap&from={week}&days=7"
            for day in site.ask("GET", path).json()["days"]:
                yield from (start["start"] for start in day["starts"])


class Rush:
    """Customers who book one visit after the other for as long as the block lasts."""

    def __init__(self, site: Site, visits: Visits, *, customers: int = 4) -> None:
        self.site, self.visits = site, visits
        self.made: list[Visit] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._book) for _ in range(customers)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def booked(self) -> list[str]:
        """The references of what was acknowledged."""
        return [visit.reference for visit in list(self.made) if visit.reference]

    @property
    def answers(self) -> list[Answer]:
        return [answer for visit in self.made for answer in visit.answers]

    def _book(self) -> None:
        while not self._over.is_set():
            visit = self.visits.new()
            self.made.append(visit)
            visit.insist(self.site)
            self._over.wait(0.05)
