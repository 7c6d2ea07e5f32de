"""What every reader of webhooks has in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib import clock
from lib.errors import Refusal
from lib.phones import parse_phone
from lib.text import without_controls
from notifications.models import WebhookKind
from notifications.transports.signing import SIGNATURE, TIMESTAMP, is_signed

LONGEST_WORDS = 2000
# What is outside is a clock that was never set: the year 1, 1970, 9999.
FIRST_YEAR, LAST_YEAR = 2020, 2100


class ForgedError(Exception):
    """Whoever posted this does not have the secret."""


class UnreadableError(Exception):
    """It is theirs, and makes no sense."""


@dataclass(frozen=True)
class Post:
    """One request as a reader needs it: `url` as the public sees it, headers by their usual names."""

    url: str
    body: bytes
    form: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """One event: its provider's id, and our own reading of it."""

    event_id: str
    kind: WebhookKind
    payload: dict[str, Any]


def read_signed(post: Post, secrets: Sequence[str]) -> dict[str, Any]:
    """The JSON object of a request that carries our own signature. Raises ForgedError or UnreadableError."""
    timestamp, signature = post.headers.get(TIMESTAMP, ""), post.headers.get(SIGNATURE, "")
    if not is_signed(secrets, timestamp, signature, post.body):
        raise ForgedError
    try:
        told = json.loads(post.body)
    except (ValueError, RecursionError):
        raise UnreadableError from None
    if not isinstance(told, dict):
        raise UnreadableError
    return told


def text_of(told: Mapping[str, Any], name: str, *, needed: bool = True, limit: int = 200) -> str:
    """A field as text without controls; UnreadableError when it is missing and needed, or no text."""
    value = told.get(name, "")
    if value is None:
        value = ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise UnreadableError(name)
    return without_controls(value, keep="\n").strip()[:limit]


def moment_of(told: Mapping[str, Any], name: str) -> str:
    """A moment as ISO text; now when there is none that can be read, or only the zero of somebody's clock."""
    now = clock.now()
    try:
        moment = datetime.fromisoformat(text_of(told, name, needed=False))
    except ValueError:
        return now.isoformat()
    is_real = moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR
    return (moment if is_real else now).isoformat()


def number_of(text: str) -> tuple[str, bool]:
    """(E.164, True), or what was given and False for what is no person's number: a short code, a name."""
    try:
        return parse_phone(text), True
    except Refusal:
        return text[:40], False


def text_payload(*, sender: str, to: str, words: str, at: str, auto: bool = False) -> dict[str, Any]:
    """A text message that came in; what no person's number sent counts as a machine's."""
    number, is_person = number_of(sender)
    return {
        "from": number,
        "to": number_of(to)[0],
        "words": words[:LONGEST_WORDS],
        "at": at,
        "auto": auto or not is_person,
    }


def status_payload(
    *, message: str, reference: str, status: str, permanent: bool, reason: str
) -> dict[str, Any]:
    """What became of a text message of ours."""
    return {
        "message": message,
        "reference": reference,
        "status": status,
        "permanent": permanent,
        "reason": reason,
    }
