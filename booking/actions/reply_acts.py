"""What a customer's words may do to a visit, by text message or e-mail: confirm, say late, be answered with a link.

Nothing is moved or cancelled by words: the sender of a text message or an e-mail can be forged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from booking.actions.history import By
from booking.actions.late import CHOICES, announce_late, may_announce
from booking.actions.progress import confirm_appointment
from booking.errors import NotPossible
from booking.models import Actor, Appointment, Source, Status
from booking.replies import MOST_CHOICES, Bound
from dealerships.models import Dealership
from notifications.keywords import Meaning, Reading
from notifications.models import Channel, WebhookEvent

SOURCES = {Channel.SMS: Source.TEXT, Channel.EMAIL: Source.EMAIL}
USUAL_MINUTES = 20
# Who is later than this says more than a button can.
LATEST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """One text message or e-mail that came in, as we read it, and the dealerships that it may be for."""

    event: WebhookEvent
    channel: Channel
    sender: str
    words: str
    at: datetime
    now: datetime
    reading: Reading
    dealerships: Sequence[Dealership]
    files: int = 0  # that came with it, and are not kept

    @property
    def by_a_machine(self) -> bool:
        """An automatic reply of the sender's telephone or mailbox."""
        return bool(self.event.payload.get("auto"))

    @property
    def by(self) -> By:
        """Who did it, for the visit's history."""
        return By(Actor.CUSTOMER, SOURCES[self.channel])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made of it: the visit that it is about, the answer with its facts, whether the desk must look."""

    meaning: Meaning
    visit: Appointment | None = None
    answer: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    for_the_desk: bool = False


def act_on(reply: Reply, bound: Bound) -> Outcome:
    """Do what the words ask for, as far as words may, to what they are about; else it is for the desk."""
    act = _ACTS.get(reply.reading.meaning)
    return act(reply, bound) if act else to_the_desk(reply)


def to_the_desk(reply: Reply, visit: Appointment | None = None) -> Outcome:
    """Only a person can answer it."""
    return Outcome(reply.reading.meaning, visit, for_the_desk=True)


def _confirm(reply: Reply, bound: Bound) -> Outcome:
    visit = _one(bound)
    if bound.offer or len(bound.visits) > 1 or visit is None:
        return _ask_or_pass(reply, bound)
    if bound.stale:
        return to_the_desk(reply, visit)
    try:
        confirm_appointment(appointment=visit, by=reply.by)
    except NotPossible:  # somebody was faster at the desk
        visit.refresh_from_db()
        return _over(reply, visit)
    return Outcome(Meaning.CONFIRM, visit, "confirmed", _facts(visit) if bound.told else {})


def _send_link(reply: Reply, bound: Bound) -> Outcome:
    """To move or to cancel is the person's own click: the number of a sender can be forged."""
    visit = _one(bound)
    if bound.offer or len(bound.visits) > 1 or visit is None:
        return _ask_or_pass(reply, bound)
    if not bound.told:
        # The link opens the visit: it goes only where we have written about it before.
        return to_the_desk(reply, visit)
    facts = _facts(visit) | {"link_nonce": visit.link_nonce}
    return Outcome(reply.reading.meaning, visit, "manage", facts)


def _note_late(reply: Reply, bound: Bound) -> Outcome:
    """The desk sees it in any case; what may be announced is on its board, too."""
    now, minutes = reply.now, reply.reading.minutes
    visits = [one for one in bound.visits if may_announce(one, now=now)]
    if len(visits) > 1:
        return replace(_ask_which(reply, visits), for_the_desk=True)
    if not visits or (minutes or 0) > LATEST_MINUTES:
        return Outcome(Meaning.LATE, _one(bound), for_the_desk=True)
    wanted = minutes or USUAL_MINUTES
    noted = min(CHOICES, key=lambda choice: abs(choice - wanted))
    announce_late(appointment=visits[0], minutes=noted, by=reply.by, now=now)
    return Outcome(Meaning.LATE, visits[0], "late", {"minutes": noted}, for_the_desk=True)


_ACTS: dict[Meaning, Callable[[Reply, Bound], Outcome]] = {
    Meaning.CONFIRM: _confirm,
    Meaning.CHANGE: _send_link,
    Meaning.CANCEL: _send_link,
    Meaning.LATE: _note_late,
}


def _ask_or_pass(reply: Reply, bound: Bound) -> Outcome:
    """Where it is not one visit: a place that is offered, several visits, one that is over, or nothing we know."""
    if bound.offer:
        nonce = bound.offer.payload["offer_nonce"]
        return Outcome(reply.reading.meaning, answer="offer", facts={"offer_nonce": nonce})
    if bound.for_a_person:
        return to_the_desk(reply)
    if len(bound.visits) > 1:
        return _ask_which(reply, bound.visits)
    return _over(reply, bound.over) if bound.over else to_the_desk(reply)


def _ask_which(reply: Reply, visits: Sequence[Appointment]) -> Outcome:
    if len(visits) > MOST_CHOICES:
        return to_the_desk(reply)
    choices = [
        {"reference": one.reference, "starts_at": one.starts_at.isoformat(), "vehicle": _short_vehicle(one)}
        for one in visits
    ]
    asked = {"choices": choices, "meaning": reply.reading.meaning, "minutes": reply.reading.minutes}
    return Outcome(reply.reading.meaning, answer="which", facts=asked)


def _over(reply: Reply, visit: Appointment) -> Outcome:
    answer = "cancelled" if visit.status == Status.CANCELLED else "over"
    return Outcome(reply.reading.meaning, visit, answer, _facts(visit))


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
