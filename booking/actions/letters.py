"""What a customer's e-mail does: confirms, stops, is answered with a link, or waits for the desk in their thread.

What it answers is known from the address that it was written to. Whatever we say goes to the address that we had
written to, never to the sender's, which anybody can write.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from booking.actions.answering import keep_reply, say_outcome
from booking.actions.reply_acts import Outcome, Reply, act_on, to_the_desk
from booking.models import Appointment
from booking.replies import bind_letter, customer_of_address, visit_of_letter
from customers.models import Customer
from dealerships.models import Dealership
from lib import clock
from notifications.actions.conversations import conversation_named, open_conversation
from notifications.actions.stop import stop_messages_like
from notifications.keywords import Meaning, read_letter_words
from notifications.models import Channel, Conversation, Incoming, Message, WebhookEvent


def take_letter(event: WebhookEvent, *, now: datetime | None = None) -> None:
    """Take one e-mail in. Twice the same event is harmless; one to no dealership of ours is nobody's."""
    moment, payload = now or clock.now(), event.payload
    with transaction.atomic():
        if Incoming.objects.filter(event=event).exists():
            return
        answered = _answered(payload["message"])
        dealership = answered.dealership if answered else _dealership(payload["dealership"])
        if dealership is None:
            return
        reply = _read(event, dealership, moment)
        outcome = _make_out(reply, answered)
        incoming = _keep(reply, outcome, answered)
        # What answers no letter of ours is not answered by a machine: nobody knows who wrote it.
        if answered:
            say_outcome(reply, outcome, incoming, to=answered.to)


def _answered(key: str) -> Message | None:
    """The letter of ours; None when its reader was forgotten, too."""
    known = Message.objects.select_related("dealership__group", "customer")
    return (
        known.filter(pk=key, channel=Channel.EMAIL).exclude(to="").exclude(dealership=None).first()
        if key
        else None
    )


def _dealership(slug: str) -> Dealership | None:
    return Dealership.objects.select_related("group").filter(slug=slug).first()


def _read(event: WebhookEvent, dealership: Dealership, now: datetime) -> Reply:
    payload = event.payload
    return Reply(
        event=event,
        channel=Channel.EMAIL,
        sender=payload["from"],
        words=payload["words"],
        at=min(datetime.fromisoformat(payload["at"]), now),
        now=now,
        reading=read_letter_words(payload["words"], payload["name"]),
        files=payload["files"],
        dealerships=[dealership],
    )


def _make_out(reply: Reply, answered: Message | None) -> Outcome:
    """As for a text message; what answers no letter of ours, and files, are for a person."""
    if reply.by_a_machine:
        return Outcome(Meaning.OTHER)
    if answered is None:
        return to_the_desk(reply)
    meaning = reply.reading.meaning
    if meaning is Meaning.STOP:  # with a logo attached, too
        return _stop(reply, answered)
    if reply.files:
        return to_the_desk(reply)
    if meaning is Meaning.THANKS:
        return Outcome(meaning)
    return act_on(reply, bind_letter(answered, now=reply.now))


def _stop(reply: Reply, answered: Message) -> Outcome:
    """As the link in the letter; for somebody else's letter, only a person can."""
    if reply.sender != answered.to.lower():
        return to_the_desk(reply)
    stop_messages_like(message=answered, language=reply.reading.language or answered.language)
    return Outcome(Meaning.STOP)


def _keep(reply: Reply, outcome: Outcome, answered: Message | None) -> Incoming:
    visit = outcome.visit or (visit_of_letter(answered) if answered else None)
    return keep_reply(reply, outcome, _thread(reply, visit, answered), visit)


def _thread(reply: Reply, visit: Appointment | None, answered: Message | None) -> Conversation:
    dealership = reply.dealerships[0]
    begun = conversation_named(answered.about) if answered else None
    customer = _customer(reply, visit, answered) if begun is None else begun.customer
    known = customer.language if customer else (answered.language if answered else "")
    return open_conversation(
        dealership=dealership,
        customer=customer,
        address=begun.address if begun and begun.customer is None else reply.sender,
        channel=Channel.EMAIL,
        language=known or reply.reading.language or "fr",
    )


def _customer(reply: Reply, visit: Appointment | None, answered: Message | None) -> Customer | None:
    customer = visit.customer if visit else (answered.customer if answered else None)
    if customer and customer.erased_at is None:
        return customer
    return customer_of_address(reply.sender, reply.dealerships[0].group_id)
