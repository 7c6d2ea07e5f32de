"""Secrets in links, and the short references that people read to each other.

A manage link's token is computed, never stored: the database keeps a random nonce, and the digest to look
the token up by. A stolen database opens no link without SECRET_KEY, and every link can still be written
again in a later message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator

from django.conf import settings

TOKEN_LENGTH = 22
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

# 27 characters, 7 places: 33.3 bits, so one guess among 100,000 live references hits once in 105,000
# (p < 1e-5). Nothing looks like something else: what is missing is folded on reading.
REFERENCE_ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"  # pragma: allowlist secret
REFERENCE_LENGTH = 7
_READ_AS = str.maketrans("SZBUO0", "528VQQ")
_REFERENCE = re.compile(rf"[{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}}")


def new_nonce() -> str:
    """144 random bits as base64url, to keep beside the thing that a token opens."""
    return secrets.token_urlsafe(18)


def token_for(nonce: str, *, purpose: str) -> str:
    """The token of this nonce for this purpose: 22 base64url characters, 132 bits of an HMAC-SHA256."""
    return _token(settings.SECRET_KEY, nonce, purpose)


def tokens_for(nonce: str, purpose: str) -> Iterator[str]:
    """The token under the present key, then under each key that is being rotated out."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _token(key, nonce, purpose)


def digest(token: str) -> str:
    """The SHA-256 to store and look up by, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Whether the text has a token's shape; saves a query for what never was one."""
    return _TOKEN.fullmatch(text) is not None


def new_reference() -> str:
    """A random appointment reference of 7 characters, as stored; the caller retries a collision."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def normalize_reference(text: str) -> str:
    """A reference as stored, from what somebody typed or heard; empty if it cannot be one."""
    bare = re.sub(r"[\s\-\u2010-\u2015\u2212]+", "", text[:40])
    reference = bare.upper().translate(_READ_AS)
    return reference if _REFERENCE.fullmatch(reference) else ""


def show_reference(reference: str) -> str:
    """``K4T7QFX`` as ``K4T-7QFX``: two bites to read aloud."""
    return f"{reference[:3]}-{reference[3:]}"


def _token(key: str | bytes, nonce: str, purpose: str) -> str:
    secret = key.encode() if isinstance(key, str) else key
    mac = hmac.new(secret, f"{purpose}|{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode()[:TOKEN_LENGTH]
