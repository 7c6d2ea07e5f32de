"""Keeping to a provider's rate: one row a sender, shared by all workers, which moves on with each message.

Slots are taken only when they come within a second. So nothing that waits holds a slot ahead of what comes later and
is more urgent, and no slot is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from notifications.models import Channel, Pace
from notifications.transports.base import Transport

# How long a sender may wait for its slot, in all of a batch: what somebody waits for may have come meanwhile.
PATIENCE = timedelta(seconds=1)
# A sender whose next slot is further off than this is taken after all others.
BUSY = timedelta(milliseconds=500)

_TAKE = """
INSERT INTO notifications_pace AS pace (sender, next_at)
VALUES (%(sender)s, clock_timestamp() + %(interval)s)
ON CONFLICT (sender) DO UPDATE SET next_at = GREATEST(pace.next_at, clock_timestamp()) + %(interval)s
WHERE pace.next_at <= clock_timestamp() + %(patience)s
RETURNING next_at - %(interval)s - clock_timestamp()
"""
_ASK = "SELECT next_at - clock_timestamp() FROM notifications_pace WHERE sender = %(sender)s"


def pace_key(provider: str, sender: str) -> str:
    """The row's key; a sender is a number or an address."""
    return f"{provider}:{sender}"[:80]


def take_slot(key: str, *, interval: timedelta, patience: timedelta = PATIENCE) -> tuple[bool, timedelta]:
    """Take the sender's next slot if it comes within `patience`: (True, how long to wait for it).

    Otherwise (False, how far off it is), and the slot stays free.
    """
    values: dict[str, Any] = {"sender": key, "interval": interval, "patience": max(patience, timedelta(0))}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if row := cursor.fetchone():
            return True, max(row[0], timedelta(0))
        cursor.execute(_ASK, values)
        row = cursor.fetchone()
    return False, max(row[0], timedelta(0)) if row else timedelta(0)


def busy_senders(transports: Mapping[str, Transport]) -> set[str]:
    """The text-message senders that are at their rate's end for the next half second."""
    transport = transports.get(Channel.SMS)
    if transport is None or transport.rate is None:
        return set()
    prefix = pace_key(transport.name, "")
    keys: Iterable[str] = Pace.objects.filter(
        sender__startswith=prefix, next_at__gt=Now() + BUSY
    ).values_list("sender", flat=True)
    return {key.removeprefix(prefix) for key in keys}
