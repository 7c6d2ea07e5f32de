"""Destroying what its time is over for, in small batches, with a line in the register for each rule that removed any."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.actions.anonymise import anonymise_entries, anonymise_visits
from booking.actions.erase import forget_people
from booking.models import Appointment, CallRequest, EntryState, Status, WaitListEntry
from booking.retention import RULES
from customers.actions.destruction import destruction
from customers.consents import given_consents
from customers.models import ERASED_NAME, AccessRecord, ConsentEvent, Customer, RetentionRun
from lib import clock
from notifications.actions.forget import forget_messages
from notifications.models import Attempt, Conversation, Incoming, Message, State, WebhookEvent

logger = logging.getLogger(__name__)

BATCH = 500
# So that a first run after years does not hold up the worker for hours; the next day goes on.
MOST_BATCHES = 200
OVER = [State.ACCEPTED, State.DELIVERED, State.FAILED, State.CANCELLED, State.UNKNOWN, State.DEAD]
WITHOUT_WORK = [Status.CANCELLED, Status.NO_SHOW, Status.BOOKED, Status.CONFIRMED]


# Takes one batch: what is older than the first moment; the second is now.
Step = Callable[[datetime, datetime], int]


def apply_retention(*, now: datetime | None = None) -> dict[str, int]:
    """One run of every rule; how many rows each removed or anonymised, where any. Twice is harmless.

    A rule that fails is logged and does not hold up the others.
    """
    moment = now or clock.now()
    removed: dict[str, int] = {}
    for rule in RULES:
        step = STEPS.get(rule.name)
        if step is None:
            continue
        try:
            count = _run(step, rule.name, before=moment - rule.lasts, now=moment)
        except Exception:
            logger.exception("The retention rule %s failed.", rule.name)
            continue
        if count:
            removed[rule.name] = count
    return removed


def _run(step: Step, rule: str, *, before: datetime, now: datetime) -> int:
    """Batch by batch, each in a transaction of its own, then the line of the register."""
    total = 0
    for _batch in range(MOST_BATCHES):
        with destruction():
            count = step(before, now)
        total += count
        if count < BATCH:
            break
    if total:
        RetentionRun.objects.create(rule=rule, at=now, before=before, rows=total)
    return total


def _forget_kind(kind: str) -> Step:
    """No words and no address; what is still planned is long useless, and does not go."""

    def forget(before: datetime, _now: datetime) -> int:
        old = Message.objects.filter(kind=kind, created_at__lt=before).exclude(payload={}, to="")
        # What is being sent at this moment has its turn tomorrow.
        return forget_messages(Message.objects.filter(pk__in=_keys(old.exclude(state=State.SENDING))))

    return forget


def _empty_messages(before: datetime, _now: datetime) -> int:
    old = Message.objects.filter(created_at__lt=before, state__in=OVER).exclude(payload={})
    return Message.objects.filter(pk__in=_keys(old)).update(payload={})


def _delete_messages(before: datetime, _now: datetime) -> int:
    return _delete(Message.objects.filter(created_at__lt=before, state__in=OVER))


def _delete_incoming(before: datetime, _now: datetime) -> int:
    Conversation.objects.filter(last_at__lt=before).exclude(last_words="").update(last_words="")
    count = _delete(Incoming.objects.filter(at__lt=before))
    # A number that nobody knows is kept only beside what it wrote.
    Conversation.objects.filter(customer=None, last_at__lt=before, incoming=None).delete()
    return count


def _delete_events(before: datetime, _now: datetime) -> int:
    settled = WebhookEvent.objects.exclude(state=WebhookEvent.State.PENDING)
    return _delete(settled.filter(received_at__lt=before))


def _delete_attempts(before: datetime, _now: datetime) -> int:
    return _delete(Attempt.objects.filter(at__lt=before))


def _delete_looks(before: datetime, _now: datetime) -> int:
    return _delete(AccessRecord.objects.filter(at__lt=before))


def _anonymise_visits(before: datetime, _now: datetime) -> int:
    old = Appointment.objects.filter(ready_at__lt=before, status__in=WITHOUT_WORK)
    return anonymise_visits(visits=list(old.exclude(contact_name=ERASED_NAME).order_by("pk")[:BATCH]))


def _anonymise_entries(before: datetime, _now: datetime) -> int:
    over = WaitListEntry.objects.exclude(state=EntryState.WAITING).exclude(contact_name=ERASED_NAME)
    old = over.filter(Q(ended_at__lt=before) | Q(ended_at=None, created_at__lt=before))
    return anonymise_entries(entries=list(old.prefetch_related("offers").order_by("pk")[:BATCH]))


def _anonymise_calls(before: datetime, _now: datetime) -> int:
    old = CallRequest.objects.filter(done_at__lt=before).exclude(name=ERASED_NAME)
    return CallRequest.objects.filter(pk__in=_keys(old)).update(
        name=ERASED_NAME, phone="", vehicle="", wish="", outcome=""
    )


def _anonymise_customers(before: datetime, now: datetime) -> int:
    """Records of guests whom nothing kept any more ties to the group; who said yes to something stays."""
    tied = Appointment.objects.filter(customer=OuterRef("pk")).exclude(contact_name=ERASED_NAME)
    waits = WaitListEntry.objects.filter(customer=OuterRef("pk")).exclude(contact_name=ERASED_NAME)
    wrote = Conversation.objects.filter(customer=OuterRef("pk"), last_at__gte=before)
    idle = Customer.objects.filter(
        ~Exists(tied), ~Exists(waits), ~Exists(wrote), user=None, erased_at=None, created_at__lt=before
    ).filter(Q(served_at=None) | Q(served_at__lt=before), Q(inquired_at=None) | Q(inquired_at__lt=before))
    agreed = ConsentEvent.objects.filter(customer=OuterRef("pk"))
    keys = _keys(idle.filter(~Exists(agreed)))
    answered = idle.filter(Exists(agreed)).order_by("pk").iterator(chunk_size=BATCH)
    keys += islice((one.pk for one in answered if not given_consents([one], at=now)), BATCH - len(keys))
    # Locked, then asked again: who books at this moment has done so before, and is not idle, or waits until it is over.
    here = Customer.objects.filter(pk__in=keys).order_by("pk").select_for_update(skip_locked=True)
    locked = list(here.values_list("pk", flat=True))
    people = list(idle.filter(pk__in=locked))
    forget_people(customers=people, now=now)
    return len(people)


def _delete_consents(before: datetime, _now: datetime) -> int:
    return _delete(ConsentEvent.objects.filter(customer__erased_at__lt=before))


def _delete(rows: QuerySet[Any]) -> int:
    keys = _keys(rows)
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def _keys(rows: QuerySet[Any]) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


STEPS: dict[str, Step] = {
    "account_codes": _forget_kind("account_code"),
    "account_notices": _forget_kind("account_notice"),
    "message_words": _empty_messages,
    "messages": _delete_messages,
    "incoming": _delete_incoming,
    "webhook_events": _delete_events,
    "attempts": _delete_attempts,
    "access_records": _delete_looks,
    "visits_without_work": _anonymise_visits,
    "wait_list": _anonymise_entries,
    "calls": _anonymise_calls,
    "customers_without_work": _anonymise_customers,
    "consents": _delete_consents,
}
