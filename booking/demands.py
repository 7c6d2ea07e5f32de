"""What an existing appointment demands, by its own lines: the menu may have changed since."""

from __future__ import annotations

from datetime import timedelta

from booking.menu import Demand
from booking.models import Appointment


def demand_of(appointment: Appointment, *, advisor: int | None = None) -> Demand:
    """The demand of the appointment as booked: its minutes stay what they were, whatever the menu says now.

    It has no lines of the present menu: those of the appointment stand.
    """
    skills: dict[str, int] = {}
    for line in appointment.lines.select_related("service"):
        skills[line.service.skill] = skills.get(line.service.skill, 0) + line.minutes
    return Demand(
        lines=(),
        transport=appointment.transport,
        advisor=advisor,
        minutes=appointment.minutes,
        skill_minutes=skills,
        notice=timedelta(0),
    )
