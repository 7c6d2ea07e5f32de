"""Planning what hangs on the calendar and not on a click: next season's tires, and maintenance that comes due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from booking.due import DUE_KINDS, DueLetter, Given, agreed_channels, letters_due
from customers.consents import address_for, given_consents
from customers.models import Customer
from dealerships.models import Dealership
from lib import clock
from notifications.actions.apart import COMMERCIAL, OFFERS_APART
from notifications.actions.outbox import make_message, queue_messages
from notifications.cadence import cadences_of
from notifications.kinds import When
from notifications.models import Message, State
from notifications.payloads import dealership_payload

# So far ahead it is planned, for who looks what goes out; the scan comes back every few hours.
AHEAD = timedelta(days=3)
BATCH = 500


def plan_due_messages(*, dealership: Dealership, now: datetime | None = None) -> int:
    """Plan what the dealership's vehicles are due for in the coming days; how many messages were new.

    Only where consent stands, and one commercial message a person in thirty days. Safe to run again at any time:
    each letter has one key, and one that the customer was sent is not sent again.
    """
    moment = now or clock.now()
    cadences = cadences_of(dealership)
    return sum(_plan(dealership, kind, cadences[kind], moment) for kind in DUE_KINDS if cadences[kind].active)


def due_now(dealership: Dealership, kind: str, when: When, *, now: datetime) -> Iterator[DueLetter]:
    """The letters of a kind whose moment has come or comes soon, and is not over."""
    today = clock.local(now, dealership.zone).date()
    return (
        letter
        for letter in letters_due(dealership, kind, today=today)
        if now - when.lasts < letter.due(when) <= now + AHEAD
    )


def _plan(dealership: Dealership, kind: str, when: When, now: datetime) -> int:
    planned, letters = 0, due_now(dealership, kind, when, now=now)
    while batch := list(islice(letters, BATCH)):
        planned += _queue(_unasked(batch), when, now)
    return planned


@transaction.atomic
def _queue(letters: list[DueLetter], when: When, now: datetime) -> int:
    letters = _not_erased(letters)
    given = given_consents([letter.visit.customer for letter in letters], at=now)
    messages = [message for letter in letters for message in _messages(letter, when, given, now)]
    known = Message.objects.filter(dedupe_key__in=[message.dedupe_key for message in messages])
    before = set(known.values_list("dedupe_key", flat=True))
    queue_messages([message for message in messages if message.dedupe_key not in before])
    return len(messages) - len(before)


def _unasked(letters: Iterable[DueLetter]) -> list[DueLetter]:
    """One letter a person, to those who have had or are to get nothing commercial within the thirty days."""
    by_person: dict[int, DueLetter] = {}
    for letter in letters:
        by_person.setdefault(letter.visit.customer_id, letter)
    lately = Q(state=State.PENDING) | Q(sent_at__gt=clock.now() - OFFERS_APART)
    asked = Message.objects.filter(lately, customer__in=by_person, kind__in=COMMERCIAL)
    for customer in set(asked.values_list("customer", flat=True)):
        if customer is not None:
            del by_person[customer]
    return list(by_person.values())


def _not_erased(letters: list[DueLetter]) -> list[DueLetter]:
    """Without who was erased since they were read; until the transaction ends, nobody else is."""
    people = Customer.objects.filter(pk__in=[letter.visit.customer_id for letter in letters], erased_at=None)
    there = set(people.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return [letter for letter in letters if letter.visit.customer_id in there]


def _messages(letter: DueLetter, when: When, given: Given, now: datetime) -> Iterator[Message]:
    customer, dealership = letter.visit.customer, letter.visit.dealership
    due = letter.due(when)
    for channel in agreed_channels(customer, letter.kind, when, given):
        yield make_message(
            dealership=dealership,
            customer=customer,
            kind=letter.kind,
            channel=channel,
            to=address_for(customer, channel),
            language=customer.language,
            payload=due_payload(letter),
            about=letter.about,
            not_before=max(due, now),
            expires_at=due + when.lasts,
        )


def due_payload(letter: DueLetter) -> dict[str, Any]:
    """Everything that the templates about what is due need, as it is now."""
    visit, customer, vehicle = letter.visit, letter.visit.customer, letter.visit.vehicle
    return {
        "name": customer.name,
        # Another channel needs a consent of its own: there is no way around.
        "email": "",
        "language": customer.language,
        "zone": visit.zone,
        "dealership": dealership_payload(visit.dealership),
        "vehicle": visit.vehicle_words,
        "plate": visit.vehicle_plate,
        "make": vehicle.make,
        "model": vehicle.model,
        "year": str(vehicle.year or ""),
        "services": [
            {"code": item.code, "fr": item.fr, "en": item.en, "answers": {}, "minutes": item.minutes,
             "price": item.price}
            for item in letter.services
        ],
        "advisor": visit.advisor.name,
        **letter.facts,
    }  # fmt: skip
