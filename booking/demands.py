"""What an existing appointment demands, by its own lines: the menu may have changed since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Max, Q

from booking.menu import Demand
from booking.models import Appointment, AppointmentLine, Choice


def demand_of(appointment: Appointment, *, advisor: int | None = None) -> Demand:
    """The demand of the appointment as booked: its minutes stay what they were, whatever the menu says now.

    It has no lines of the present menu: those of the appointment stand. The notice is the menu's, because what
    takes time to prepare (tires stored elsewhere) takes as long for a visit that is moved. Two queries.
    """
    lines = list(appointment.lines.select_related("service"))
    skills: dict[str, int] = {}
    for line in lines:
        skills[line.service.skill] = skills.get(line.service.skill, 0) + line.minutes
    return Demand(
        lines=(),
        transport=appointment.transport,
        advisor=advisor,
        minutes=appointment.minutes,
        skill_minutes=skills,
        notice=_notice(lines),
    )


def _notice(lines: Iterable[AppointmentLine]) -> timedelta:
    chosen = Q(pk=None)
    for line in lines:
        for answer in line.answers:
            chosen |= Q(
                question__service=line.service_id, question__code=answer["question"], code=answer["choice"]
            )
    hours = Choice.objects.filter(chosen).aggregate(most=Max("notice_hours"))["most"]
    return timedelta(hours=hours or 0)
