"""The ways out, chosen by the scheme of EMAIL_URL and SMS_URL."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Channel
from notifications.transports.base import Transport
from notifications.transports.demo import DemoTransport
from notifications.transports.email_smtp import PORTS, SmtpTransport

SETTINGS = {Channel.EMAIL: "EMAIL_URL", Channel.SMS: "SMS_URL"}


def transport_for(channel: str) -> Transport | None:
    """The channel's transport, or None when the channel is not used (`none://`)."""
    name = SETTINGS[Channel(channel)]
    return _transport(name, getattr(settings, name))


@lru_cache
def _transport(name: str, url: str) -> Transport | None:
    parts = urlsplit(url)
    if parts.scheme == "demo":
        return DemoTransport()
    if parts.scheme == "none":
        return None
    if name == "EMAIL_URL" and parts.scheme in PORTS:
        return SmtpTransport(parts)
    known = ["demo://", "none://"] + ([f"{scheme}://" for scheme in PORTS] if name == "EMAIL_URL" else [])
    raise ImproperlyConfigured(f"{name} starts with {parts.scheme}://; it must be one of {', '.join(known)}.")
