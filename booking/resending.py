"""Which messages that were given up are worth sending again. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from booking.models import UPCOMING, Appointment
from notifications.health import is_email_to_send_again
from notifications.models import Message

PREFIX = "appointment:"


def worth_sending_again(messages: Iterable[Message], *, now: datetime) -> set[UUID]:
    """E-mails about visits that are still to come as the message says, and of use for a while yet. One query."""
    asked = [
        message
        for message in messages
        if is_email_to_send_again(message)
        and message.about.startswith(PREFIX)
        and (message.expires_at is None or message.expires_at > now)
    ]
    visits = Appointment.objects.filter(
        reference__in={message.about.removeprefix(PREFIX) for message in asked},
        status__in=UPCOMING,
        starts_at__gt=now,
    )
    versions = dict(visits.values_list("reference", "version")) if asked else {}
    return {
        message.pk for message in asked if versions.get(message.about.removeprefix(PREFIX)) == message.version
    }
