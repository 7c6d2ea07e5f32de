"""A garage that is open in the days to come, and members of its staff who are signed in with both steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import translation

from booking.models import Appointment, CapacityPool, PoolKind
from dealerships.models import Role, User
from lib import clock
from tests.garage import Garage, make_garage, make_staff


@dataclass
class Workshop:
    """A garage and one of its open days to come."""

    garage: Garage
    day: date

    def at(self, hour: int, minute: int = 0) -> datetime:
        return self.garage.at(hour, minute, self.day)

    def book(self, hour: int, minute: int = 0, **more) -> Appointment:
        return self.garage.book(self.at(hour, minute), now=clock.now(), **more)

    def wall(self, hour: int, minute: int = 0) -> str:
        return f"{self.day.isoformat()}T{hour:02}:{minute:02}"


def open_workshop(**options) -> Workshop:
    """A garage whose pools begin today; its day is the first open one that is not today."""
    today = clock.local(clock.now(), "America/Toronto").date()
    garage = make_garage(today=today, **options)
    cells = CapacityPool.objects.filter(
        dealership=garage.dealership, kind=PoolKind.ADVISOR_CELL, local_date__gt=today
    )
    return Workshop(garage, cells.order_by("local_date").values_list("local_date", flat=True)[0])


def add_second_step(user: User) -> User:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "not used"})
    return user


@pytest.fixture(autouse=True)
def french():
    """Pages leave their language behind."""
    with translation.override("fr"):
        yield


@pytest.fixture
def workshop(db) -> Workshop:
    return open_workshop()


@pytest.fixture
def sign_in(workshop: Workshop) -> Callable[..., Client]:
    """Signs a new member of the staff in; their User is the client's `user`."""

    def sign_in(role: Role = Role.ADVISOR, garage: Garage | None = None) -> Client:
        dealership = (garage or workshop.garage).dealership
        client = Client()
        client.user = add_second_step(make_staff(dealership, role))
        client.force_login(client.user)
        return client

    return sign_in


@pytest.fixture
def advisor(sign_in) -> Client:
    return sign_in()
