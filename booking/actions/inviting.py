"""Inviting somebody to a vehicle, and calling it off: the invitation and its message, together or not at all."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from customers.actions.accounts import close_account
from customers.actions.households import remove_vehicle
from customers.actions.invitations import invite, withdraw_invitation
from customers.models import Customer, Vehicle, VehicleInvitation
from dealerships.models import Dealership, User
from lib import clock
from notifications.actions.outbox import queue_message, withdraw_messages
from notifications.models import Channel
from notifications.payloads import dealership_payload


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


def close_account_and_invitations(*, user: User, language: str, ip: str, agent: str) -> None:
    """Close the account (as `close_account`); the invitations that it withdraws are not sent any more."""
    with transaction.atomic():
        records = list(Customer.objects.filter(user=user))  # the account is no longer theirs afterwards
        close_account(user=user, language=language, ip=ip, agent=agent)
        _withdraw_unsent(VehicleInvitation.objects.filter(inviter__in=records))


def take_off_the_list(*, user: User, vehicle: Vehicle) -> None:
    """Remove the vehicle from the user's list (as `remove_vehicle`), with the invitations to it that wait unsent."""
    with transaction.atomic():
        remove_vehicle(user=user, vehicle=vehicle)
        _withdraw_unsent(VehicleInvitation.objects.filter(vehicle=vehicle, inviter__user=user))


def _withdraw_unsent(invitations: QuerySet[VehicleInvitation]) -> None:
    for invitation in invitations.filter(accepted_at=None).exclude(withdrawn_at=None):
        withdraw_messages(_about(invitation))


def _about(invitation: VehicleInvitation) -> str:
    return f"invitation:{invitation.pk}"
