"""People who were served and agreed to be written to, and the days on which it is time for something."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from booking.models import Appointment
from customers.models import ConsentEvent, ConsentKind, Customer, Purpose, VehicleDriver
from lib import clock
from tests.booking.past import past_visit
from tests.garage import Garage

ZONE = "America/Toronto"
# Winter tires put on; the change back is on April 1, and is written about 45 days before.
IN_AUTUMN = date(2026, 11, 10)
OPENS = date(2027, 4, 1) - timedelta(days=45)  # Monday, February 15, 2027


def at(day: date, hour: int = 6) -> datetime:
    return clock.at_local(day, time(hour), ZONE)


def served(
    garage: Garage, number: int = 0, *, day: date = IN_AUTUMN, agrees: bool = True, **more: Any
) -> Appointment:
    """A completed visit of somebody who agreed to be written to by e-mail."""
    visit = past_visit(garage, number, day=day, **more)
    email = f"client{number}@example.com"
    Customer.objects.filter(pk=visit.customer_id).update(email=email, inquired_at=None)
    VehicleDriver.objects.create(vehicle=visit.vehicle, customer=visit.customer)
    if agrees:
        agree(visit.customer, email)
    visit.refresh_from_db()
    return visit


def agree(
    customer: Customer, email: str, kind: str = ConsentKind.EXPRESS, at: datetime | None = None
) -> None:
    ConsentEvent.objects.create(
        customer=customer, channel="email", address=email, purpose=Purpose.MAINTENANCE_DUE, kind=kind,
        source="account", words="x", words_version="1", language="fr", at=at or clock.at_local(IN_AUTUMN, time(9), ZONE),
    )  # fmt: skip
