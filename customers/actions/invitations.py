"""Sharing a vehicle with somebody of the household, by a link that is sent to their e-mail address.

What the invited sees: the vehicle, as its dealership knows it, to book for it; and the visits that they book
themselves. Never the inviter's name beyond the invitation, contact data, visits, notes or messages. Nor does the inviter
see the other's. Only who drives the vehicle in their own right may invite: an invited person can't invite further.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.details import read_email
from customers.models import Customer, Vehicle, VehicleDriver, VehicleInvitation
from dealerships.models import User
from lib import clock, tokens
from lib.errors import Refusal

LINK_PURPOSE = "invitation"
LASTS = timedelta(days=14)
# A household, not a fleet; and nobody is to send many e-mails to strangers.
MOST_SHARED = 5


class InvitationOver(Refusal):
    """Withdrawn, expired, or accepted by somebody else."""

    def __init__(self) -> None:
        super().__init__(_("This invitation is no longer open. Ask for a new one."), code="invitation_over")


def open_invitations(*, now: datetime) -> QuerySet[VehicleInvitation]:
    """Those that may still be accepted."""
    return VehicleInvitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


def invite(
    *, vehicle: Vehicle, inviter: Customer, email: str, now: datetime
) -> tuple[VehicleInvitation, str]:
    """A new invitation and the nonce of its link, which is kept nowhere else; in the caller's transaction.

    One that is open for that address stays as it is, and the nonce is then empty: nothing is sent again. Raises
    Refusal for no address, one's own, and too many.
    """
    address = read_email(email).lower()
    if not address:
        raise Refusal(_("Enter an e-mail address."), code="blank", field="email")
    if address in _own_addresses(inviter):
        raise Refusal(_("That is your own address."), code="own_address", field="email")
    # One at a time for a vehicle, or two at once would each count one less than there are.
    Vehicle.objects.select_for_update(no_key=True).get(pk=vehicle.pk)
    of_vehicle = VehicleInvitation.objects.filter(vehicle=vehicle)
    of_vehicle.filter(accepted_at=None, withdrawn_at=None, expires_at__lte=now).update(withdrawn_at=now)
    standing = of_vehicle.filter(inviter__user=inviter.user_id, withdrawn_at=None)
    known = standing.filter(email=address, accepted_at=None).first()
    if known:
        return known, ""
    if standing.count() >= MOST_SHARED:
        raise Refusal(
            _("Five people at most. Withdraw an invitation to send another."), code="too_many", field="email"
        )
    return _create(vehicle, inviter, address, now)


def withdraw_invitation(*, invitation: VehicleInvitation, now: datetime | None = None) -> None:
    """Its link opens nothing any more; twice is the same. One that was accepted is not withdrawn but ended."""
    VehicleInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=now or clock.now()
    )


def accept_invitation(
    *, invitation: VehicleInvitation, user: User, name: str = "", now: datetime | None = None
) -> Customer:
    """The user drives the vehicle too; their record in its group, made when there is none. Twice is the same.

    Raises InvitationOver, and Refusal for the inviter themselves.
    """
    moment = now or clock.now()
    with transaction.atomic():
        asked = (
            VehicleInvitation.objects.select_for_update(of=("self",))
            .select_related("vehicle", "inviter")
            .get(pk=invitation.pk)
        )
        if asked.inviter.user_id == user.pk:
            raise Refusal(_("This is your own invitation: it is for somebody else."), code="own_invitation")
        if asked.accepted_by and asked.accepted_by.user_id == user.pk:
            return asked.accepted_by
        if asked.accepted_at or asked.withdrawn_at or asked.expires_at <= moment:
            raise InvitationOver
        customer = _record_of(user, asked, name)
        link, _new = VehicleDriver.objects.get_or_create(vehicle=asked.vehicle, customer=customer)
        VehicleDriver.objects.filter(pk=link.pk, hidden=True).update(hidden=False)
        asked.accepted_at, asked.accepted_by = moment, customer
        asked.save(update_fields=["accepted_at", "accepted_by"])
        return customer


def _create(
    vehicle: Vehicle, inviter: Customer, address: str, now: datetime
) -> tuple[VehicleInvitation, str]:
    nonce = tokens.new_nonce()
    made = VehicleInvitation(
        vehicle=vehicle,
        inviter=inviter,
        email=address,
        digest=tokens.digest(tokens.token_for(nonce, purpose=LINK_PURPOSE)),
        created_at=now,
        expires_at=now + LASTS,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        # Another driver's invitation of the same person; one that has ended since leaves room for this one.
        theirs = VehicleInvitation.objects.filter(
            vehicle=vehicle, email=address, accepted_at=None, withdrawn_at=None
        ).first()
        if theirs:
            return theirs, ""
        made.save()
    return made, nonce


def _own_addresses(inviter: Customer) -> set[str]:
    return {inviter.email.lower(), (inviter.user.email or "") if inviter.user else ""} - {""}


def _record_of(user: User, invitation: VehicleInvitation, name: str) -> Customer:
    """Their newest record in the group; without one, a new one for the address or number that they signed in with."""
    group = invitation.vehicle.group_id
    known = Customer.objects.filter(user=user, group=group).order_by("-pk").first()
    return known or Customer.objects.create(
        group_id=group,
        user=user,
        name=name or invitation.email.partition("@")[0][:100],
        email=user.email or "",
        phone=user.phone or "",
        language=user.language,
    )
