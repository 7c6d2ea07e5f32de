"""Visits that are over, for what is read from history."""

from __future__ import annotations

from datetime import date, time, timedelta

from booking.models import (
    Actor,
    Appointment,
    AppointmentEvent,
    AppointmentLine,
    EventKind,
    Service,
    Source,
    Status,
)
from customers.models import Customer, Vehicle
from lib import clock, tokens
from tests.garage import Garage

# A Monday.
TODAY = date(2026, 11, 30)


def past_visit(
    garage: Garage,
    number: int,
    *,
    service: str = "tire_swap",
    day: date | None = None,
    transport: str = "drop_off",
    status: Status = Status.COMPLETED,
) -> Appointment:
    """The visit of the `number`th open day before TODAY, or of `day`, at 8:00; 45 minutes of one service."""
    dealership = garage.dealership
    day = day or _open_day(number)
    start = clock.at_local(day, time(8), dealership.zone)
    group = dealership.group
    visit = Appointment.objects.create(
        dealership=dealership, advisor=garage.advisors[0],
        customer=Customer.objects.create(group=group, name="Luc Roy", name_key="luc roy", email="luc@example.com"),
        vehicle=Vehicle.objects.create(group=group, make="Honda", model="Civic", year=2019),
        contact_name="Luc Roy", contact_email="luc@example.com", local_date=day, local_time=time(8),
        zone=dealership.zone, starts_at=start, ready_at=start + timedelta(hours=3), minutes=45,
        transport=transport, status=status, source=Source.PHONE, link_digest=tokens.new_nonce(),
    )  # fmt: skip
    menu = Service.objects.get(dealership=dealership, code=service)
    AppointmentLine.objects.create(
        appointment=visit, service=menu, name_fr=menu.name_fr, name_en=menu.name_en, minutes=45
    )
    return visit


def finish(visit: Appointment, *, minutes: int) -> None:
    """Note that it was completed so many minutes after its start."""
    AppointmentEvent.objects.create(
        appointment=visit, kind=EventKind.COMPLETED, at=visit.starts_at + timedelta(minutes=minutes),
        actor=Actor.STAFF, source=Source.PHONE, version=1,
    )  # fmt: skip


def _open_day(number: int) -> date:
    """Monday to Saturday of the weeks before; round again after six weeks."""
    weeks, weekday = divmod(number % 36, 6)
    return TODAY - timedelta(weeks=weeks + 1) + timedelta(days=weekday)
