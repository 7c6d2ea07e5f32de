"""What a page shows, and which status it has, when an action refuses."""

from __future__ import annotations

from typing import Any

from booking.actions.book import AlreadyBooked
from booking.actions.retry import Busy
from booking.errors import NotPossible, SlotTaken, Stale
from booking.views.words import start_words
from dealerships.models import Dealership
from lib.errors import Refusal


def status_of(refusal: Refusal) -> int:
    """409 for what somebody else's act made impossible, 503 while too many ask at once, 422 for the rest."""
    if isinstance(refusal, Busy):
        return 503
    return 409 if isinstance(refusal, SlotTaken | Stale | NotPossible | AlreadyBooked) else 422


def refusal_context(refusal: Refusal | None, dealership: Dealership) -> dict[str, Any]:
    """The sentence, and up to three open starts near the one that was lost."""
    if refusal is None:
        return {"refusal": "", "alternatives": []}
    starts = refusal.alternatives if isinstance(refusal, SlotTaken) else []
    return {
        "refusal": str(refusal),
        "alternatives": [start_words(one.starts_at, one.ready_at, dealership.zone) for one in starts],
    }
