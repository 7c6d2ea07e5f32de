"""A customer with a browser, in front of a small dealership that takes bookings from today on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import gettext, override

from booking.availability import Start, find_availability
from booking.menu import load_menu, plan
from booking.models import Appointment
from customers.models import Customer
from dealerships.models import User
from lib import clock
from tests.garage import Garage, make_garage

CIVIC = {"make": "Honda", "model": "Civic", "year": "2019"}
TIRES = {"service": ["tire_swap"], "tire_swap-rims": "on", "tire_swap-tires": "own"}
LUC = {"name": "Luc Tremblay", "phone": "514 555-0123", "email": "luc@example.com"}


def said(msgid: str, language: str = "fr") -> str:
    """What the site says for this message in a language."""
    with override(language):
        return gettext(msgid)


@dataclass
class Visitor:
    """A browser at one dealership, in one language; each step of the funnel is one method."""

    garage: Garage
    language: str = "fr"
    client: Client = field(default_factory=Client)

    def url(self, path: str = "") -> str:
        prefix = "/en" if self.language == "en" else ""
        return f"{prefix}/{self.garage.dealership.slug}/{path}"

    def get(self, path: str = "", **query: Any) -> HttpResponse:
        return self.client.get(self.url(path), query)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: Any) -> HttpResponse:
        return self.client.post(self.url(path), data or {}, **headers)

    def starts(self, day: date | None = None) -> list[Start]:
        """The open starts of a day, or of the first day after tomorrow that has any."""
        dealership, now = self.garage.dealership, clock.now()
        first = day or clock.local(now, dealership.zone).date() + timedelta(days=2)
        demand = plan(load_menu(dealership), self.garage.basket())
        found = find_availability(dealership, demand, first_day=first, days=7, now=now, find_first=False)
        return list(next((starts for starts in found.days.values() if starts), ()))

    def to_time(self, **vehicle: str) -> None:
        self.post("book/", vehicle or CIVIC)
        assert self.post("book/services/", TIRES).status_code == 303

    def choose(self, start: Start | datetime, transport: str = "drop_off") -> HttpResponse:
        moment = start.starts_at if isinstance(start, Start) else start
        return self.post("book/time/", {"start": moment.isoformat(), "transport": transport})

    def to_check(self, start: Start | None = None, **contact: Any) -> Start:
        self.to_time()
        chosen = start or self.starts()[0]
        assert self.choose(chosen).status_code == 303
        assert self.post("book/contact/", {**LUC, **contact}).status_code == 303
        return chosen

    def confirmation(self) -> dict[str, str]:
        """The hidden fields of the last page, as its form would send them."""
        page = self.get("book/check/").content.decode()
        return {name: hidden(page, name) for name in ("key", "seen")}

    def book(
        self, start: Start | None = None, *, note: str = "", keep_parts: str = "", **contact: Any
    ) -> Appointment:
        """The whole journey."""
        self.to_check(start, **contact)
        said = {"note": note, **({"keep_parts": keep_parts} if keep_parts else {})}
        response = self.post("book/check/", {**self.confirmation(), **said})
        assert response.status_code == 303, response.content.decode()
        return Appointment.objects.latest("pk")


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return found.group(1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(today=clock.local(clock.now(), "America/Toronto").date(), horizon_days=30)


@pytest.fixture
def visitor(garage: Garage) -> Visitor:
    return Visitor(garage)


@pytest.fixture
def another(garage: Garage) -> Callable[..., Visitor]:
    """Somebody else's browser."""
    return lambda **more: Visitor(garage, **more)


@pytest.fixture
def luc(visitor: Visitor) -> User:
    """Signed in, with one visit to come."""
    visitor.book()
    user = User.objects.create_user("luc@example.com")
    Customer.objects.update(user=user)
    visitor.client.force_login(user)
    return user
