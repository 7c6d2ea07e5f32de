"""Inviting somebody to a vehicle: the invitation and its message, together or not at all."""

from __future__ import annotations

from django.db import transaction

from booking.actions.messages import dealership_payload
from customers.actions.invitations import invite, withdraw_invitation
from customers.models import Customer, Vehicle, VehicleInvitation
from dealerships.models import Dealership
from lib import clock
from notifications.actions.outbox import queue_message, withdraw_messages
from notifications.models import Channel


def send_invitation(
    *, vehicle: Vehicle, inviter: Customer, email: str, dealership: Dealership, language: str
) -> VehicleInvitation:
    """Invite the address and write to it, once while the invitation is open. Raises what `invite` raises."""
    with transaction.atomic():
        invitation, nonce = invite(vehicle=vehicle, inviter=inviter, email=email, now=clock.now())
        if nonce:
            queue_message(
                dealership=dealership,
                kind="vehicle_invitation",
                channel=Channel.EMAIL,
                to=invitation.email,
                language=language,
                payload={
                    "dealership": dealership_payload(dealership),
                    "inviter": inviter.name,
                    "vehicle": vehicle.title,
                    "expires_on": invitation.expires_at.date().isoformat(),
                    "link_nonce": nonce,
                },
                about=_about(invitation),
                expires_at=invitation.expires_at,
            )
    return invitation


def call_off_invitation(*, invitation: VehicleInvitation) -> None:
    """Its link opens nothing any more, and its message stays unsent if it still waits; twice is the same."""
    with transaction.atomic():
        withdraw_invitation(invitation=invitation)
        withdraw_messages(_about(invitation))


def _about(invitation: VehicleInvitation) -> str:
    return f"invitation:{invitation.pk}"
