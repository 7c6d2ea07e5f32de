"""Whether what a planned message tells still is so, at the moment when it is about to leave."""

from __future__ import annotations

from booking.due import is_still_due
from booking.models import UPCOMING, Appointment
from notifications.models import Message


def is_unseen(message: Message) -> bool:
    """Who is expected has not come, nor said that they come later. One query."""
    reference = message.about.removeprefix("appointment:")
    return Appointment.objects.filter(reference=reference, status__in=UPCOMING, late_minutes=0).exists()


def is_due(message: Message) -> bool:
    """The vehicle is not coming anyway, and still theirs. One query."""
    _word, vehicle, *_day = message.about.split(":")
    return message.customer_id is not None and is_still_due(int(vehicle), message.customer_id)
