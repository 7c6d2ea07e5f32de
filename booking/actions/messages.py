"""What a change of an appointment tells its customer: outbox rows, in the change's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from booking.models import Appointment, Transport
from booking.reminders import plan_reminders
from dealerships.models import Dealership
from notifications.actions.outbox import make_message, queue_messages, withdraw_messages
from notifications.models import Channel, Message


def announce(appointment: Appointment, kind: str, *, now: datetime, previous: datetime | None = None) -> None:
    """Tell the customer, by every way they gave and did not mute, what has just been done."""
    queue_messages(_announcements(appointment, kind, message_payload(appointment, previous=previous), now))


def plan_messages(appointment: Appointment, *, now: datetime, announcing: str = "") -> None:
    """Plan the reminders of the appointment's present version; one by a muted channel is left out.

    With `announcing`, a kind, what has just been done is told too.
    """
    payload = message_payload(appointment)
    told = _announcements(appointment, announcing, payload, now) if announcing else []
    queue_messages([*told, *_reminders(appointment, payload, now)])


def withdraw(appointment: Appointment) -> None:
    """Whatever is still planned about this appointment will not be sent."""
    withdraw_messages(appointment.about)


def email_instead(appointment: Appointment) -> str:
    """Where a text message that can't arrive may go as an e-mail; empty for nowhere."""
    return "" if Channel.EMAIL in appointment.muted_channels else appointment.contact_email


def message_payload(appointment: Appointment, *, previous: datetime | None = None) -> dict[str, Any]:
    """Everything that the templates need, as it is now: the outbox never asks back."""
    dealership, transport = appointment.dealership, Transport(appointment.transport)
    return {
        "reference": appointment.reference,
        "name": appointment.contact_name,
        "email": email_instead(appointment),
        "dealership": dealership_payload(dealership),
        "starts_at": appointment.starts_at.isoformat(),
        "ready_at": appointment.ready_at.isoformat(),
        "zone": appointment.zone,
        "vehicle": appointment.vehicle_words,
        "plate": appointment.vehicle_plate,
        "services": work_payload(appointment),
        **transport_payload(transport),
        "advisor": appointment.advisor.name,
        "language": appointment.language,
        "note": appointment.note,
        "previous_starts_at": previous.isoformat() if previous else None,
        "link_nonce": appointment.link_nonce,
        "version": appointment.version,
    }  # fmt: skip


def work_payload(appointment: Appointment) -> list[dict[str, Any]]:
    """What is to be done, as it was booked."""
    return [
        {
            "fr": line.name_fr,
            "en": line.name_en,
            "answers": {language: [answer[language] for answer in line.answers] for language in ("fr", "en")},
            "minutes": line.minutes,
            "price": line.price,
        }
        for line in appointment.lines.all()
    ]


def dealership_payload(dealership: Dealership) -> dict[str, str]:
    """Who writes."""
    return {
        name: getattr(dealership, name)
        for name in (
            "slug", "name", "phone", "email", "address_line", "city", "province", "postal_code", "zone",
            "brand_colour",
        )
    }  # fmt: skip


def transport_payload(choice: Transport) -> dict[str, str]:
    """A way of coming and its words in both languages."""
    words = {"transport": str(choice.value)}
    for language in ("fr", "en"):
        with translation.override(language):
            words[f"transport_{language}"] = str(choice.label)
    return words


def _announcements(
    appointment: Appointment, kind: str, payload: dict[str, Any], now: datetime
) -> list[Message]:
    # Useless once the visit has begun; a cancellation close to the start is still news for a few hours.
    expires_at = max(appointment.starts_at, now + timedelta(hours=4))
    return [
        _message(appointment, kind, channel, to, payload, expires_at=expires_at)
        for channel, to in (("email", appointment.contact_email), ("sms", appointment.contact_phone))
        if to and channel not in appointment.muted_channels
    ]


def _reminders(appointment: Appointment, payload: dict[str, Any], now: datetime) -> list[Message]:
    addresses = {Channel.SMS: appointment.contact_phone, Channel.EMAIL: appointment.contact_email}
    return [
        _message(
            appointment,
            reminder.kind,
            reminder.channel,
            addresses[Channel(reminder.channel)],
            payload,
            not_before=reminder.not_before,
            expires_at=reminder.expires_at,
        )
        for reminder in plan_reminders(appointment, now=now)
        if reminder.channel not in appointment.muted_channels
    ]


def _message(
    appointment: Appointment, kind: str, channel: str, to: str, payload: dict[str, Any], **when: Any
) -> Message:
    return make_message(
        dealership=appointment.dealership,
        kind=kind,
        channel=channel,
        to=to,
        language=appointment.language,
        payload=payload,
        about=appointment.about,
        version=appointment.version,
        **when,
    )
