"""Our own signature for machines: HMAC-SHA256 over `timestamp.body`, as docs/messages.md has it."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterable

KEY, TIMESTAMP, SIGNATURE = "X-Creneau-Key", "X-Creneau-Timestamp", "X-Creneau-Signature"
# Seconds that a signed request stays good for, before and after: clocks differ.
TOLERANCE = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(key: str, secret: str, body: bytes) -> dict[str, str]:
    """The headers of a request that is sent now."""
    timestamp = str(int(time.time()))
    return {KEY: key, TIMESTAMP: timestamp, SIGNATURE: sign(secret, timestamp, body)}


def is_signed(secrets: Iterable[str], timestamp: str, signature: str, body: bytes) -> bool:
    """Whether one of the secrets signed this body within five minutes; in constant time."""
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    given = signature.encode(errors="replace")
    matches = [
        hmac.compare_digest(sign(secret, timestamp, body).encode(), given) for secret in secrets if secret
    ]
    return any(matches)
