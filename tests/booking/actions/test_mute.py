"""Muting a channel of one appointment, and what is sent then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.actions.mute import mute_channel, unmute_channel
from booking.models import Appointment
from lib import clock
from notifications.actions.record import tell_by_email_instead
from notifications.models import Message, State, Suppression
from tests.garage import Garage, make_garage


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(today=today())


@pytest.fixture
def booked(garage: Garage) -> Appointment:
    return garage.book(garage.at(8, day=workday(5)), now=clock.now())


def today() -> date:
    return clock.local(clock.now(), "America/Toronto").date()


def workday(days: int) -> date:
    """The first day that is no Sunday, at least so many days from now."""
    day = today() + timedelta(days=days)
    return day + timedelta(days=day.weekday() == 6)


def pending(appointment: Appointment) -> set[tuple[str, str]]:
    rows = Message.objects.filter(about=appointment.about, state=State.PENDING)
    return set(rows.values_list("kind", "channel"))


def test_muting_withdraws_what_is_planned_by_that_channel_only(booked: Appointment) -> None:
    for _click in range(2):
        muted = mute_channel(appointment=booked, channel="sms")

    assert muted.muted_channels == ["sms"]
    assert Appointment.objects.get().muted_channels == ["sms"]
    assert pending(booked) == {("confirmation", "email"), ("reminder_3d", "email")}


def test_another_appointment_with_the_same_number_is_not_silenced(
    garage: Garage, booked: Appointment
) -> None:
    other = garage.book(garage.at(9, day=workday(5)), now=clock.now())
    planned = pending(other)

    mute_channel(appointment=booked, channel="sms")

    assert pending(other) == planned
    assert not Suppression.objects.exists()
    later = garage.book(garage.at(10, day=workday(5)), now=clock.now())
    assert ("confirmation", "sms") in pending(later)


def test_a_move_of_a_muted_appointment_is_told_by_the_other_channel(
    garage: Garage, booked: Appointment
) -> None:
    mute_channel(appointment=booked, channel="sms")

    moved = move_appointment(
        appointment=booked, start=garage.at(9, day=workday(7)), by=CUSTOMER, version=booked.version
    )

    assert pending(moved) == {
        ("moved", "email"), ("reminder_3d", "email"), ("reminder_1d", "email"), ("expected", "email"),
    }  # fmt: skip


def test_with_both_channels_muted_nothing_is_planned_any_more(booked: Appointment) -> None:
    mute_channel(appointment=booked, channel="sms")
    mute_channel(appointment=booked, channel="email")

    assert pending(cancel_appointment(appointment=booked, by=CUSTOMER)) == set()


def test_a_text_message_that_cannot_arrive_does_not_go_by_the_muted_email(booked: Appointment) -> None:
    mute_channel(appointment=booked, channel="email")

    for text in Message.objects.filter(channel="sms"):
        tell_by_email_instead(text)

    assert {channel for _kind, channel in pending(booked)} == {"sms"}


def test_unmuting_plans_the_reminders_again_and_the_email_instead(booked: Appointment) -> None:
    before = pending(booked)
    mute_channel(appointment=booked, channel="email")
    heard = unmute_channel(appointment=booked, channel="email")

    assert heard.muted_channels == []
    assert pending(booked) == before - {("confirmation", "email")}
    emails = {message.payload["email"] for message in Message.objects.filter(state=State.PENDING)}
    assert emails == {"luc@example.com"}


def test_unmuting_what_was_not_muted_changes_nothing(booked: Appointment) -> None:
    before = pending(booked)
    unmute_channel(appointment=booked, channel="sms")
    assert pending(booked) == before


def test_a_cancelled_appointment_that_is_unmuted_is_not_reminded(booked: Appointment) -> None:
    mute_channel(appointment=booked, channel="sms")
    cancelled = cancel_appointment(appointment=booked, by=CUSTOMER)

    unmute_channel(appointment=cancelled, channel="sms")

    assert pending(cancelled) == {("cancelled", "email")}
