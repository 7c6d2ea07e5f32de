"""Taking messages to send, so that no two senders hold the same one. Leases use the database's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Now

from notifications.kinds import SYSTEM_STARTED
from notifications.models import Message, State

BATCH = 20
# Longer than the slowest call to a provider; a sender that is silent for longer is taken for dead.
LEASE = timedelta(seconds=90)

_WHAT_SOMEBODY_WAITS_FOR_FIRST = Case(When(kind__in=SYSTEM_STARTED, then=1), default=0)


@transaction.atomic(durable=True)
def claim_due_messages() -> list[Message]:
    """Up to 20 due messages, now `sending` under a lease of 90 s; committed before it returns."""
    due = (
        Message.objects.filter(state=State.PENDING, next_try_at__lte=Now())
        .order_by(_WHAT_SOMEBODY_WAITS_FOR_FIRST, "next_try_at")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("dealership")
    )
    batch = list(due[:BATCH])
    Message.objects.filter(pk__in=[message.pk for message in batch]).update(
        state=State.SENDING,
        lease_generation=F("lease_generation") + 1,
        lease_until=Now() + LEASE,
        called_at=None,
    )
    for message in batch:
        message.lease_generation += 1
    return batch


def start_call(message: Message) -> bool:
    """Note that the provider is called now, and renew the lease; False when the message is no longer ours."""
    started = (
        held(message)
        .filter(called_at=None)
        .update(called_at=Now(), lease_until=Now() + LEASE, attempts=F("attempts") + 1)
    )
    message.attempts += started
    return bool(started)


def release(messages: Iterable[Message]) -> None:
    """Give back claimed messages whose provider was not called."""
    for message in messages:
        held(message).filter(called_at=None).update(state=State.PENDING, lease_until=None)


def held(message: Message) -> QuerySet[Message]:
    """The message's row, as long as this claim of it stands: the fence for every write of a sender."""
    return Message.objects.filter(
        pk=message.pk, lease_generation=message.lease_generation, state=State.SENDING
    )
