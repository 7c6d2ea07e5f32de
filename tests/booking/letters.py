"""E-mails as their readers tell of them, and letters of ours that have gone out."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from booking.actions.letters import take_letter
from booking.models import Appointment
from notifications.models import Channel, Message, WebhookEvent, WebhookKind
from tests.booking.texts import was_sent
from tests.garage import NOW

LUC = "luc@example.com"
_numbers = count(1)


def letter_came(
    words: str,
    *,
    answers: Message | None = None,
    sender: str = LUC,
    dealership: str = "boreal",
    at: datetime = NOW,
    **changes: object,
) -> WebhookEvent:
    """The event of one e-mail that came in, stored."""
    number = next(_numbers)
    return WebhookEvent.objects.create(
        provider="mail-server",
        event_id=f"letter-{number}",
        kind=WebhookKind.LETTER,
        payload={
            "from": sender,
            "name": "Luc Tremblay",
            "message": str(answers.pk) if answers else "",
            "dealership": dealership,
            "id": f"<letter-{number}@example.com>",
            "subject": "Re: Votre rendez-vous",
            "words": words,
            "at": at.isoformat(),
            "auto": False,
            "files": 0,
            **changes,
        },
        received_at=at,
    )


def answer(words: str, message: Message | None, *, now: datetime = NOW, **more: object) -> WebhookEvent:
    """Somebody answers a letter of ours, or writes out of the blue, and it is worked on."""
    event = letter_came(words, answers=message, at=now, **more)
    take_letter(event, now=now)
    return event


def was_mailed(appointment: Appointment, kind: str, *, at: datetime, **payload: object) -> Message:
    """An e-mail of ours about the visit, accepted by the provider at that moment."""
    return was_sent(appointment, kind, at=at, channel=Channel.EMAIL, **payload)


def said(to: str = LUC) -> list[str]:
    """The automatic answers to an address, the oldest first, by their codes."""
    rows = Message.objects.filter(kind="auto_answer", channel=Channel.EMAIL, to=to).order_by(
        "created_at", "pk"
    )
    return [row.payload["answer"] for row in rows]
