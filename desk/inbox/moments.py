"""When something came in, on our own clock: the order of a thread. Calculates, never writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.models import Incoming

# A provider's moments have whole seconds, and its clock may be a little ahead of ours or behind it.
NEAR = timedelta(seconds=5)


def came_in_at(row: Incoming) -> datetime:
    """When we received it, so that it stands between what we had sent and what we answered.

    The provider's moment counts for what reached us much later than it was written, and where ours is kept no more.
    """
    received = row.event.received_at if row.event else None
    return row.at if received is None or received - row.at > NEAR else received
