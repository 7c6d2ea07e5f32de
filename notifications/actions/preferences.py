"""Stopping and resuming messages to an address, by its owner's choice on the appointment's page."""

from __future__ import annotations

from notifications.models import Suppression


def stop_messages(*, group_id: int, channel: str, address: str) -> None:
    """No more messages of this group to the address on this channel, from the next one on; twice is harmless."""
    Suppression.objects.get_or_create(
        group_id=group_id,
        channel=channel,
        address=address.lower(),
        defaults={"reason": Suppression.Reason.ASKED},
    )


def resume_messages(*, group_id: int, channel: str, address: str) -> None:
    """Messages may go again, if it was their reader who stopped them; what can't be reached stays stopped."""
    Suppression.objects.filter(
        group_id=group_id, channel=channel, address=address.lower(), reason=Suppression.Reason.ASKED
    ).delete()
