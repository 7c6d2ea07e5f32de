"""Reminders fall due on the wall clock of the dealership, whatever the clocks do in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.models import Appointment
from booking.reminders import plan_reminders
from lib import clock


def visit(
    day: date, zone: str = "America/Toronto", *, phone: str = "+15145550123", email: str = "luc@example.com"
) -> Appointment:
    return Appointment(
        local_date=day, local_time=time(8), zone=zone, starts_at=clock.at_local(day, time(8), zone),
        contact_phone=phone, contact_email=email,
    )  # fmt: skip


def due(appointment: Appointment, now: datetime) -> dict[tuple[str, str], str]:
    return {
        (one.kind, one.channel): f"{clock.local(one.not_before, appointment.zone):%m-%d %H:%M}"
        for one in plan_reminders(appointment, now=now)
    }


LONG_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def test_two_reminders_three_days_and_one_day_before() -> None:
    assert due(visit(date(2026, 12, 8)), LONG_BEFORE) == {
        ("reminder_3d", "email"): "12-05 10:00",
        ("reminder_1d", "sms"): "12-07 16:00",
    }


@pytest.mark.parametrize(
    ("monday", "utc_of_sunday_16"),
    [
        (date(2026, 3, 9), datetime(2026, 3, 8, 20, tzinfo=UTC)),  # forward in the night to Sunday
        (date(2026, 11, 2), datetime(2026, 11, 1, 21, tzinfo=UTC)),  # back in the night to Sunday
    ],
)
def test_the_eve_of_a_monday_after_a_clock_change_is_sunday_at_16(
    monday: date, utc_of_sunday_16: datetime
) -> None:
    [_email, eve] = plan_reminders(visit(monday), now=LONG_BEFORE)

    assert eve.not_before == utc_of_sunday_16


@pytest.mark.parametrize("zone", ["America/Toronto", "America/Halifax", "America/St_Johns", "America/Regina"])
def test_every_reminder_is_in_the_day_and_before_the_start(zone: str) -> None:
    for offset in range(0, 365, 5):
        appointment = visit(date(2026, 1, 10) + timedelta(days=offset), zone)
        for reminder in plan_reminders(appointment, now=LONG_BEFORE):
            assert 8 <= clock.local(reminder.not_before, zone).hour < 21
            assert reminder.not_before < reminder.expires_at < appointment.starts_at


def test_a_reminder_whose_moment_has_passed_is_not_planned() -> None:
    appointment = visit(date(2026, 12, 8))

    assert set(due(appointment, clock.at_local(date(2026, 12, 6), time(12), "America/Toronto"))) == {
        ("reminder_1d", "sms")
    }
    assert due(appointment, clock.at_local(date(2026, 12, 7), time(17), "America/Toronto")) == {}


def test_without_a_telephone_the_last_reminder_goes_by_email() -> None:
    assert ("reminder_1d", "email") in due(visit(date(2026, 12, 8), phone=""), LONG_BEFORE)


def test_without_an_address_nothing_is_planned_for_it() -> None:
    assert set(due(visit(date(2026, 12, 8), email=""), LONG_BEFORE)) == {("reminder_1d", "sms")}
