"""Taking messages to send, so that no two senders hold the same one. Leases use the database's clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now

from notifications.kinds import SYSTEM_STARTED
from notifications.models import Channel, Message, State

BATCH = 20
# Longer than the slowest call to a provider; a sender that is silent for longer is taken for dead.
LEASE = timedelta(seconds=90)

_WHAT_SOMEBODY_WAITS_FOR_FIRST = Case(When(kind__in=SYSTEM_STARTED, then=1), default=0)


@transaction.atomic(durable=True)
def claim_due_messages(
    *, without: Collection[str] = (), busy: Collection[str] = (), default_sender: str = ""
) -> list[Message]:
    """Up to 20 due messages, now `sending` under a lease of 90 s; committed before it returns.

    Leaves alone the channels in `without`, whose provider rests. What would go from a number in `busy`, which has used
    up its rate, comes last; a dealership without a number of its own writes from `default_sender`.
    """
    due = (
        Message.objects.filter(state=State.PENDING, next_try_at__lte=Now())
        .order_by(*_order(busy, default_sender))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("dealership")
    )
    if without:
        due = due.exclude(channel__in=without)
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


def release(messages: Iterable[Message], *, next_try_at: datetime | None = None) -> None:
    """Give back claimed messages whose provider was not called; to be looked at again at `next_try_at`, or at once."""
    when = {} if next_try_at is None else {"next_try_at": next_try_at}
    for message in messages:
        held(message).filter(called_at=None).update(state=State.PENDING, lease_until=None, **when)


def held(message: Message) -> QuerySet[Message]:
    """The message's row, as long as this claim of it stands: the fence for every write of a sender."""
    return Message.objects.filter(
        pk=message.pk, lease_generation=message.lease_generation, state=State.SENDING
    )


def _order(busy: Collection[str], default_sender: str) -> list[Case | str]:
    """Who somebody waits for first, the oldest first; before that, whoever's sender is free."""
    order: list[Case | str] = [_WHAT_SOMEBODY_WAITS_FOR_FIRST, "next_try_at"]
    if not busy:
        return order
    from_busy = Q(dealership__sms_sender__in=[sender for sender in busy if sender])
    if default_sender in busy:
        from_busy |= Q(dealership__isnull=True) | Q(dealership__sms_sender="")
    return [Case(When(from_busy, channel=Channel.SMS, then=1), default=0), *order]
