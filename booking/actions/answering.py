"""Keeping what a customer wrote in their thread, and telling them there what became of it."""

from __future__ import annotations

from datetime import datetime

from booking.actions.reply_acts import Outcome, Reply
from booking.models import Appointment
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from lib import clock
from notifications.actions.auto_answers import answer_by_itself, was_told
from notifications.actions.conversations import leave_unread, receive
from notifications.models import Conversation, Incoming


def keep_reply(
    reply: Reply, outcome: Outcome, conversation: Conversation, visit: Appointment | None
) -> Incoming:
    """Put it into the thread, with what was made of it and the `visit` that it is about."""
    return receive(
        conversation=conversation,
        event=reply.event,
        channel=reply.channel,
        sender=reply.sender,
        words=reply.words,
        at=reply.at,
        meaning=outcome.meaning,
        about=visit.about if visit else "",
        for_the_desk=outcome.for_the_desk,
        files=reply.files,
    )


def say_outcome(reply: Reply, outcome: Outcome, incoming: Incoming, *, to: str = "") -> None:
    """Answer what was made out, in the language of the words; while the desk is closed, say when it answers.

    What could not be answered by itself after all waits for the desk. `to` as in `answer_by_itself`.
    """
    conversation = incoming.conversation
    language = reply.reading.language or conversation.language
    if outcome.answer:
        said = answer_by_itself(
            incoming=incoming, answer=outcome.answer, language=language, now=reply.now, to=to, **outcome.facts
        )
        if not said and outcome.answer != "confirmed" and not outcome.for_the_desk:
            leave_unread(conversation=conversation, now=reply.now)
    elif outcome.for_the_desk:
        _say_when_we_answer(conversation.dealership, incoming, language, reply.now, to or incoming.sender)


def _say_when_we_answer(
    dealership: Dealership, incoming: Incoming, language: str, now: datetime, to: str
) -> None:
    """While the desk is closed, and once a day."""
    today = clock.local(now, dealership.zone).date()
    calendar = load_calendar(dealership, today, today)
    if calendar.is_open(today) and calendar.opens(today) <= now < calendar.closes(today):
        return
    if was_told(to, "received", now=now):
        return
    before_opening = calendar.is_open(today) and now < calendar.opens(today)
    day = today if before_opening else calendar.next_open_day(today)
    opens = calendar.opens(day).isoformat() if day else ""
    answer_by_itself(incoming=incoming, answer="received", language=language, now=now, to=to, opens_at=opens)
