"""Saying on the day that one will be late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.history import CUSTOMER
from booking.actions.late import CHOICES, announce_late, may_announce
from booking.actions.move import move_appointment
from booking.errors import NotPossible
from booking.models import Appointment, EventKind, Status
from lib.errors import Refusal
from notifications.models import Message
from tests.garage import NOW, Garage, make_garage


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


@pytest.fixture
def booked(garage: Garage) -> Appointment:
    return garage.book(garage.at(10))


@pytest.mark.parametrize("minutes", CHOICES)
def test_it_is_noted_in_the_history_and_changes_nothing_else(booked: Appointment, minutes: int) -> None:
    before = Message.objects.count()
    late = announce_late(appointment=booked, minutes=minutes, by=CUSTOMER, now=booked.starts_at)
    assert (late.late_minutes, late.version, late.starts_at) == (minutes, 1, booked.starts_at)
    event = late.events.get(kind=EventKind.LATE)
    assert (event.new["late_minutes"], event.old["late_minutes"]) == (minutes, 0)
    assert Message.objects.count() == before


def test_saying_it_again_replaces_it_and_saying_the_same_writes_nothing(booked: Appointment) -> None:
    for minutes in (10, 10, 30):
        announce_late(appointment=booked, minutes=minutes, by=CUSTOMER, now=booked.starts_at)
    assert [event.new["late_minutes"] for event in booked.events.filter(kind=EventKind.LATE)] == [10, 30]
    assert Appointment.objects.get().late_minutes == 30


@pytest.mark.parametrize(
    ("offset", "possible"),
    [
        (timedelta(hours=-3, seconds=-1), False),
        (timedelta(hours=-3), True),
        (timedelta(minutes=60), True),
        (timedelta(minutes=60, seconds=1), False),
    ],
)
def test_it_can_be_said_from_three_hours_before_until_an_hour_after(
    booked: Appointment,
    offset: timedelta,
    possible: bool,
) -> None:
    moment = booked.starts_at + offset
    assert may_announce(booked, now=moment) is possible
    if possible:
        announce_late(appointment=booked, minutes=10, by=CUSTOMER, now=moment)
        return
    with pytest.raises(NotPossible):
        announce_late(appointment=booked, minutes=10, by=CUSTOMER, now=moment)
    assert not booked.events.filter(kind=EventKind.LATE).exists()


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW])
def test_who_is_here_or_does_not_come_is_not_late(booked: Appointment, status: str) -> None:
    Appointment.objects.update(status=status)
    with pytest.raises(NotPossible):
        announce_late(appointment=booked, minutes=10, by=CUSTOMER, now=booked.starts_at)


@pytest.mark.parametrize("minutes", [0, 5, -10, 46, 10_000])
def test_other_minutes_are_refused(booked: Appointment, minutes: int) -> None:
    with pytest.raises(Refusal) as refused:
        announce_late(appointment=booked, minutes=minutes, by=CUSTOMER, now=booked.starts_at)
    assert refused.value.field == "minutes"


def test_a_move_forgets_it(garage: Garage, booked: Appointment) -> None:
    announce_late(appointment=booked, minutes=20, by=CUSTOMER, now=booked.starts_at)
    moved = move_appointment(appointment=booked, start=garage.at(14), by=CUSTOMER, version=1, now=NOW)
    assert Appointment.objects.get(pk=moved.pk).late_minutes == 0
