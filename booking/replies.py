"""Whose text message or e-mail it is, and which visit it answers. Looks, never writes.

A sender can be forged: what comes in may confirm or stop, and says nothing about whose it is but what our own messages
to that number, or the letter that it answers, said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.models import UPCOMING, Appointment
from customers.models import Customer
from dealerships.models import Dealership
from notifications.keywords import Meaning
from notifications.models import Channel, Message

# An answer belongs to what was asked within so long.
ANSWERED_WITHIN = timedelta(hours=72)
# A visit can be confirmed until so long after its start, by who is on the way.
STILL_COMING = timedelta(minutes=60)
MOST_CHOICES = 3
# After these, a yes is about coming; after any other, it answers something that a person or another page asked.
ABOUT_COMING = frozenset(
    {
        "confirmation", "welcome", "moved", "cancelled", "reconfirm", "reconfirm_again", "reminder_3d", "reminder_1d",
        "expected",
    }
)  # fmt: skip
# Nothing in these asks for a yes.
ASKS_NOTHING = frozenset({"missed_call", "wait_list_joined"})
_APPOINTMENT = "appointment:"


class NobodyThere(LookupError):  # noqa: N818 - said of the number, and kept with the event
    """No dealership answers at the number that was written to."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What an answer may be about: one visit, one of several, one that is over, or a place that is offered.

    `told` says whether a text message to this number has said the visit's facts, `stale` whether it named another
    time than the visit's present one. `for_a_person` when the last text asked something else.
    """

    visits: Sequence[Appointment] = ()
    over: Appointment | None = None
    offer: Message | None = None
    told: bool = False
    stale: bool = False
    for_a_person: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Which visit? was asked: what was meant, and the visits in the order of their numbers."""

    meaning: Meaning
    minutes: int | None
    references: list[str] = field(default_factory=list)


def answering(number: str, sender: str) -> list[Dealership]:
    """The dealerships that text messages to `number` are for, the likeliest for `sender` first; all of one group.

    The one that has the number; where several share it, the one that last wrote to the sender, whom the sender last
    booked with, or the oldest: somebody reads it. Raises NobodyThere.
    """
    pool = sharing(number)
    if not pool:
        raise NobodyThere(f"no dealership has the number {number}")
    first = (_last_in_touch(pool, sender) if len(pool) > 1 else None) or pool[0]
    return [first, *(one for one in pool if one != first and one.group_id == first.group_id)]


def sharing(number: str) -> list[Dealership]:
    """The dealerships whose text messages come from this number: of one group, or of several that share it."""
    everybody = Dealership.objects.select_related("group").order_by("pk")
    return list(everybody.filter(sms_sender=number)) or list(everybody.filter(sms_sender=""))


def bind(sender: str, dealerships: Sequence[Dealership], *, now: datetime) -> Bound:
    """The visit that an answer from this number is about: what we wrote of last, else its only one to come."""
    texts = list(_texts_to(sender, dealerships, since=now - ANSWERED_WITHIN))
    asking = [text for text in texts if text.kind not in ASKS_NOTHING]
    newest = asking[0] if asking else None
    if newest and newest.kind == "wait_list_offer":
        return Bound(offer=newest)
    named = {text.about: text for text in reversed(asking) if text.kind in ABOUT_COMING}
    visits = _visits(sender, dealerships, named)
    coming = sorted((one for one in visits if is_coming(one, now=now)), key=lambda one: one.starts_at)
    elsewhere = newest is not None and newest.kind not in ABOUT_COMING
    if coming:
        stale = any(_names_another_time(named[one.about], one) for one in coming)
        return Bound(visits=coming, told=True, stale=stale, for_a_person=elsewhere)
    if elsewhere or named:
        last = next((one for one in visits if newest and one.about == newest.about), None)
        return Bound(over=last, told=True, for_a_person=elsewhere or last is None)
    return _only_visit(sender, dealerships, now)


def bind_letter(answered: Message | None, *, now: datetime) -> Bound:
    """What an e-mail is about: the letter of ours that it answers says so, as long as it went to who the visit is for."""
    if answered is None:
        return Bound(for_a_person=True)
    if answered.kind == "wait_list_offer":
        return Bound(offer=answered)
    visit = visit_of_letter(answered) if answered.kind in ABOUT_COMING else None
    if visit is None or visit.contact_email.lower() != answered.to.lower():
        return Bound(for_a_person=True)
    if not is_coming(visit, now=now):
        return Bound(over=visit, told=True)
    return Bound(visits=[visit], told=True, stale=_names_another_time(answered, visit))


def visit_of_letter(answered: Message) -> Appointment | None:
    """The visit that our letter was about; None when it was about something else."""
    if not answered.about.startswith(_APPOINTMENT):
        return None
    rows = Appointment.objects.select_related("dealership__group", "customer", "vehicle")
    return rows.filter(
        dealership=answered.dealership_id, reference=answered.about.removeprefix(_APPOINTMENT)
    ).first()


def asked_which(sender: str, dealerships: Sequence[Dealership], *, now: datetime) -> Question | None:
    """The question that a bare digit picks an answer of: asked within a day, and nothing else was written since."""
    asked = (
        Message.objects.filter(
            kind="auto_answer",
            to=sender,
            dealership__in=dealerships,
            created_at__gte=now - timedelta(hours=24),
            payload__answer="which",
        )
        .order_by("-created_at")
        .first()
    )
    if asked is None or _texts_to(sender, dealerships, since=asked.created_at).exists():
        return None
    payload = asked.payload
    references = [choice["reference"] for choice in payload["choices"]]
    return Question(Meaning(payload["meaning"]), payload["minutes"], references)


def visit_of_number(sender: str, dealerships: Sequence[Dealership], reference: str) -> Appointment | None:
    """The visit of that reference, as long as its messages go to this number."""
    return _of_number(sender, dealerships).filter(reference=reference).first()


def is_coming(appointment: Appointment, *, now: datetime) -> bool:
    """Whether one can still say that one comes."""
    return appointment.status in UPCOMING and appointment.starts_at > now - STILL_COMING


def customer_of_number(sender: str, group_id: int) -> Customer | None:
    """Whose number it is in the group: of several who share it, the one who was last written to or booked last."""
    known = list(Customer.objects.filter(group=group_id, phone=sender, erased_at=None).order_by("-pk"))
    if len(known) == 1:
        return known[0]
    among = {"customer__in": known} if known else {}
    booked = Appointment.objects.filter(contact_phone=sender, dealership__group=group_id, **among)
    last = booked.select_related("customer").order_by("-starts_at").first()
    written = (
        Message.objects.filter(to=sender, customer__in=known).order_by("-created_at").first()
        if known
        else None
    )
    if written:
        return next(one for one in known if one.pk == written.customer_id)
    if last and last.customer.erased_at is None:
        return last.customer
    return known[0] if known else None


def customer_of_address(address: str, group_id: int) -> Customer | None:
    """Whose e-mail address it is in the group: of several who share it, whoever was last written to, or the newest."""
    known = list(
        Customer.objects.filter(group=group_id, email__iexact=address, erased_at=None).order_by("-pk")
    )
    if len(known) < 2:
        return known[0] if known else None
    written = Message.objects.filter(to__iexact=address, customer__in=known).order_by("-created_at").first()
    return next((one for one in known if written and one.pk == written.customer_id), known[0])


def _last_in_touch(pool: Sequence[Dealership], sender: str) -> Dealership | None:
    by_id = {one.pk: one for one in pool}
    text = (
        Message.objects.filter(channel=Channel.SMS, to=sender, sent_at__isnull=False, dealership__in=by_id)
        .order_by("-sent_at")
        .first()
    )
    if text and text.dealership_id:
        return by_id[text.dealership_id]
    booked = (
        Appointment.objects.filter(contact_phone=sender, dealership__in=by_id).order_by("-starts_at").first()
    )
    return by_id[booked.dealership_id] if booked else None


def _texts_to(sender: str, dealerships: Iterable[Dealership], *, since: datetime) -> QuerySet[Message]:
    """What we wrote to the number since, the newest first, but for what only answered."""
    texts = Message.objects.filter(
        channel=Channel.SMS, to=sender, sent_at__gte=since, dealership__in=dealerships
    )
    return texts.exclude(kind="auto_answer").order_by("-sent_at")


def _visits(sender: str, dealerships: Sequence[Dealership], named: Iterable[str]) -> list[Appointment]:
    references = [about.removeprefix(_APPOINTMENT) for about in named if about.startswith(_APPOINTMENT)]
    return list(_of_number(sender, dealerships).filter(reference__in=references)) if references else []


def _of_number(sender: str, dealerships: Iterable[Dealership]) -> QuerySet[Appointment]:
    """The visits whose text messages go to this number."""
    rows = Appointment.objects.filter(contact_phone=sender, dealership__in=dealerships)
    return rows.exclude(muted_channels__contains=[Channel.SMS]).select_related(
        "dealership__group", "customer", "vehicle"
    )


def _only_visit(sender: str, dealerships: Sequence[Dealership], now: datetime) -> Bound:
    coming = _of_number(sender, dealerships).filter(status__in=UPCOMING, starts_at__gt=now - STILL_COMING)
    visits = list(coming.order_by("starts_at")[:2])
    if len(visits) != 1:
        return Bound(for_a_person=True)
    told = Message.objects.filter(
        about=visits[0].about,
        channel=Channel.SMS,
        to=sender,
        sent_at__isnull=False,
        version=visits[0].version,
    ).exists()
    return Bound(visits=visits, told=told)


def _names_another_time(text: Message, visit: Appointment) -> bool:
    said = text.payload.get("starts_at")
    return bool(said) and datetime.fromisoformat(said) != visit.starts_at
