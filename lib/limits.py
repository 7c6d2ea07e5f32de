"""Rate limits that count in Valkey, and in this process's memory while Valkey does not answer.

A limiter that is down must neither block the booking nor open the door: each process then counts alone.
"""

from __future__ import annotations

import functools
import hashlib
import ipaddress
import logging
import time
from collections.abc import Callable, Collection
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

PATIENCE = 0.2  # seconds that a request waits for Valkey
PAUSE = 5.0  # seconds without asking it again once it failed
TOO_MANY = _("Too many tries in a short time. Please wait a little, then try again.")


def allow(name: str, key: str, rate: str) -> bool:
    """Count one try by ``key`` at ``name`` and say whether ``rate`` ("20/minute", "3/hour;10/day") allows it.

    Keys are stored hashed; an IPv6 address counts with its whole /64, which is one subscriber.
    """
    if settings.RATE_LIMITS == "off":
        return True
    bucket = hashlib.sha256(_subscriber(key).encode()).hexdigest()[:32]
    counters = _counters(settings.RATE_LIMIT_STORAGE_URL)
    return all(counters.hit(item, name, bucket) for item in parse_many(rate))


def client_ip(request: HttpRequest) -> str:
    """The client's address, empty if unknown.

    X-Forwarded-For is read only as far as our own proxies wrote it (settings.TRUSTED_PROXY_COUNT, counted
    from the right); what stands before that is the client's own word.
    """
    proxies: int = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and (address := _address(forwarded[-proxies])):
        return address
    return _address(request.META.get("REMOTE_ADDR", ""))


def exempt(request: HttpRequest) -> bool:
    """Whether limits spare this request: all when "off", the machine's own clients in the demo."""
    if settings.RATE_LIMITS == "demo":
        address = client_ip(request)
        return bool(address) and ipaddress.ip_address(address).is_loopback
    return bool(settings.RATE_LIMITS == "off")


def too_many(request: HttpRequest) -> HttpResponse:
    """The usual refusal: 429.html, or JSON for who prefers it."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"code": "too_many_requests", "message": str(TOO_MANY)}, status=429)
    return HttpResponse(render_to_string("429.html", {"message": TOO_MANY}, request), status=429)


def limited(
    name: str,
    rate: str,
    *,
    key: Callable[[HttpRequest], str] = client_ip,
    refuse: Callable[[HttpRequest], HttpResponseBase] = too_many,
    methods: Collection[str] = (),
) -> Callable[[View[P]], View[P]]:
    """Decorate a view to allow ``rate`` per ``key``; beyond it answers ``refuse(request)`` with Retry-After.

    ``methods`` narrows what is counted, e.g. ``{"POST"}``; empty means every request.
    """
    longest = max(item.get_expiry() for item in parse_many(rate))

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            counted = not methods or request.method in methods
            if not counted or exempt(request) or allow(name, key(request), rate):
                return view(request, *args, **kwargs)
            response = refuse(request)
            response.headers.setdefault("Retry-After", str(longest))
            return response

        return wrapper

    return decorate


class _Counters:
    """Moving windows, shared when possible."""

    def __init__(self, url: str) -> None:
        self.own = MovingWindowRateLimiter(MemoryStorage())
        self.shared = MovingWindowRateLimiter(_valkey(url)) if _shares(url) else None
        self.paused_until = 0.0

    def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        if self.shared and time.monotonic() >= self.paused_until:
            try:
                return self.shared.hit(item, *identifiers)
            except (RedisError, OSError) as error:
                self.paused_until = time.monotonic() + PAUSE
                logger.warning("rate limits count in memory for %s s: %s", PAUSE, error)
        return self.own.hit(item, *identifiers)


@functools.cache
def _counters(url: str) -> _Counters:
    return _Counters(url)


def _shares(url: str) -> bool:
    return url.startswith(("redis", "unix:"))


def _valkey(url: str) -> RedisStorage:
    # Celery writes a socket's address as redis+socket://, the client as unix://.
    address = url.replace("redis+socket://", "unix://").replace("redis+unix://", "unix://")
    pool = ConnectionPool.from_url(
        address,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),  # the client's default waits seconds before it gives up
    )
    return RedisStorage(address, connection_pool=pool)


def _address(text: str) -> str:
    """A clean IP address, or nothing; an IPv4 address written as IPv6 counts as IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _subscriber(key: str) -> str:
    try:
        address = ipaddress.IPv6Address(key)
    except ValueError:
        return key
    return str(ipaddress.ip_network((int(address), 64), strict=False))
