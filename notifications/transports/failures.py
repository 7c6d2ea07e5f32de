"""What a failed HTTP call of a provider leaves us with: whether the request can have been heard at all."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from lib import clock
from notifications.transports.base import CONNECT_SECONDS, READ_SECONDS, Failure

TIMEOUT = (CONNECT_SECONDS, READ_SECONDS)
# A longer silence is our own decision (the breaker's), not the provider's.
LONGEST_RETRY_AFTER = timedelta(hours=1)

# Refused while shaking hands; what TLS says later comes after the request.
_HANDSHAKE = ("CERTIFICATE_VERIFY_FAILED", "HANDSHAKE_FAILURE", "WRONG_VERSION_NUMBER", "PROTOCOL_VERSION")


def failure_of(error: BaseException) -> Failure:
    """REFUSED when there was no connection to send anything on; AMBIGUOUS for everything later."""
    return Failure.REFUSED if any(map(_is_before_sending, _causes(error))) else Failure.AMBIGUOUS


def read_retry_after(text: str | None) -> timedelta | None:
    """A Retry-After header: seconds, or a date (RFC 9110, 10.2.3); None when there is none that makes sense."""
    if not text:
        return None
    try:
        pause = (
            timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text) - clock.now()
        )
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(pause, timedelta(0)), LONGEST_RETRY_AFTER)


def _is_before_sending(error: BaseException) -> bool:
    if isinstance(error, ssl.SSLError):
        return any(word in (error.reason or "") for word in _HANDSHAKE)
    before = (NewConnectionError, ConnectTimeoutError, ProxyError, requests.exceptions.InvalidURL)
    return isinstance(error, before)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of: requests and urllib3 wrap each other's in arguments and in `reason`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
