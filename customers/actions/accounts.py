"""Accounts of customers: without password, entered with a code that proves an e-mail address or a telephone."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.actions.consents import withdraw_consents
from customers.actions.households import stop_sharing
from customers.models import Customer, VehicleInvitation
from dealerships.models import User
from lib import clock


def open_account(*, email: str = "", phone: str = "", language: str) -> None:
    """Make sure that an account of this address or number exists; it opens only with a code sent there."""
    given = {"email__iexact": email} if email else {"phone": phone}
    if not (email or phone) or User.objects.filter(**given).exists():
        return
    try:
        with transaction.atomic():
            User.objects.create_user(email or None, phone=phone or None, language=language)
    except IntegrityError:
        # The same button pressed twice.
        pass


def open_known_account(*, email: str = "", phone: str = "", language: str) -> None:
    """As `open_account`, for who has been a customer by that address or number; nothing for anybody else."""
    given = {"email__iexact": email} if email else {"phone": phone}
    if (email or phone) and Customer.objects.filter(**given).exists():
        open_account(email=email, phone=phone, language=language)


def link_records(*, user: User, email: str = "", phone: str = "") -> int:
    """Give the user the customer records of what they have proved to be theirs; how many were new.

    Records of somebody else stay theirs.
    """
    unclaimed, linked = Customer.objects.filter(user=None), 0
    if email:
        linked += unclaimed.filter(email__iexact=email).update(user=user)
    if phone:
        linked += unclaimed.filter(phone=phone).update(user=user)
    return linked


def prove_phone(*, user: User, phone: str) -> None:
    """A code proved that the number is this user's: it opens their account from now on, and no other.

    An account that had nothing but this number becomes part of this one, with its records. Nothing happens for one
    that was closed meanwhile.
    """
    with transaction.atomic():
        # In one order, so that two who prove each other's numbers don't wait for each other.
        concerned = User.objects.select_for_update().filter(Q(pk=user.pk) | Q(phone=phone)).order_by("pk")
        others = {one.pk: one for one in concerned}
        stored = others.pop(user.pk)
        if not stored.is_active:
            return
        for other in others.values():
            other.phone, other.is_active = None, bool(other.email) and other.is_active
            other.save(update_fields=["phone", "is_active"])
            if not other.email:
                Customer.objects.filter(user=other).update(user=user)
        if stored.phone != phone:
            stored.phone = phone
            stored.save(update_fields=["phone"])
        user.phone = phone
        link_records(user=user, phone=phone)


def set_language(*, user: User, language: str) -> None:
    """The language of the account and of the messages about what is booked from now on."""
    if language not in ("fr", "en"):
        raise ValueError(f"no such language: {language!r}")
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(language=language)
        Customer.objects.filter(user=user).update(language=language)
    user.language = language


def close_account(*, user: User, language: str, ip: str, agent: str) -> None:
    """Nobody enters this account any more; twice is the same.

    Every commercial consent is withdrawn, open invitations are too, whom they shared a vehicle with sees it no longer,
    passkeys go, every session ends, and the address and the number may open a new account. The dealerships' records
    of visits and the proofs of consents stay.
    """
    with transaction.atomic():
        closed = User.objects.select_for_update().get(pk=user.pk)
        for customer in Customer.objects.filter(user=closed):
            withdraw_consents(customer=customer, language=language, ip=ip, agent=agent, user=closed)
        invitations = VehicleInvitation.objects.filter(inviter__user=closed)
        for shared in invitations.exclude(accepted_at=None):
            stop_sharing(invitation=shared)
        invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=clock.now())
        Customer.objects.filter(user=closed).update(user=None)
        Authenticator.objects.filter(user=closed).delete()
        EmailAddress.objects.filter(user=closed).delete()
        closed.email = closed.phone = None
        closed.is_active = False
        closed.set_unusable_password()  # another one than before: sessions are signed with it
        closed.save()
