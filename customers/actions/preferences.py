"""Changing by which channels a customer hears about what they book."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.preferences import CHANNELS
from dealerships.models import User
from lib.errors import Refusal


def set_channels(*, user: User, wanted: Collection[str]) -> None:
    """Messages about new appointments come by these channels only, on every record of the user.

    What is booked already keeps its own choice. Raises Refusal when nothing is left.
    """
    muted = [channel for channel in CHANNELS if channel not in wanted]
    if len(muted) == len(CHANNELS):
        raise Refusal(
            _("Keep at least one way, so that we can confirm."), code="no_channel", field="channels"
        )
    Customer.objects.filter(user=user).update(muted_channels=muted)
