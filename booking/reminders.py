"""Which reminders a visit gets, and when: computed on the dealership's wall clock, never in UTC days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from booking.models import Appointment
from lib import clock


@dataclass(frozen=True, slots=True)
class Reminder:
    """One planned reminder: not before, and useless after (both UTC)."""

    kind: str
    channel: str
    not_before: datetime
    expires_at: datetime


DAY_BEFORE = time(16)


def is_reminded(start: datetime, zone: str, *, now: datetime) -> bool:
    """Whether a visit that is booked now, for this moment, gets a reminder at all."""
    day = clock.local(start, zone).date() - timedelta(days=1)
    return now < clock.at_local(day, DAY_BEFORE, zone)


def plan_reminders(appointment: Appointment, *, now: datetime) -> list[Reminder]:
    """Three days before at 10:00 by e-mail, the day before at 16:00 by text message (two beat one: AJMC 2018).

    One whose moment has passed is not planned; a text goes by e-mail when there is no telephone.
    """
    return [reminder for reminder in _cadence(appointment) if reminder.not_before > now]


def _cadence(appointment: Appointment) -> Iterator[Reminder]:
    day, zone = appointment.local_date, appointment.zone
    if appointment.contact_email:
        yield Reminder(
            "reminder_3d",
            "email",
            clock.at_local(day - timedelta(days=3), time(10), zone),
            clock.at_local(day - timedelta(days=1), time(12), zone),
        )
    yield Reminder(
        "reminder_1d",
        "sms" if appointment.contact_phone else "email",
        clock.at_local(day - timedelta(days=1), DAY_BEFORE, zone),
        clock.at_local(day - timedelta(days=1), time(21), zone),
    )
