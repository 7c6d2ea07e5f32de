"""Tells at start-up, in words, that messages could not be sent, or that what comes back could not be believed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Channel
from notifications.transports import transport_for

# Services whose callbacks carry a signature that the library checks; all others are known by a password.
SIGNED = ("mailgun",)
# Services that tell only that a letter came; its words would have to be fetched while they wait for our answer.
WITHOUT_LETTERS = ("resend",)


@register
def check_transports(**_options: Any) -> list[CheckMessage]:
    """EMAIL_URL and SMS_URL name transports that exist, with all that those need."""
    errors: list[CheckMessage] = []
    for channel in Channel.values:
        try:
            transport_for(channel)
        except (ImproperlyConfigured, ValueError) as error:
            errors.append(Error(str(error), id="notifications.E001"))
    return errors


@register
def check_webhooks(**_options: Any) -> list[CheckMessage]:
    """An e-mail service's deliveries and bounces are taken only with a secret."""
    name = _email_service()
    if name in {"", "demo", "smtp"} or settings.EMAIL_WEBHOOK_SECRETS:
        return []
    kind = "signing key" if name in SIGNED else "user:password"
    sentence = (
        f"EMAIL_WEBHOOK_SECRET is not set, so {name}'s deliveries and bounces are refused: set it to the {kind} "
        "of its webhook (docs/messages.md)."
    )
    return [Warning(sentence, id="notifications.W001")]


@register
def check_answers(**_options: Any) -> list[CheckMessage]:
    """Answers to our e-mails do not go to where nobody can bring them from."""
    name = _email_service()
    if not settings.EMAIL_REPLY_DOMAIN or name not in WITHOUT_LETTERS:
        return []
    sentence = (
        f"EMAIL_REPLY_DOMAIN is set, and {name} brings no letters: answers to e-mails would be lost. Leave it "
        "empty, so that they go to the dealership's own mailbox (docs/messages.md)."
    )
    return [Error(sentence, id="notifications.E002")]


def _email_service() -> str:
    """By what e-mail goes; empty for nothing, and for what check_transports complains of."""
    try:
        transport = transport_for(Channel.EMAIL)
    except (ImproperlyConfigured, ValueError):
        return ""
    return transport.name if transport else ""
