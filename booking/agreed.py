"""What a visit's history tells about moments: when its present time was chosen, and when it was completed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from booking.models import Appointment, AppointmentEvent, EventKind
from booking.reminders import FAR_AHEAD

CHOOSES = (EventKind.BOOKED, EventKind.MOVED)


def agreed_at(appointment: Appointment, *, now: datetime) -> datetime:
    """When it was booked, or moved last. One query, for a moved visit for which the difference can matter."""
    known = known_agreement(appointment, now=now)
    if known is not None:
        return known
    chosen = appointment.events.filter(kind__in=CHOOSES).aggregate(at=Max("at"))["at"]
    return chosen or appointment.created_at


def agreements_of(appointments: list[Appointment], *, now: datetime) -> dict[int, datetime]:
    """As `agreed_at`, for many by their ids. One query at most."""
    known = {one.pk: known_agreement(one, now=now) for one in appointments}
    asked = [pk for pk, at in known.items() if at is None]
    events = AppointmentEvent.objects.filter(appointment__in=asked, kind__in=CHOOSES)
    found = dict(events.values_list("appointment").annotate(Max("at"))) if asked else {}
    return {one.pk: known[one.pk] or found.get(one.pk, one.created_at) for one in appointments}


def known_agreement(appointment: Appointment, *, now: datetime) -> datetime | None:
    """The moment where the row tells enough of it; None where its history must be asked."""
    if appointment.starts_at - now > FAR_AHEAD:
        return min(now, appointment.created_at)  # whenever it was, it was far ahead
    if appointment.version == 1 or appointment.starts_at - appointment.created_at <= FAR_AHEAD:
        return appointment.created_at
    return None


def completions_of(appointments: list[Appointment]) -> dict[int, datetime]:
    """When the vehicles of these completed visits were handed back, by the visits' ids. One query."""
    rows = AppointmentEvent.objects.filter(appointment__in=appointments, kind=EventKind.COMPLETED)
    moments: dict[int, datetime] = {}
    for pk, at, new in rows.order_by("at", "pk").values_list("appointment", "at", "new"):
        moments[pk] = datetime.fromisoformat(new["completed_at"]) if "completed_at" in new else at
    return moments
