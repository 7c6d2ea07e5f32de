"""The ways out, chosen by the scheme of EMAIL_URL and SMS_URL."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Channel
from notifications.transports.base import Transport

SETTINGS = {Channel.EMAIL: "EMAIL_URL", Channel.SMS: "SMS_URL"}

# The schemes of a setting, and the class that speaks each: loaded when it is chosen, for the services' libraries
# are large.
_DEMO = "demo:DemoTransport"
_SMTP, _SERVICE, _GATEWAY = (
    "email_smtp:SmtpTransport",
    "email_anymail:AnymailTransport",
    "sms_gateway:GatewayTransport",
)
SCHEMES: dict[str, dict[str, str]] = {
    "EMAIL_URL": {
        "demo": _DEMO,
        **dict.fromkeys(("smtp", "smtps", "smtp+tls"), _SMTP),
        **dict.fromkeys(
            ("brevo", "mailgun", "mailjet", "postmark", "resend", "sendgrid", "sparkpost"), _SERVICE
        ),
    },
    "SMS_URL": {
        "demo": _DEMO,
        "twilio": "sms_twilio:TwilioTransport",
        **dict.fromkeys(("gateway", "gateway+http"), _GATEWAY),
    },
}


def transport_for(channel: str) -> Transport | None:
    """The channel's transport, or None when the channel is not used (`none://`)."""
    name = SETTINGS[Channel(channel)]
    return _transport(name, getattr(settings, name))


@lru_cache
def _transport(name: str, url: str) -> Transport | None:
    parts = urlsplit(url)
    if parts.scheme == "none":
        return None
    known = SCHEMES[name]
    if parts.scheme not in known:
        ways = ", ".join(f"{scheme}://" for scheme in dict.fromkeys(("demo", "none", *known)))
        raise ImproperlyConfigured(f"{name} starts with {parts.scheme}://; it must be one of {ways}.")
    return _load(known[parts.scheme], parts)


def _load(place: str, url: SplitResult) -> Transport:
    module, _colon, name = place.partition(":")
    transport: Transport = getattr(import_module(f"notifications.transports.{module}"), name)(url)
    return transport
