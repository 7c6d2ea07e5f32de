"""Making what is planned about every visit what the cadences say, many visits at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet, prefetch_related_objects

from booking.actions.messages import follow_ups, message_payload
from booking.agreed import agreements_of, completions_of
from booking.models import UPCOMING, Appointment, AppointmentLine, Status
from booking.reminders import Reminder, anchored, plan_reminders
from dealerships.models import Dealership
from lib import clock
from notifications.actions.bulk import Plan, Subject, plan_in_bulk
from notifications.cadence import cadences_of
from notifications.kinds import KINDS, Anchor, When
from notifications.models import Channel, Message, State

BATCH = 500
# From so many visits on two connections are worth their while.
MANY = 4000
# What follows a visit is over by then.
AFTER = timedelta(days=45)
WITHDRAWN = "withdrawn"
_UPDATE = """
UPDATE notifications_message m
SET not_before = d.due, next_try_at = d.due, expires_at = d.ends, variant = d.variant, payload = d.payload::jsonb,
    state = 'pending', error = '', attempts = 0, called_at = NULL
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[]) d(id, due, ends, variant, payload)
WHERE m.id = d.id AND (m.state = 'pending' OR (m.state = 'cancelled' AND m.sent_at IS NULL))
"""

Key = tuple[str, int, str]  # about, version, kind


@dataclass(frozen=True, slots=True)
class Planned:
    """How many messages were planned anew, changed, and withdrawn."""

    made: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(self.made + other.made, self.changed + other.changed, self.withdrawn + other.withdrawn)


class _Row(NamedTuple):
    """What is stored of one message."""

    pk: UUID
    channel: str
    state: str
    not_before: datetime
    expires_at: datetime | None
    variant: str
    error: str

    @property
    def is_over(self) -> bool:
        """Nothing more of this kind is planned for the visit: it left, or was refused when it was about to."""
        if self.state == State.CANCELLED:
            return self.error != WITHDRAWN
        return self.state != State.PENDING

    def is_planned(self, now: datetime) -> bool:
        """Whether it is for later: what is due belongs to the senders."""
        return self.state == State.PENDING and self.not_before > now

    def differs(self, wanted: Reminder) -> bool:
        """Whether it is planned otherwise, or not at all."""
        mine = (self.state, self.not_before, self.expires_at, self.variant)
        return mine != (State.PENDING, wanted.not_before, wanted.expires_at, wanted.variant)


class _Line(NamedTuple):
    """One service as it was booked."""

    name_fr: str
    name_en: str
    answers: list[dict[str, str]]
    minutes: int
    price: int | None
    skill: str


@dataclass(frozen=True)
class _Wish:
    """What a visit is to get, with the facts that its payload has beside the visit's own."""

    visit: Appointment
    reminders: list[Reminder]
    lines: list[_Line]
    facts: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def payload(self) -> dict[str, Any]:
        return message_payload(self.visit, lines=self.lines) | self.facts


def plan_all(*, dealership: Dealership, kinds: Collection[str] = (), now: datetime | None = None) -> Planned:
    """Make what is planned about the dealership's visits what its cadences say, of these kinds or of every one.

    Only what is not due yet changes. One short transaction for 500 visits, whose rows are locked meanwhile: what a
    customer does at that moment comes before it or after it. Safe to run again, at the same time, and when it is cut.
    """
    moment = now or clock.now()
    chosen = {name: when for name, when in cadences_of(dealership).items() if name in (kinds or KINDS)}
    before = {name: when for name, when in chosen.items() if KINDS[name].anchor is Anchor.START}
    after = {name: when for name, when in chosen.items() if KINDS[name].anchor is Anchor.COMPLETED}
    total = Planned()
    if before:
        total += _plan_to_come(dealership, before, moment)
    if after:
        for visits in _in_batches(dealership, _lately_done(moment)):
            total += _plan(_after(visits, after), after, moment)
    return total


def _plan_to_come(dealership: Dealership, cadences: Mapping[str, When], now: datetime) -> Planned:
    """Many visits by two hands, each with a connection of its own: while one waits for the database, the other plans."""
    which = _to_come(now)
    mine = Appointment.objects.filter(which, dealership=dealership).order_by("pk")
    count = mine.count()
    if count < MANY:
        return _plan_these(dealership, which, cadences, now)
    middle = mine.values_list("pk", flat=True)[count // 2]
    halves = [which & Q(pk__lt=middle), which & Q(pk__gte=middle)]
    with ThreadPoolExecutor(len(halves)) as hands:
        planned = [hands.submit(_with_own_connection, dealership, half, cadences, now) for half in halves]
        return sum((one.result() for one in planned), Planned())


def _with_own_connection(
    dealership: Dealership, which: Q, cadences: Mapping[str, When], now: datetime
) -> Planned:
    try:
        return _plan_these(dealership, which, cadences, now)
    finally:
        connection.close()


def _plan_these(dealership: Dealership, which: Q, cadences: Mapping[str, When], now: datetime) -> Planned:
    total = Planned()
    for visits in _in_batches(dealership, which):
        total += _plan(_before(visits, cadences, now), cadences, now)
    return total


def _to_come(now: datetime) -> Q:
    # One that has begun may still be expected.
    return Q(status__in=UPCOMING, starts_at__gt=now - timedelta(days=1))


def _lately_done(now: datetime) -> Q:
    return Q(status=Status.COMPLETED, starts_at__gt=now - AFTER)


def _in_batches(dealership: Dealership, which: Q) -> Iterator[list[Appointment]]:
    """The visits in batches, each locked in a transaction that ends when the next one is asked for."""
    last, more = 0, True
    while more:
        with transaction.atomic():
            visits = list(_visits(dealership, which & Q(pk__gt=last))[:BATCH])
            _complete(visits, dealership)
            if visits:
                yield visits
                last = visits[-1].pk
        more = len(visits) == BATCH


def _visits(dealership: Dealership, which: Q) -> QuerySet[Appointment]:
    mine = Appointment.objects.filter(which, dealership=dealership).order_by("pk")
    return mine.select_for_update(no_key=True)


def _complete(visits: list[Appointment], dealership: Dealership) -> None:
    """Read what the payloads tell beside the visits' own rows and lines. Few people are read once for all."""
    for visit in visits:
        visit.dealership = dealership
    prefetch_related_objects(visits, "advisor")
    prefetch_related_objects([visit for visit in visits if not visit.vehicle_title], "vehicle")


def _lines_of(visits: list[Appointment]) -> dict[int, list[_Line]]:
    """The lines as values: a hundred thousand visits have many, and nothing is done to them."""
    rows = AppointmentLine.objects.filter(appointment__in=visits).order_by("position", "id")
    found: dict[int, list[_Line]] = defaultdict(list)
    for pk, *row in rows.values_list("appointment", *_Line._fields[:-1], "service__skill"):
        found[pk].append(_Line(*row))
    return found


def _before(visits: list[Appointment], cadences: Mapping[str, When], now: datetime) -> list[_Wish]:
    agreed, lines = agreements_of(visits, now=now), _lines_of(visits)
    return [
        _Wish(
            visit,
            plan_reminders(visit, cadences, now=visit.created_at, agreed_at=agreed[visit.pk]),
            lines.get(visit.pk, []),
        )
        for visit in visits
    ]


def _after(visits: list[Appointment], cadences: Mapping[str, When]) -> list[_Wish]:
    completed, lines = completions_of(visits), _lines_of(visits)
    prefetch_related_objects(visits, "lines__service")
    return [
        _Wish(
            visit,
            _aftercare(visit, cadences, done),
            lines.get(visit.pk, []),
            {"completed_at": done.isoformat()},
        )
        for visit in visits
        if (done := completed.get(visit.pk))
    ]


def _aftercare(visit: Appointment, cadences: Mapping[str, When], done: datetime) -> list[Reminder]:
    return [
        reminder
        for name, when in cadences.items()
        if name in follow_ups(visit)
        for reminder in anchored(KINDS[name], when, visit, done)
    ]


def _plan(wishes: Sequence[_Wish], kinds: Collection[str], now: datetime) -> Planned:
    """Compare what is wanted with what is stored, and write the difference."""
    stored = _stored(wishes, kinds)
    new: dict[int, list[Plan]] = defaultdict(list)
    changed: list[tuple[_Row, Reminder, dict[str, Any]]] = []
    kept: set[UUID] = set()
    for wish in wishes:
        for one in wish.reminders:
            rows = stored.get((wish.visit.about, wish.visit.version, one.kind), ())
            row = next((row for row in rows if row.channel == one.channel), None)
            if row:
                kept.add(row.pk)
            # One whose moment has passed is not planned; what was planned for later than that stays.
            if one.not_before <= now or any(row.is_over for row in rows):
                continue
            if row is None:
                new[wish.visit.pk].append(
                    Plan(one.kind, one.channel, one.not_before, one.expires_at, one.variant)
                )
            elif row.differs(one):
                changed.append((row, one, wish.payload))
    made = _make(wishes, new)
    gone = [row.pk for rows in stored.values() for row in rows if row.is_planned(now) and row.pk not in kept]
    return Planned(made, _change(changed), _withdraw(gone))


def _stored(wishes: Sequence[_Wish], kinds: Collection[str]) -> dict[Key, list[_Row]]:
    of_visits = Message.objects.filter(about__in=[wish.visit.about for wish in wishes], kind__in=kinds)
    rows = of_visits.values_list("about", "version", "kind", *_Row._fields)
    found: dict[Key, list[_Row]] = defaultdict(list)
    for about, version, kind, *row in rows:
        found[about, version, kind].append(_Row._make(row))
    return found


def _make(wishes: Sequence[_Wish], new: Mapping[int, list[Plan]]) -> int:
    subjects = [_subject(wish, new[wish.visit.pk]) for wish in wishes if wish.visit.pk in new]
    return plan_in_bulk(wishes[0].visit.dealership, subjects) if subjects else 0


def _subject(wish: _Wish, plans: list[Plan]) -> Subject:
    visit = wish.visit
    addresses = {str(Channel.SMS): visit.contact_phone, str(Channel.EMAIL): visit.contact_email}
    return Subject(
        visit.about, visit.version, visit.customer_id, addresses, visit.language, wish.payload, plans
    )


def _change(changed: Sequence[tuple[_Row, Reminder, dict[str, Any]]]) -> int:
    if not changed:
        return 0
    columns: list[Any] = [
        [row.pk for row, _one, _payload in changed],
        [one.not_before for _row, one, _payload in changed],
        [one.expires_at for _row, one, _payload in changed],
        [one.variant for _row, one, _payload in changed],
        [json.dumps(payload) for _row, _one, payload in changed],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, columns)
        return int(cursor.rowcount)


def _withdraw(gone: Sequence[UUID]) -> int:
    if not gone:
        return 0
    planned = Message.objects.filter(pk__in=gone, state=State.PENDING)
    return planned.update(state=State.CANCELLED, error=WITHDRAWN)
