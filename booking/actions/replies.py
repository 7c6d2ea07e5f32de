"""What a customer's text message does: confirms, stops, is answered with a link, or waits for the desk.

Everything that one message does is done in one transaction, once for its event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from booking.actions.answering import keep_reply, say_outcome
from booking.actions.reply_acts import Outcome, Reply, act_on
from booking.replies import (
    Bound,
    answering,
    asked_which,
    bind,
    customer_of_number,
    is_coming,
    sharing,
    visit_of_number,
)
from lib import clock
from lib.text import without_controls
from notifications.actions.conversations import open_conversation
from notifications.actions.opt_out import KEYWORDS, obey_keyword
from notifications.keywords import Meaning, Reading, read_words
from notifications.models import Channel, Incoming, WebhookEvent

LONGEST_WORDS = 2000


def answer_text(event: WebhookEvent, *, now: datetime | None = None) -> None:
    """Take one text message in. Twice the same event is harmless; NobodyThere when no dealership has the number."""
    moment = now or clock.now()
    with transaction.atomic():
        if Incoming.objects.filter(event=event).exists():
            return
        reply = _read(event, moment)
        outcome = _make_out(reply)
        incoming = _keep(reply, outcome)
        if outcome.meaning in KEYWORDS:
            groups = {one.group_id for one in sharing(event.payload["to"])}
            obey_keyword(incoming=incoming, reading=reply.reading, now=moment, groups=groups)
        else:
            say_outcome(reply, outcome, incoming)


def _read(event: WebhookEvent, now: datetime) -> Reply:
    payload = event.payload
    words = without_controls(payload.get("words") or "", keep="\n").strip()[:LONGEST_WORDS]
    at = datetime.fromisoformat(payload["at"]) if payload.get("at") else event.received_at
    return Reply(
        channel=Channel.SMS,
        event=event,
        sender=payload["from"],
        words=words,
        at=min(at, now),  # a provider's clock may be ahead
        now=now,
        reading=read_words(words),
        dealerships=answering(payload["to"], payload["from"]),
    )


def _make_out(reply: Reply) -> Outcome:
    """Do what the words ask for, as far as words may, and say what to answer."""
    meaning = reply.reading.meaning
    if meaning in KEYWORDS or meaning is Meaning.THANKS:
        return Outcome(meaning)
    if reply.by_a_machine:
        return Outcome(Meaning.OTHER)
    picked = _pick(reply)
    if picked:
        return picked
    return act_on(reply, bind(reply.sender, reply.dealerships, now=reply.now))


def _pick(reply: Reply) -> Outcome | None:
    """A bare digit after we asked which visit was meant."""
    digit = reply.reading.digit
    question = asked_which(reply.sender, reply.dealerships, now=reply.now) if digit else None
    if digit is None or question is None or digit > len(question.references):
        return None
    visit = visit_of_number(reply.sender, reply.dealerships, question.references[digit - 1])
    if visit is None:
        return None
    meant = replace(reply, reading=Reading(question.meaning, minutes=question.minutes))
    bound = (
        Bound(visits=[visit], told=True) if is_coming(visit, now=reply.now) else Bound(over=visit, told=True)
    )
    return act_on(meant, bound)


def _keep(reply: Reply, outcome: Outcome) -> Incoming:
    visit = outcome.visit
    dealership = visit.dealership if visit else reply.dealerships[0]
    customer = visit.customer if visit else customer_of_number(reply.sender, dealership.group_id)
    known = visit.language if visit else (customer.language if customer else "")
    conversation = open_conversation(
        dealership=dealership,
        customer=customer,
        address=reply.sender,
        channel=Channel.SMS,
        language=known or reply.reading.language or "fr",
    )
    return keep_reply(reply, outcome, conversation, visit)
