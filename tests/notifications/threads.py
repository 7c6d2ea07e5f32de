"""Conversations and what comes in, without the app that knows visits."""

from __future__ import annotations

from datetime import timedelta

from customers.models import Customer
from lib import clock
from notifications.actions.conversations import open_conversation, receive
from notifications.actions.opt_out import obey_keyword
from notifications.keywords import read_words
from notifications.models import Channel, Conversation, Incoming, Message

LUC = "+15145550123"


def a_customer(dealership, name="Luc Tremblay", phone=LUC, email="luc@example.com", **more) -> Customer:
    return Customer.objects.create(group=dealership.group, name=name, phone=phone, email=email, **more)


def came_in(
    dealership, words, *, customer=None, sender=LUC, at=None, for_the_desk=True, channel=Channel.SMS
) -> Incoming:
    """Somebody wrote; nothing is made of it."""
    moment = at or clock.now()
    conversation = open_conversation(
        dealership=dealership, customer=customer, address=sender, channel=channel
    )
    return receive(
        conversation=conversation,
        event=None,
        channel=channel,
        sender=sender,
        words=words,
        at=moment,
        meaning=read_words(words).meaning,
        for_the_desk=for_the_desk,
    )


def obey(dealership, words, *, customer=None, minutes=0, sender=LUC) -> Incoming:
    """A carrier's word came in so many minutes from now, and was obeyed."""
    now = clock.now() + timedelta(minutes=minutes)
    incoming = came_in(dealership, words, customer=customer, at=now, for_the_desk=False, sender=sender)
    obey_keyword(incoming=incoming, reading=read_words(words), now=now)
    return incoming


def answered(to=LUC) -> list[tuple[str, str]]:
    """The automatic answers to the number: code and language, the oldest first."""
    rows = Message.objects.filter(kind="auto_answer", to=to).order_by("created_at")
    return [(row.payload["answer"], row.language) for row in rows]


def thread() -> Conversation:
    return Conversation.objects.get()
