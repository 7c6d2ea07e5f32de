"""Muting one channel of one appointment.

Whoever holds the manage link may do it. It proves nothing about the address, which may be a stranger's that
somebody typed: so it counts for this appointment and for no other.
"""

from __future__ import annotations

from django.db import transaction

from booking.actions import messages
from booking.models import Appointment
from lib import clock
from notifications.actions.outbox import set_email_instead, withdraw_messages


def mute_channel(*, appointment: Appointment, channel: str) -> Appointment:
    """Nothing more about this appointment by the channel, neither what is planned nor what comes; twice is harmless."""
    with transaction.atomic():
        muted = _lock(appointment)
        muted.muted_channels = sorted({*muted.muted_channels, channel})
        _save(muted)
        withdraw_messages(muted.about, channel=channel)
        return muted


def unmute_channel(*, appointment: Appointment, channel: str) -> Appointment:
    """The channel may be used again, and the reminders to come are planned again; what was missed stays missed."""
    with transaction.atomic():
        heard = _lock(appointment)
        if channel not in heard.muted_channels:
            return heard
        heard.muted_channels = [one for one in heard.muted_channels if one != channel]
        _save(heard)
        if heard.is_upcoming:
            messages.plan_messages(heard, now=clock.now())
        return heard


def _lock(appointment: Appointment) -> Appointment:
    return Appointment.objects.select_for_update().get(pk=appointment.pk)


def _save(appointment: Appointment) -> None:
    appointment.save(update_fields=["muted_channels"])
    set_email_instead(appointment.about, email=messages.email_instead(appointment))
