"""Keys that make a repeat harmless: what was asked under a key, and the first answer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from booking.errors import IdempotencyMismatch
from booking.models import IdempotencyRecord


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key within a scope (a browser session, an API client), with what it stands for."""

    scope: str
    key: str
    fingerprint: str


def fingerprint(asked: Any) -> str:
    """SHA-256 of a JSON-able value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def first_answer(key: Key | None) -> IdempotencyRecord | None:
    """The record of an earlier, finished use of the key, or None.

    Raises IdempotencyMismatch when the key stood for something else.
    """
    if key is None:
        return None
    record = (
        IdempotencyRecord.objects.filter(scope=key.scope, key=key.key, appointment__isnull=False)
        .select_related("appointment")
        .first()
    )
    if record and record.fingerprint != key.fingerprint:
        raise IdempotencyMismatch
    return record
