"""What hangs on the calendar: maintenance that comes due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from booking.actions.due import plan_due_messages
from booking.due import letters_due
from booking.models import Appointment, MaintenancePlan, Source
from customers.models import Vehicle
from lib import clock
from notifications.models import Message
from notifications.render import render
from tests.booking.served import ZONE, at, served
from tests.garage import Garage, make_garage

TODAY = date(2026, 11, 30)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=120)


def plan(garage: Garage, now: datetime) -> int:
    return plan_due_messages(dealership=garage.dealership, now=now)


@pytest.fixture
def with_plan(garage: Garage) -> Garage:
    service = garage.dealership.services.get(code="oil_change")
    MaintenancePlan.objects.create(
        service=service, every_km=8000, every_months=6, name_fr="Entretien A", name_en="Maintenance A",
        contents_fr="Huile\nFiltre", contents_en="Oil\nFilter",
    )  # fmt: skip
    return garage


def test_maintenance_is_written_about_two_weeks_before_it_is_due(with_plan: Garage) -> None:
    visit = served(with_plan, service="oil_change", day=date(2026, 8, 3))
    due = date(2027, 2, 3)

    assert plan(with_plan, at(due - timedelta(days=20))) == 0
    assert plan(with_plan, at(due - timedelta(days=14))) == 1

    message = Message.objects.get()
    assert (message.kind, message.about) == ("maintenance_due", f"vehicle:{visit.vehicle_id}:2027-02-03")
    assert message.payload["due_on"] == "2027-02-03"
    assert message.payload["last_on"] == "2026-08-03"
    assert message.payload["contents"]["fr"] == ["Huile", "Filtre"]
    assert "Entretien A" in render(message).text


def test_its_key_stays_when_the_kilometres_tell_another_day(with_plan: Garage) -> None:
    visit = served(with_plan, service="oil_change", day=date(2026, 8, 3))
    Appointment.objects.filter(pk=visit.pk).update(odometer=40_000)
    Vehicle.objects.update(odometer=44_000, odometer_on=date(2026, 10, 3))

    [letter] = letters_due(with_plan.dealership, "maintenance_due", today=TODAY)

    assert letter.facts["due_km"] == 48_000
    assert clock.local(letter.anchor, ZONE).date() == date(2026, 12, 3)
    assert letter.about == f"vehicle:{visit.vehicle_id}:2027-02-03"
    assert letter.visit.source == Source.PHONE
