"""Tells at start-up, in words, that messages could not be sent."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Channel
from notifications.transports import transport_for


@register
def check_transports(**_options: Any) -> list[Error]:
    """EMAIL_URL and SMS_URL name transports that exist."""
    errors = []
    for channel in Channel.values:
        try:
            transport_for(channel)
        except (ImproperlyConfigured, ValueError) as error:
            errors.append(Error(str(error), id="notifications.E001"))
    return errors
