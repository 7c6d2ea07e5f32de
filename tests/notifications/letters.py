"""Payloads and rows as booking writes them; the facts are those of the samples that the desk reviews."""

from datetime import timedelta

from lib import clock
from notifications.models import Channel, Message
from notifications.samples import STARTS, due, invitation, offered, payload_of, season, thread, visit, waiting

__all__ = [
    "STARTS", "due", "invitation", "letter", "offered", "payload_of", "season", "thread", "visit", "waiting",
]  # fmt: skip


def letter(kind="confirmation", channel=Channel.EMAIL, **fields):
    """An unsaved message, due now."""
    fields.setdefault("payload", payload_of(kind))
    fields.setdefault("about", "appointment:K4T7QFX")
    fields.setdefault("version", 1)
    key = f"{fields['about']}:{fields['version']}:{kind}:{channel}"
    return Message(
        dedupe_key=fields.pop("dedupe_key", key),
        kind=kind,
        channel=channel,
        to=fields.pop("to", "+14505550142" if channel == Channel.SMS else "luc@example.com"),
        language=fields.pop("language", "fr"),
        next_try_at=fields.pop("next_try_at", clock.now() - timedelta(seconds=1)),
        **fields,
    )
