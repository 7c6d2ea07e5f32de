"""Who sees which vehicle: taking one off one's list, and ending that somebody else sees it."""

from __future__ import annotations

from django.db import transaction

from customers.models import Vehicle, VehicleDriver, VehicleInvitation
from dealerships.models import User
from lib import clock


def stop_sharing(*, invitation: VehicleInvitation) -> None:
    """Whoever accepted the invitation sees the vehicle no longer; what they booked for it stays theirs."""
    with transaction.atomic():
        if invitation.accepted_by_id:
            VehicleDriver.objects.filter(
                vehicle=invitation.vehicle_id, customer=invitation.accepted_by_id
            ).update(hidden=True)
        VehicleInvitation.objects.filter(pk=invitation.pk).delete()


def remove_vehicle(*, user: User, vehicle: Vehicle) -> None:
    """Take a vehicle off the user's list: with those whom they invited to it, and with what they were invited by.

    Its visits stay in their account, and it comes back when they book for it again. Twice is the same.
    """
    with transaction.atomic():
        mine = VehicleInvitation.objects.filter(vehicle=vehicle, inviter__user=user)
        for shared in mine.exclude(accepted_at=None):
            stop_sharing(invitation=shared)
        mine.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=clock.now())
        VehicleInvitation.objects.filter(vehicle=vehicle, accepted_by__user=user).delete()
        VehicleDriver.objects.filter(vehicle=vehicle, customer__user=user).update(hidden=True)
