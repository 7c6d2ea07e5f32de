"""What a change of an appointment tells its customer: outbox rows, in the change's own transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from django.utils import translation

from booking.agreed import agreed_at
from booking.bring import things_to_bring
from booking.models import Appointment, Skill, Source, Transport
from booking.reminders import ASKS, Reminder, anchored, plan_reminders
from notifications.actions.outbox import make_message, queue_messages, withdraw_messages
from notifications.cadence import cadences_of
from notifications.kinds import KINDS
from notifications.models import Channel, Message
from notifications.payloads import dealership_payload

Payload = dict[str, Any]


class Line(Protocol):
    """What a payload tells of one service as it was booked."""

    @property
    def name_fr(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def answers(self) -> list[dict[str, str]]: ...
    @property
    def minutes(self) -> int: ...
    @property
    def price(self) -> int | None: ...
    @property
    def skill(self) -> str: ...


def announce(
    appointment: Appointment,
    kind: str,
    *,
    now: datetime,
    previous: datetime | None = None,
    until: datetime | None = None,
    turn: int = 0,
    **facts: Any,
) -> None:
    """Tell the customer, by every way they gave and did not mute, what has just been done.

    It is of use until the visit begins, or `until`. A kind is told once a version; `turn` counts what is told anew.
    """
    payload = message_payload(appointment, previous=previous) | facts
    told = _announcements(appointment, kind, payload, now, until=until)
    for message in told if turn else ():
        message.dedupe_key += f":{turn}"
    queue_messages(told)


def plan_messages(appointment: Appointment, *, now: datetime, announcing: str = "") -> None:
    """Plan the reminders of the appointment's present version; one by a muted channel is left out.

    With `announcing`, a kind, what has just been done is told too. One query for the cadences.
    """
    payload = message_payload(appointment)
    told = _announcements(appointment, announcing, payload, now) if announcing else []
    planned = plan_reminders(
        appointment,
        cadences_of(appointment.dealership),
        now=now,
        agreed_at=agreed_at(appointment, now=now),
    )
    queue_messages([*told, *(reminder_message(appointment, one, payload) for one in planned)])


def follow_ups(appointment: Appointment) -> tuple[str, ...]:
    """What follows a completed visit: wheels that were off are tightened again, and how was it?"""
    wheels_off = any(line.service.skill == Skill.TIRES for line in appointment.lines.all())
    return ("retorque", "review") if wheels_off else ("review",)


def plan_aftercare(appointment: Appointment, *, completed_at: datetime) -> None:
    """Plan what follows a completed visit, as far as the dealership's cadences send it. One query for them."""
    payload = message_payload(appointment) | {"completed_at": completed_at.isoformat()}
    cadences = cadences_of(appointment.dealership)
    queue_messages(
        [
            reminder_message(appointment, one, payload)
            for kind in follow_ups(appointment)
            for one in anchored(KINDS[kind], cadences[kind], appointment, completed_at)
        ]
    )


def withdraw(appointment: Appointment, *, only: Collection[str] = ()) -> None:
    """Whatever is still planned about this appointment will not be sent; with `only`, these kinds of it."""
    withdraw_messages(appointment.about, keep=KINDS.keys() - set(only) if only else ())


def withdraw_asking(appointment: Appointment) -> None:
    """Who has said that they come is not asked whether they do."""
    withdraw(appointment, only=ASKS)


def booked_kind(appointment: Appointment) -> str:
    """What a customer is told who has just booked."""
    return "welcome" if appointment.source == Source.DELIVERY else "confirmation"


def email_instead(appointment: Appointment) -> str:
    """Where a text message that can't arrive may go as an e-mail; empty for nowhere."""
    return "" if Channel.EMAIL in appointment.muted_channels else appointment.contact_email


def message_payload(
    appointment: Appointment, *, previous: datetime | None = None, lines: Iterable[Line] | None = None
) -> dict[str, Any]:
    """Everything that the templates need, as it is now: the outbox never asks back. `lines`, if read already."""
    dealership, transport = appointment.dealership, Transport(appointment.transport)
    work = list(appointment.lines.select_related("service") if lines is None else lines)
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
        "services": _work(work),
        "bring": [str(thing) for thing in things_to_bring(appointment.transport, work)],
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
    return _work(appointment.lines.all())


def _work(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return [
        {
            "fr": line.name_fr,
            "en": line.name_en,
            "answers": {language: [answer[language] for answer in line.answers] for language in ("fr", "en")},
            "minutes": line.minutes,
            "price": line.price,
        }
        for line in lines
    ]


def transport_payload(choice: Transport) -> dict[str, str]:
    """A way of coming and its words in both languages."""
    return dict(_transport_words(choice))


@cache  # for plans of many visits; the words are those of the installed translations
def _transport_words(choice: Transport) -> dict[str, str]:
    words = {"transport": str(choice.value)}
    for language in ("fr", "en"):
        with translation.override(language):
            words[f"transport_{language}"] = str(choice.label)
    return words


def _announcements(
    appointment: Appointment, kind: str, payload: Payload, now: datetime, *, until: datetime | None = None
) -> list[Message]:
    # Useless once the visit has begun; a cancellation close to the start is still news for a few hours.
    expires_at = until or max(appointment.starts_at, now + timedelta(hours=4))
    return [
        _message(appointment, kind, channel, to, payload, expires_at=expires_at)
        for channel, to in (("email", appointment.contact_email), ("sms", appointment.contact_phone))
        if to and channel not in appointment.muted_channels
    ]


def reminder_message(appointment: Appointment, reminder: Reminder, payload: Payload) -> Message:
    """The outbox row of one planned reminder; not stored."""
    return _message(
        appointment,
        reminder.kind,
        reminder.channel,
        appointment.contact_phone if reminder.channel == Channel.SMS else appointment.contact_email,
        payload,
        variant=reminder.variant,
        not_before=reminder.not_before,
        expires_at=reminder.expires_at,
    )


def _message(
    appointment: Appointment, kind: str, channel: str, to: str, payload: Payload, **more: Any
) -> Message:
    message = make_message(
        dealership=appointment.dealership,
        kind=kind,
        channel=channel,
        to=to,
        language=appointment.language,
        payload=payload,
        about=appointment.about,
        version=appointment.version,
        **more,
    )
    message.customer_id = appointment.customer_id  # the record itself need not be read
    return message
