"""Text messages through a gateway that speaks our own signed protocol (docs/messages.md)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Message, Suppression
from notifications.render import Rendered
from notifications.transports.base import Failure, Known, Transport, TransportError
from notifications.transports.failures import read_retry_after
from notifications.transports.http import Answer, call
from notifications.transports.signing import signed_headers
from notifications.transports.urls import options_of, password_of, rate_of, user_of

SCHEMES = ("gateway", "gateway+http")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What a gateway says about a number, in its answers and in its status callbacks.
REASONS = {
    "opted_out": Suppression.Reason.ASKED,
    "invalid_number": Suppression.Reason.UNREACHABLE,
}


class GatewayTransport(Transport):
    """Our own protocol (docs/messages.md) over https, or over plain http with `gateway+http` on this machine."""

    name = "gateway"

    def __init__(self, url: SplitResult) -> None:
        """ImproperlyConfigured, in a sentence, when something is missing."""
        options = options_of(url)
        self.key, self.secret, self.base = user_of(url), password_of(url), _base(url, options)
        self.secrets = [self.secret, options.get("next_secret", "")]
        self.default_sender = options.get("from", "")
        self.rate = rate_of(options, default=None)
        if not (self.key and self.secret and url.hostname and self.default_sender):
            raise ImproperlyConfigured(
                "SMS_URL names a gateway; it must be gateway://KEY:SECRET@host/?from=+1450…"  # pragma: allowlist secret
            )

    def send(self, message: Message, rendered: Rendered) -> str:
        body = json.dumps(self._order(message, rendered)).encode()
        answer = self._call("POST", "/messages", body, **{"Idempotency-Key": str(message.pk)})
        if not answer.is_success:
            raise _refusal(answer)
        reference = answer.told.get("reference")
        if not isinstance(reference, str) or not reference:
            raise TransportError("the gateway's answer can't be read", Failure.AMBIGUOUS)
        return reference

    def look_up(self, message: Message, rendered: Rendered) -> Known:  # noqa: ARG002
        try:
            answer = self._call("GET", f"/messages/{message.pk}", b"")
        except TransportError:
            return Known.UNKNOWN
        if answer.status == HTTPStatus.NOT_FOUND:
            # Only the gateway's own words are proof; a proxy's page is not.
            return Known.ABSENT if answer.told.get("id") == str(message.pk) else Known.UNKNOWN
        if answer.status != HTTPStatus.OK or not answer.told.get("reference"):
            return Known.UNKNOWN
        return Known.DELIVERED if answer.told.get("status") == "delivered" else Known.ACCEPTED

    def _order(self, message: Message, rendered: Rendered) -> dict[str, Any]:
        return {
            "id": str(message.pk),
            "from": self.sender_for(message),
            "to": message.to,
            "text": rendered.sms,
            "callback": f"{settings.PUBLIC_URL}/hooks/sms/gateway/status/",
            "expires_at": message.expires_at.isoformat() if message.expires_at else None,
        }

    def _call(self, method: str, path: str, body: bytes, **headers: str) -> Answer:
        signed = signed_headers(self.key, self.secret, body)
        return call(method, self.base, path, body, {"Content-Type": "application/json", **signed, **headers})


def _base(url: SplitResult, options: dict[str, str]) -> SplitResult:
    if url.scheme == "gateway+http" and url.hostname not in LOOPBACK and options.get("plain") != "1":
        raise ImproperlyConfigured(
            "SMS_URL starts with gateway+http://, which sends names and numbers in the clear: use gateway://, or add "
            "plain=1 when the way to that host is safe by other means."
        )
    scheme = "https" if url.scheme == "gateway" else "http"
    return urlsplit(f"{scheme}://{url.netloc.rpartition('@')[2]}{url.path}")


def _refusal(answer: Answer) -> TransportError:
    reason = str(answer.told.get("error") or "")[:100]
    text = f"the gateway answered {answer.status} {reason}".rstrip()
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return TransportError(text, Failure.PERMANENT, suppress=REASONS.get(reason))
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.CONFLICT:
        return TransportError(text, Failure.AMBIGUOUS)
    # 429, and what is wrong with our own set-up: the operator mends it, and the message still goes.
    pause = read_retry_after(answer.headers.get("Retry-After"))
    return TransportError(text, Failure.REFUSED, retry_after=pause)
