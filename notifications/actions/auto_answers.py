"""Answers that the system gives to a text message or an e-mail by itself, and when it keeps silent.

Two machines must not talk to each other for ever: a number or an address gets a few automatic answers a day, none to
what its own machine sent, and none to what it repeats.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from notifications.actions.outbox import NOT_CALLED, make_message, queue_messages
from notifications.models import Incoming, Message, State, Suppression
from notifications.payloads import dealership_payload, letter_payload

A_DAY = timedelta(hours=24)
MOST_A_DAY = 5
# STOP and HELP are answered when the others are used up, too; not for ever.
MORE_FOR_KEYWORDS = 3
REPEATED_WITHIN = timedelta(hours=1)
MOST_REPEATED = 3
# An answer that comes later than this is no answer.
LASTS = timedelta(hours=4)
KIND = "auto_answer"


def answer_by_itself(
    *,
    incoming: Incoming,
    answer: str,
    language: str,
    now: datetime,
    to: str = "",
    despite_stop: bool = False,
    **facts: Any,
) -> bool:
    """Queue one automatic answer, by the way that it came, at most one for each; whether it was queued.

    `answer` is a code of the templates, `facts` what it says. `to` is for an e-mail, whose sender anybody can write:
    the address that we wrote to. Who stopped that way of writing hears only what `despite_stop` says. In the caller's
    transaction, with the conversation locked.
    """
    conversation, to = incoming.conversation, to or incoming.sender
    if not may_answer(incoming, to=to, now=now, keyword=despite_stop):
        return False
    if not despite_stop and is_stopped(conversation.dealership.group_id, incoming.channel, to):
        return False
    message = make_message(
        dealership=conversation.dealership,
        kind=KIND,
        channel=incoming.channel,
        to=to,
        language=language,
        payload={
            "answer": answer,
            **facts,
            **letter_payload(incoming),
            "dealership": dealership_payload(conversation.dealership),
        },
        customer=conversation.customer,
        about=conversation.about,
        expires_at=now + LASTS,
    )
    message.created_at = now
    message.dedupe_key = f"answer:{incoming.pk}"
    queue_messages([message])
    return True


def may_answer(incoming: Incoming, *, to: str, now: datetime, keyword: bool) -> bool:
    """Whether they may get one more automatic answer, to a `keyword` of the carriers or not. Two queries."""
    if incoming.event and incoming.event.payload.get("auto"):
        return False
    most = MOST_A_DAY + (MORE_FOR_KEYWORDS if keyword else 0)
    if answers_to(to, since=now - A_DAY).count() >= most:
        return False
    same = Incoming.objects.filter(
        sender=incoming.sender, words=incoming.words, at__gte=incoming.at - REPEATED_WITHIN
    )
    return same.count() <= MOST_REPEATED


def was_told(to: str, answer: str, *, now: datetime) -> bool:
    """Whether this number or address got that answer within a day."""
    return answers_to(to, since=now - A_DAY).filter(payload__answer=answer).exists()


def answers_to(to: str, *, since: datetime) -> QuerySet[Message]:
    """The automatic answers to a number or an address since then."""
    return Message.objects.filter(kind=KIND, to=to, created_at__gte=since)


def withdraw_answers(number: str) -> None:
    """What was about to be answered to a number that has stopped our texts is not sent any more."""
    waiting = Message.objects.filter(NOT_CALLED, kind=KIND, to=number)
    # Not so the answer to a STOP that came just before.
    waiting.exclude(payload__answer="stopped").update(
        state=State.CANCELLED, lease_until=None, error="withdrawn"
    )


def is_stopped(group_id: int, channel: str, address: str) -> bool:
    """Whether this number or address gets no more messages of the group."""
    stopped = Suppression.objects.filter(group_id=group_id, channel=channel, address=address.lower())
    return stopped.exists()
