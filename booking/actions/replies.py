"""What a customer's text message does: confirms, stops, is answered with a link, or waits for the desk.

Everything that one message does is done in one transaction, once for its event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from booking.actions.history import By
from booking.actions.late import CHOICES, announce_late, may_announce
from booking.actions.progress import confirm_appointment
from booking.errors import NotPossible
from booking.models import Actor, Appointment, Source, Status
from booking.replies import (
    MOST_CHOICES,
    Bound,
    answering,
    asked_which,
    bind,
    customer_of_number,
    is_coming,
    sharing,
    visit_of_number,
)
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from lib import clock
from lib.text import without_controls
from notifications.actions.auto_answers import answer_by_text, lock_number, was_told
from notifications.actions.conversations import leave_unread, open_conversation, receive
from notifications.actions.opt_out import KEYWORDS, obey_keyword
from notifications.keywords import Meaning, Reading, read_words
from notifications.models import Channel, Incoming, WebhookEvent

BY_TEXT = By(Actor.CUSTOMER, Source.TEXT)
LONGEST_WORDS = 2000
USUAL_MINUTES = 20
# Who is later than this says more than a button can.
LATEST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Text:
    """One text message that came in, as we read it, and the dealerships that it may be for."""

    event: WebhookEvent
    sender: str
    words: str
    at: datetime
    now: datetime
    reading: Reading
    dealerships: Sequence[Dealership]

    @property
    def by_a_machine(self) -> bool:
        """An automatic reply of the sender's telephone."""
        return bool(self.event.payload.get("auto"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made of it: the visit that it is about, the answer with its facts, whether the desk must look."""

    meaning: Meaning
    visit: Appointment | None = None
    answer: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    for_the_desk: bool = False


def answer_text(event: WebhookEvent, *, now: datetime | None = None) -> None:
    """Take one text message in. Twice the same event is harmless; NobodyThere when no dealership has the number."""
    moment = now or clock.now()
    with transaction.atomic():
        sender = event.payload["from"]
        lock_number(sender)
        if Incoming.objects.filter(event=event).exists():
            return
        text = _read(event, moment)
        outcome = _make_out(text)
        incoming = _keep(text, outcome)
        _answer(text, outcome, incoming)


def _read(event: WebhookEvent, now: datetime) -> Text:
    payload = event.payload
    words = without_controls(payload.get("words") or "", keep="\n").strip()[:LONGEST_WORDS]
    at = datetime.fromisoformat(payload["at"]) if payload.get("at") else event.received_at
    return Text(
        event=event,
        sender=payload["from"],
        words=words,
        at=min(at, now),  # a provider's clock may be ahead
        now=now,
        reading=read_words(words),
        dealerships=answering(payload["to"], payload["from"]),
    )


def _make_out(text: Text) -> Outcome:
    """Do what the words ask for, as far as words may, and say what to answer."""
    meaning = text.reading.meaning
    if meaning in KEYWORDS or meaning is Meaning.THANKS:
        return Outcome(meaning)
    if text.by_a_machine:
        return Outcome(Meaning.OTHER)
    picked = _pick(text)
    if picked:
        return picked
    act = _ACTS.get(meaning)
    if act is None:
        return _to_the_desk(text)
    bound = bind(text.sender, text.dealerships, now=text.now)
    return act(text, bound)


def _pick(text: Text) -> Outcome | None:
    """A bare digit after we asked which visit was meant."""
    digit = text.reading.digit
    question = asked_which(text.sender, text.dealerships, now=text.now) if digit else None
    if digit is None or question is None or digit > len(question.references):
        return None
    visit = visit_of_number(text.sender, text.dealerships, question.references[digit - 1])
    if visit is None:
        return None
    meant = replace(text, reading=Reading(question.meaning, minutes=question.minutes))
    bound = (
        Bound(visits=[visit], told=True) if is_coming(visit, now=text.now) else Bound(over=visit, told=True)
    )
    return _ACTS[question.meaning](meant, bound)


def _confirm(text: Text, bound: Bound) -> Outcome:
    visit = _one(bound)
    if bound.offer or len(bound.visits) > 1 or visit is None:
        return _ask_or_pass(text, bound)
    if bound.stale:
        return _to_the_desk(text, visit)
    try:
        confirm_appointment(appointment=visit, by=BY_TEXT)
    except NotPossible:  # somebody was faster at the desk
        visit.refresh_from_db()
        return _over(text, visit)
    return Outcome(Meaning.CONFIRM, visit, "confirmed", _facts(visit) if bound.told else {})


def _send_link(text: Text, bound: Bound) -> Outcome:
    """To move or to cancel is the person's own click: the number of a sender can be forged."""
    visit = _one(bound)
    if bound.offer or len(bound.visits) > 1 or visit is None:
        return _ask_or_pass(text, bound)
    if not bound.told:
        # The link opens the visit: it goes only where we have written about it before.
        return _to_the_desk(text, visit)
    facts = _facts(visit) | {"link_nonce": visit.link_nonce}
    return Outcome(text.reading.meaning, visit, "manage", facts)


def _note_late(text: Text, bound: Bound) -> Outcome:
    """The desk sees it in any case; what may be announced is on its board, too."""
    now, minutes = text.now, text.reading.minutes
    visits = [one for one in bound.visits if may_announce(one, now=now)]
    if len(visits) > 1:
        return replace(_ask_which(text, visits), for_the_desk=True)
    if not visits or (minutes or 0) > LATEST_MINUTES:
        return Outcome(Meaning.LATE, _one(bound), for_the_desk=True)
    wanted = minutes or USUAL_MINUTES
    noted = min(CHOICES, key=lambda choice: abs(choice - wanted))
    announce_late(appointment=visits[0], minutes=noted, by=BY_TEXT, now=now)
    return Outcome(Meaning.LATE, visits[0], "late", {"minutes": noted}, for_the_desk=True)


_ACTS: dict[Meaning, Callable[[Text, Bound], Outcome]] = {
    Meaning.CONFIRM: _confirm,
    Meaning.CHANGE: _send_link,
    Meaning.CANCEL: _send_link,
    Meaning.LATE: _note_late,
}


def _ask_or_pass(text: Text, bound: Bound) -> Outcome:
    """Where it is not one visit: a place that is offered, several visits, one that is over, or nothing we know."""
    if bound.offer:
        nonce = bound.offer.payload["offer_nonce"]
        return Outcome(text.reading.meaning, answer="offer", facts={"offer_nonce": nonce})
    if bound.for_a_person:
        return _to_the_desk(text)
    if len(bound.visits) > 1:
        return _ask_which(text, bound.visits)
    return _over(text, bound.over) if bound.over else _to_the_desk(text)


def _ask_which(text: Text, visits: Sequence[Appointment]) -> Outcome:
    if len(visits) > MOST_CHOICES:
        return _to_the_desk(text)
    choices = [
        {"reference": one.reference, "starts_at": one.starts_at.isoformat(), "vehicle": _short_vehicle(one)}
        for one in visits
    ]
    asked = {"choices": choices, "meaning": text.reading.meaning, "minutes": text.reading.minutes}
    return Outcome(text.reading.meaning, answer="which", facts=asked)


def _over(text: Text, visit: Appointment) -> Outcome:
    answer = "cancelled" if visit.status == Status.CANCELLED else "over"
    return Outcome(text.reading.meaning, visit, answer, _facts(visit))


def _to_the_desk(text: Text, visit: Appointment | None = None) -> Outcome:
    return Outcome(text.reading.meaning, visit, for_the_desk=True)


def _one(bound: Bound) -> Appointment | None:
    return bound.visits[0] if len(bound.visits) == 1 and not bound.for_a_person else None


def _facts(visit: Appointment) -> dict[str, Any]:
    return {"starts_at": visit.starts_at.isoformat(), "vehicle": _short_vehicle(visit)}


def _short_vehicle(visit: Appointment) -> str:
    """The model when the record is what they said, else their own words."""
    return (
        visit.vehicle.model
        if visit.vehicle.model and visit.vehicle.model in visit.vehicle_words
        else visit.vehicle_words
    )


def _keep(text: Text, outcome: Outcome) -> Incoming:
    visit = outcome.visit
    dealership = visit.dealership if visit else text.dealerships[0]
    customer = visit.customer if visit else customer_of_number(text.sender, dealership.group_id)
    known = visit.language if visit else (customer.language if customer else "")
    conversation = open_conversation(
        dealership=dealership,
        customer=customer,
        address=text.sender,
        channel=Channel.SMS,
        language=known or text.reading.language or "fr",
    )
    return receive(
        conversation=conversation,
        event=text.event,
        channel=Channel.SMS,
        sender=text.sender,
        words=text.words,
        at=text.at,
        meaning=outcome.meaning,
        about=visit.about if visit else "",
        for_the_desk=outcome.for_the_desk,
    )


def _answer(text: Text, outcome: Outcome, incoming: Incoming) -> None:
    conversation = incoming.conversation
    if outcome.meaning in KEYWORDS:
        groups = {one.group_id for one in sharing(text.event.payload["to"])}
        obey_keyword(incoming=incoming, reading=text.reading, now=text.now, groups=groups)
        return
    language = text.reading.language or conversation.language
    if outcome.answer:
        said = answer_by_text(
            incoming=incoming, answer=outcome.answer, language=language, now=text.now, **outcome.facts
        )
        if not said and outcome.answer != "confirmed" and not outcome.for_the_desk:
            leave_unread(conversation=conversation, now=text.now)
    elif outcome.for_the_desk:
        _say_when_we_answer(conversation.dealership, incoming, language, text.now)


def _say_when_we_answer(dealership: Dealership, incoming: Incoming, language: str, now: datetime) -> None:
    """While the desk is closed, and once a day."""
    today = clock.local(now, dealership.zone).date()
    calendar = load_calendar(dealership, today, today)
    if calendar.is_open(today) and calendar.opens(today) <= now < calendar.closes(today):
        return
    if was_told(incoming, "received", now=now):
        return
    before_opening = calendar.is_open(today) and now < calendar.opens(today)
    day = today if before_opening else calendar.next_open_day(today)
    opens = calendar.opens(day).isoformat() if day else ""
    answer_by_text(incoming=incoming, answer="received", language=language, now=now, opens_at=opens)
