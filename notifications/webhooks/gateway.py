"""What a gateway that speaks our own protocol posts (docs/messages.md)."""

from __future__ import annotations

from collections.abc import Sequence

from notifications.models import WebhookKind
from notifications.webhooks.base import (
    LONGEST_WORDS,
    Post,
    Told,
    UnreadableError,
    moment_of,
    read_signed,
    status_payload,
    text_of,
    text_payload,
)

STATUSES = ("accepted", "delivered", "failed")


def read_text(post: Post, secrets: Sequence[str]) -> Told:
    """A text message that came in. Raises ForgedError or UnreadableError."""
    told = read_signed(post, secrets)
    payload = text_payload(
        sender=text_of(told, "from", limit=40),
        to=text_of(told, "to", limit=40),
        words=text_of(told, "text", needed=False, limit=LONGEST_WORDS),
        at=moment_of(told, "at"),
        auto=told.get("auto") is True,
    )
    return Told(text_of(told, "event"), WebhookKind.TEXT, payload)


def read_status(post: Post, secrets: Sequence[str]) -> Told:
    """What became of a message of ours. Raises ForgedError or UnreadableError."""
    told = read_signed(post, secrets)
    status = text_of(told, "status")
    if status not in STATUSES:
        raise UnreadableError(status)
    payload = status_payload(
        message=text_of(told, "id", needed=False),
        reference=text_of(told, "reference", needed=False, limit=120),
        status=status,
        permanent=told.get("permanent") is True,
        reason=text_of(told, "reason", needed=False),
    )
    return Told(text_of(told, "event"), WebhookKind.STATUS, payload)
