"""Text messages as providers tell of them, and texts of ours that have gone out."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from booking.actions.replies import answer_text
from booking.models import Appointment
from lib import clock
from notifications.models import Channel, Conversation, Message, State, WebhookEvent, WebhookKind
from notifications.render import render
from tests.garage import MONDAY, NOW

LUC = "+15145550123"
SHOP = "+14505550190"
ADA = "+15145550177"
TUESDAY = MONDAY + timedelta(days=1)
OPEN = NOW + timedelta(days=1, hours=-2)  # Monday, 10:00
_numbers = count(1)


def inbound(
    words: str, *, sender: str = LUC, to: str = SHOP, at: datetime = NOW, auto: bool = False
) -> WebhookEvent:
    """The event of one text message that came in, stored."""
    return WebhookEvent.objects.create(
        provider="gateway",
        event_id=f"text-{next(_numbers)}",
        kind=WebhookKind.TEXT,
        payload={"from": sender, "to": to, "words": words, "at": at.isoformat(), "auto": auto},
        received_at=at,
    )


def write(words: str, *, now: datetime = NOW, **more: object) -> WebhookEvent:
    """Somebody writes, and it is worked on."""
    event = inbound(words, at=now, **more)
    answer_text(event, now=now)
    return event


def was_sent(
    appointment: Appointment,
    kind: str,
    *,
    at: datetime,
    to: str = "",
    channel: Channel = Channel.SMS,
    **payload: object,
) -> Message:
    """A message of ours about the visit, a text unless `channel` says otherwise, accepted by the provider at that moment."""
    known = Message.objects.filter(about=appointment.about, channel=channel).first()
    own = appointment.contact_phone if channel == Channel.SMS else appointment.contact_email
    assert known is not None
    return Message.objects.create(
        dedupe_key=f"{appointment.about}:{kind}:{channel}:{at.isoformat()}:{to}",
        dealership=appointment.dealership,
        customer=appointment.customer,
        kind=kind,
        channel=channel,
        to=to or own,
        language=appointment.language,
        about=appointment.about,
        version=appointment.version,
        payload={**known.payload, **payload},
        state=State.ACCEPTED,
        created_at=at,
        sent_at=at,
    )


def answers(to: str = LUC) -> list[Message]:
    """The automatic answers to a number, the oldest first."""
    return list(Message.objects.filter(kind="auto_answer", to=to).order_by("created_at", "payload__answer"))


def last_answer(to: str = LUC) -> str:
    """The text of the newest, as the telephone shows it."""
    return render(answers(to)[-1]).sms


def wall(moment: datetime) -> str:
    return clock.say_time(clock.local(moment, "America/Toronto"), "fr").replace("\u00a0", " ")


def status(visit: Appointment) -> str:
    visit.refresh_from_db()
    return visit.status


def thread() -> Conversation:
    """The only one there is."""
    return Conversation.objects.get()
