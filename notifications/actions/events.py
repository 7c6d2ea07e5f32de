"""What other machines tell us: taken in once, however often it is told, and worked on one by one."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from notifications.actions.wake import wake
from notifications.models import WebhookEvent, WebhookKind

logger = logging.getLogger(__name__)

TASK = "booking.work_on_events"
FIRST_PAUSE = timedelta(seconds=30)
MOST_TRIES = 5
LONGEST_ID = 200
# In one go, so that a loop that does other things too comes back to them.
MOST_AT_ONCE = 50

Handler = Callable[[WebhookEvent], None]

_INSERT = """
INSERT INTO notifications_webhookevent
    (provider, event_id, kind, payload, state, attempts, error, received_at, next_try_at)
VALUES (%s, %s, %s, %s, 'pending', 0, '', now(), now())
ON CONFLICT (provider, event_id) DO NOTHING
"""


class NotYetError(Exception):
    """The event can't be worked on yet: what it is about is still being written down."""


def take_in(provider: str, event_id: str, kind: WebhookKind, payload: dict[str, Any]) -> bool:
    """Store an event, once, and wake a worker after the commit; False when it was there already. One statement."""
    if len(event_id) > LONGEST_ID:
        event_id = sha256(event_id.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [provider, event_id, str(kind), json.dumps(payload)])
        new = bool(cursor.rowcount == 1)
    if new:
        transaction.on_commit(_wake_aside, robust=True)
    return new


def work_on_events(handlers: Mapping[str, Handler]) -> int:
    """Work on what came in and is due, at most 50 events; return how many were looked at.

    Each in a transaction of its own, by the handler of its kind, which writes to the database only. One whose handler
    fails leaves nothing behind and is tried again after 30 s, doubling; after the fifth time it is dead. It holds up
    no other.
    """
    count = 0
    while count < MOST_AT_ONCE and _work_on_one(handlers):
        count += 1
    return count


def _work_on_one(handlers: Mapping[str, Handler]) -> bool:
    event: WebhookEvent | None = None
    try:
        with transaction.atomic():
            event = _next_event(handlers)
            if event is None:
                return False
            handlers[event.kind](event)
            WebhookEvent.objects.filter(pk=event.pk).update(
                state=WebhookEvent.State.DONE, done_at=Now(), error=""
            )
    except Exception as error:
        # Without a database, nothing is known about this event; a deadlock, say, is the event's own.
        away = isinstance(error, (OperationalError, InterfaceError)) and not connection.is_usable()
        if event is None or away:
            raise
        _put_back(event, error)
    return True


def _next_event(handlers: Mapping[str, Handler]) -> WebhookEvent | None:
    waiting = WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING)
    # STOP after START is not START after STOP: one number's texts wait for each other, but not for one that failed.
    earlier = waiting.filter(
        kind=WebhookKind.TEXT, attempts=0, payload__from=OuterRef("payload__from"), pk__lt=OuterRef("pk")
    )
    due = waiting.filter(
        ~Exists(earlier) | ~Q(kind=WebhookKind.TEXT),
        next_try_at__lte=Now(),
        kind__in=[str(kind) for kind in handlers],
    )
    return due.order_by("next_try_at", "pk").select_for_update(skip_locked=True).first()


def _put_back(event: WebhookEvent, error: Exception) -> None:
    attempts = event.attempts + 1
    dead = attempts >= MOST_TRIES
    if dead or not isinstance(error, NotYetError):
        logger.error("Event %s (%s) failed, try %d.", event.pk, event.kind, attempts, exc_info=error)
    # Whoever took it again meanwhile has counted already.
    WebhookEvent.objects.filter(
        pk=event.pk, state=WebhookEvent.State.PENDING, attempts=event.attempts
    ).update(
        attempts=attempts,
        state=WebhookEvent.State.DEAD if dead else WebhookEvent.State.PENDING,
        next_try_at=Now() + FIRST_PAUSE * (1 << (attempts - 1)),
        error=repr(error)[:300],
    )


def _wake_aside() -> None:
    """The other machine waits for an answer, and shall not wait for our broker."""
    threading.Thread(target=partial(wake, TASK), daemon=True).start()
