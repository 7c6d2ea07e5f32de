from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from api.keys import make_key
from booking.models import Appointment
from dealerships.calendar import load_calendar
from lib import clock
from tests.garage import Garage, make_garage

JSON = "application/json"


@dataclass
class Api:
    """A client of the API beside a small dealership, and the first open day that is far enough away."""

    client: Client
    garage: Garage
    day: date
    key: str

    def at(self, hour: int, minute: int = 0) -> datetime:
        return clock.at_local(self.day, time(hour, minute), self.garage.dealership.zone)

    def iso(self, hour: int, minute: int = 0) -> str:
        return clock.local(self.at(hour, minute), self.garage.dealership.zone).isoformat()

    def get(self, path: str, **headers: str):
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def get_private(self, path: str, **headers: str):
        return self.get(path, Authorization=f"Bearer {self.key}", **headers)

    def post(self, path: str, body: Any, **headers: str):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(f"/api/v1/{path}", data=data, content_type=JSON, headers=headers)

    def post_private(self, path: str, body: Any, **headers: str):
        return self.post(path, body, Authorization=f"Bearer {self.key}", **headers)

    def order(self, hour: int = 9, minute: int = 0, **changes: Any) -> dict[str, Any]:
        body = {
            "services": ["tire_swap"],
            "answers": {"rims": "on", "tires": "own"},
            "transport": "drop_off",
            "start": self.iso(hour, minute),
            "customer": {
                "name": "Hélène Côté", "phone": "514 555-0123", "email": "helene@example.com", "language": "fr",
            },
            "vehicle": {"plate": "A12 BCD", "year": 2019, "make": "Honda", "model": "Civic"},
        }  # fmt: skip
        return {**body, **changes}

    def book(self, body: dict[str, Any], key: str = "key-1", **headers: str):
        return self.post("dealerships/boreal/appointments", body, **{"Idempotency-Key": key, **headers})

    def booked(self, hour: int = 9, minute: int = 0) -> tuple[Appointment, str]:
        """An appointment booked by API, and the token of its manage link."""
        response = self.book(self.order(hour, minute), key=f"at-{hour}-{minute}")
        assert response.status_code == 201, response.content
        answer = response.json()
        return Appointment.objects.get(reference=answer["reference"]), answer["manage_url"].rsplit("/", 1)[1]


@pytest.fixture
def api(db) -> Api:
    today = clock.local(clock.now(), "America/Toronto").date()
    garage = make_garage(today=today)
    calendar = load_calendar(garage.dealership, today, today + timedelta(days=20))
    day = next(calendar.open_days(today + timedelta(days=3), 15))
    return Api(
        Client(raise_request_exception=False),
        garage,
        day,
        make_key(group=garage.dealership.group, name="DMS"),
    )
