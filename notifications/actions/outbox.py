"""Planning and withdrawing messages, inside the transaction of what they tell about."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Q

from customers.models import Customer
from dealerships.models import Dealership
from lib import clock
from notifications.actions.wake import wake
from notifications.kinds import kind_named
from notifications.models import Channel, Message, State

# Nobody has been told yet: planned, or claimed by a sender that has not called the provider.
NOT_CALLED = Q(state=State.PENDING) | Q(state=State.SENDING, called_at=None)
# Planned, then called off before anybody was told.
CALLED_OFF = Q(state=State.CANCELLED, sent_at=None)
# A text message that left and of which nobody has said yet that it arrived: it may still come back.
_ON_ITS_WAY = Q(state=State.ACCEPTED, channel=Channel.SMS) | Q(state=State.UNKNOWN, lease_until__isnull=False)
# Something may still be sent because of it: now, again, or by e-mail instead.
LIVE = Q(state__in=[State.PENDING, State.SENDING]) | _ON_ITS_WAY


class Letter(TypedDict, total=False):
    """What makes a message, by name; `about` with `version` names its subject, for which a kind goes once a channel."""

    dealership: Required[Dealership | None]
    kind: Required[str]
    channel: Required[str]
    to: Required[str]
    language: Required[str]
    payload: Required[dict[str, Any]]
    customer: Customer | None
    about: str
    version: int
    variant: str
    not_before: datetime | None
    expires_at: datetime | None


def queue_message(**letter: Unpack[Letter]) -> None:
    """Plan one message: `queue_messages` of one `make_message`."""
    queue_messages([make_message(**letter)])


def make_message(**letter: Unpack[Letter]) -> Message:
    """A message to queue, not stored yet. ValueError for a kind without words for the channel."""
    kind, channel = letter["kind"], letter["channel"]
    kind_named(kind, channel=channel)
    about, version = letter.get("about", ""), letter.get("version", 0)
    due = letter.get("not_before") or clock.now()
    return Message(
        **{**letter, "not_before": due},
        next_try_at=due,
        dedupe_key=f"{about}:{version}:{kind}:{channel}" if about else uuid.uuid4().hex,
    )


def queue_messages(messages: Sequence[Message]) -> None:
    """Plan messages in the caller's transaction; the senders are woken after its commit if one is due. Two queries.

    The same subject, version, kind and channel is planned once, however often this is called; one that was
    called off before it was sent is planned anew. Without a subject (`about`) each call plans a message.
    """
    if not messages:
        return
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    by_key = {message.dedupe_key: message for message in messages if message.about}
    called_off = (
        Message.objects.filter(CALLED_OFF, dedupe_key__in=by_key) if by_key else Message.objects.none()
    )
    for key in called_off.values_list("dedupe_key", flat=True):
        _revive(by_key[key])
    now = clock.now()
    if any(message.not_before <= now for message in messages):
        wake_after_commit()


@transaction.atomic(savepoint=False)
def withdraw_messages(about: str, *, keep: Collection[str] = (), channel: str = "") -> int:
    """Cancel what was planned about a subject and not sent yet, but for the kinds in `keep`; return how many.

    With `channel`, what goes by another one stays. Once the caller's transaction commits, no provider is
    called for them. What is being sent at this moment or has left can't be recalled: it expires, so that it is
    neither tried again nor replaced by an e-mail.
    """
    if not about:
        raise ValueError("a withdrawal needs a subject")
    subject = Message.objects.filter(about=about).exclude(kind__in=keep)
    if channel:
        subject = subject.filter(channel=channel)
    # Wait for senders that are writing down a result, so that what they queue instead is seen below.
    list(subject.filter(LIVE).order_by("pk").select_for_update().values_list("pk", flat=True))
    withdrawn = subject.filter(NOT_CALLED).update(state=State.CANCELLED, lease_until=None, error="withdrawn")
    subject.filter(LIVE).update(expires_at=F("created_at"))
    return withdrawn


def set_email_instead(about: str, *, email: str) -> None:
    """Where the text messages about a subject go when they can't arrive; nowhere when `email` is empty.

    In the caller's transaction, before it withdraws e-mails: a sender that is giving a text message up has
    then either queued its e-mail already, or reads the new address.
    """
    texts = Message.objects.filter(LIVE, about=about, channel=Channel.SMS)
    for message in texts.order_by("pk").select_for_update():
        message.payload["email"] = email
        message.save(update_fields=["payload"])


def _revive(message: Message) -> None:
    """Plan the stored row of the same key anew if it was called off unsent; any other is left alone.

    One statement: of two who do it at once, the second waits for the first and then finds it planned.
    """
    unsent = Message.objects.filter(CALLED_OFF, dedupe_key=message.dedupe_key)
    unsent.update(
        state=State.PENDING,
        to=message.to,
        language=message.language,
        payload=message.payload,
        customer_id=message.customer_id,
        variant=message.variant,
        not_before=message.not_before,
        next_try_at=message.next_try_at,
        expires_at=message.expires_at,
        attempts=0,
        called_at=None,
        error="",
    )


def wake_after_commit() -> None:
    """Wake the senders when the transaction commits; once, however many messages it planned."""
    callbacks = transaction.get_connection().run_on_commit
    if all(callback is not wake for _savepoints, callback, _robust in callbacks):
        transaction.on_commit(wake, robust=True)
