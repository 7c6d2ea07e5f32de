"""Stopping messages to an address."""

from __future__ import annotations

from notifications.models import Message, Suppression


def suppress_address(*, message: Message) -> None:
    """The address of this message gets no more messages on its channel from the dealership's group.

    Takes effect before the next message is sent. Asking twice is harmless; an account message, which
    belongs to no dealership, stops nothing.
    """
    if message.dealership is None:
        return
    Suppression.objects.get_or_create(
        group_id=message.dealership.group_id,
        channel=message.channel,
        address=message.to.lower(),
        defaults={"reason": Suppression.Reason.ASKED},
    )
