"""Answering a missed call with a text message: we missed you, book here or write to us."""

from __future__ import annotations

from datetime import datetime

from booking.missed_calls import KIND, USEFUL_FOR, called, is_worth_a_text
from booking.replies import customer_of_number
from lib import clock
from lib.phones import can_take_texts
from notifications.actions.outbox import make_message, queue_messages
from notifications.models import Channel, WebhookEvent
from notifications.payloads import dealership_payload


def text_back(event: WebhookEvent, *, now: datetime | None = None) -> None:
    """Queue the answer to one missed call, at most one a number and day in the group, however often it rings.

    In the caller's transaction. Who can't be texted (a landline of another plan, a hidden number) hears nothing.
    """
    moment, caller = now or clock.now(), event.payload.get("from") or ""
    dealership = called(event.payload.get("to") or "")
    if dealership is None or not can_take_texts(caller):
        return
    at = datetime.fromisoformat(event.payload["at"]) if event.payload.get("at") else event.received_at
    if not is_worth_a_text(dealership, caller, called_at=at, now=moment):
        return
    customer = customer_of_number(caller, dealership.group_id)
    message = make_message(
        dealership=dealership,
        kind=KIND,
        channel=Channel.SMS,
        to=caller,
        language=customer.language if customer else "fr",
        payload={"dealership": dealership_payload(dealership)},
        customer=customer,
        expires_at=moment + USEFUL_FOR,
    )
    # The key is what makes it one a day, also of two calls at once.
    day = clock.local(moment, dealership.zone).date()
    message.dedupe_key = f"missed_call:{dealership.group_id}:{caller}:{day.isoformat()}"
    queue_messages([message])
