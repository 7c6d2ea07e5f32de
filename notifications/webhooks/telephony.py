"""What a telephone system posts: that nobody answered a call (docs/messages.md)."""

from __future__ import annotations

from collections.abc import Sequence

from notifications.models import WebhookKind
from notifications.webhooks.base import Post, Told, moment_of, number_of, read_signed, text_of

MISSED = "missed_call"


def read_call(post: Post, secrets: Sequence[str]) -> Told | None:
    """A missed call; None for another event, and for a caller without a number. Raises ForgedError or UnreadableError."""
    told = read_signed(post, secrets)
    event_id, event = text_of(told, "id"), text_of(told, "event")
    caller, is_person = number_of(text_of(told, "from", needed=False, limit=40))
    called = number_of(text_of(told, "to", limit=40))[0]
    if event != MISSED or not is_person:
        return None
    return Told(event_id, WebhookKind.CALL, {"from": caller, "to": called, "at": moment_of(told, "at")})
