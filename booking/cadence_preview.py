"""What a cadence would send next, before it is kept: from the visits that there are, and without writing anything."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.agreed import agreements_of, completions_of
from booking.due import DueLetter, agreed_channels, letters_due
from booking.models import UPCOMING, Appointment, Skill, Status
from booking.reminders import Reminder, anchored, plan_reminders
from customers.consents import given_consents
from dealerships.models import Dealership
from lib import clock
from notifications.kinds import KINDS, Anchor, When
from notifications.models import Message, State

BATCH = 100


@dataclass(frozen=True, slots=True, order=True)
class NextMessage:
    """One message that would go: when (UTC), to whom, about which vehicle, by which channel and wording.

    `starts_at` is the visit's; None for what is about a vehicle that has no visit yet.
    """

    at: datetime
    name: str
    vehicle: str
    channel: str
    variant: str = ""
    reference: str = ""
    starts_at: datetime | None = None


def next_messages(
    dealership: Dealership, kind: str, when: When, *, now: datetime, limit: int = 10
) -> list[NextMessage]:
    """The next messages that this cadence of a kind would send, the soonest first. A few queries."""
    if not when.active:
        return []
    found = {
        Anchor.START: _before_visits,
        Anchor.COMPLETED: _after_visits,
        Anchor.DUE: _for_vehicles,
    }[KINDS[kind].anchor or Anchor.START](dealership, kind, when, now)
    return _first(found, limit)


def _first(found: Iterable[NextMessage], limit: int) -> list[NextMessage]:
    return heapq.nsmallest(limit, found, key=lambda one: (one.at, one.name, one.channel))


def _before_visits(dealership: Dealership, kind: str, when: When, now: datetime) -> Iterator[NextMessage]:
    """Of the visits to come, until enough days of them are seen: a later visit is reminded of later."""
    first = now - timedelta(days=1) - timedelta(days=when.days or 0)
    visits = _visits(dealership).filter(status__in=UPCOMING, starts_at__gt=first).order_by("starts_at")
    for batch in _in_batches(visits[: 5 * BATCH]):
        agreed = agreements_of(batch, now=now)
        told = _told(batch, kind)
        for visit in batch:
            if (visit.about, visit.version) in told:
                continue
            for one in plan_reminders(visit, {kind: when}, now=now, agreed_at=agreed[visit.pk]):
                yield _of_visit(visit, one)


def _after_visits(dealership: Dealership, kind: str, when: When, now: datetime) -> Iterator[NextMessage]:
    since = now - timedelta(days=(when.days or 0) + 15)
    visits = _visits(dealership).filter(status=Status.COMPLETED, starts_at__gt=since).order_by("starts_at")
    if kind == "retorque":
        visits = visits.filter(lines__service__skill=Skill.TIRES).distinct()
    for batch in _in_batches(visits[: 20 * BATCH]):
        completed, told = completions_of(batch), _told(batch, kind)
        for visit in batch:
            if visit.pk not in completed or (visit.about, visit.version) in told:
                continue
            for one in anchored(KINDS[kind], when, visit, completed[visit.pk]):
                if one.not_before > now:
                    yield _of_visit(visit, one)


def _for_vehicles(dealership: Dealership, kind: str, when: When, now: datetime) -> Iterator[NextMessage]:
    today = clock.local(now, dealership.zone).date()
    letters = heapq.nsmallest(
        BATCH,
        (letter for letter in letters_due(dealership, kind, today=today) if letter.due(when) > now),
        key=lambda letter: (letter.due(when), letter.visit.pk),
    )
    given = given_consents([letter.visit.customer for letter in letters], at=now)
    for letter in letters:
        for channel in agreed_channels(letter.visit.customer, kind, when, given):
            yield _of_vehicle(letter, when, channel)


def _told(visits: list[Appointment], kind: str) -> set[tuple[str, int]]:
    """The visits, in their present versions, that had this kind already."""
    rows = Message.objects.filter(about__in=[visit.about for visit in visits], kind=kind)
    over = rows.exclude(state__in=[State.PENDING, State.CANCELLED])
    return set(over.values_list("about", "version"))


def _visits(dealership: Dealership) -> QuerySet[Appointment]:
    return Appointment.objects.filter(dealership=dealership).select_related("vehicle")


def _in_batches(visits: QuerySet[Appointment]) -> Iterator[list[Appointment]]:
    found = list(visits)
    for first in range(0, len(found), BATCH):
        yield found[first : first + BATCH]


def _of_visit(visit: Appointment, one: Reminder) -> NextMessage:
    return NextMessage(
        one.not_before, visit.contact_name, visit.vehicle_words, one.channel, one.variant, visit.reference,
        visit.starts_at,
    )  # fmt: skip


def _of_vehicle(letter: DueLetter, when: When, channel: str) -> NextMessage:
    return NextMessage(letter.due(when), letter.visit.customer.name, letter.visit.vehicle_words, channel)
