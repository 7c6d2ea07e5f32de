"""A garage whose number can be written to, and visits that it wrote about."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Appointment
from dealerships.models import Dealership
from tests.booking.texts import SHOP, TUESDAY, was_sent
from tests.garage import NOW, Garage, make_garage


@pytest.fixture
def garage(db) -> Garage:
    garage = make_garage()
    Dealership.objects.filter(pk=garage.dealership.pk).update(sms_sender=SHOP)
    garage.dealership.refresh_from_db()
    return garage


@pytest.fixture
def civic(garage) -> Appointment:
    """Luc's visit on Tuesday at 7:45, of which he was reminded this morning."""
    visit = garage.book(garage.at(7, 45, TUESDAY))
    was_sent(visit, "reminder_1d", at=NOW - timedelta(hours=2))
    return visit


@pytest.fixture
def second(garage, civic) -> Appointment:
    """The household's other vehicle, on Tuesday at 10:00; reminded of, too."""
    visit = garage.book(garage.at(10, 0, TUESDAY), name="Ada Tremblay")
    was_sent(visit, "reminder_1d", at=NOW - timedelta(hours=1))
    return visit
