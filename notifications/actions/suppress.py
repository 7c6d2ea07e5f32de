"""Stopping messages to an address."""

from __future__ import annotations

from notifications.models import Message, Suppression


def suppress_address(*, message: Message) -> None:
    """The address of this message gets no more messages on its channel from the dealership's group.

    Takes effect before the next message is sent. Asking twice is harmless; an account message, which
    belongs to no dealership, stops nothing.
    """
    suppress_for(message=message, reason=Suppression.Reason.ASKED)


def suppress_for(*, message: Message, reason: Suppression.Reason, detail: str = "") -> None:
    """As `suppress_address`, for what a provider says about the address; `detail` in its words.

    A wish outlives whatever a provider says later; that an address can't be reached gives way to a wish.
    """
    # An erased customer's message names nobody any more.
    if message.dealership is None or not message.to:
        return
    row, created = Suppression.objects.get_or_create(
        group_id=message.dealership.group_id,
        channel=message.channel,
        address=message.to.lower(),
        defaults={"reason": reason, "detail": detail[:200]},
    )
    if not created and row.reason == Suppression.Reason.UNREACHABLE != reason:
        row.reason, row.detail = reason, detail[:200]
        row.save(update_fields=["reason", "detail"])
