"""Accounts of customers: without password, entered with a code that proves the e-mail address."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from customers.models import Customer
from dealerships.models import User


def open_account(*, email: str, language: str) -> None:
    """Make sure that an account of this address exists; it opens only with a code sent there."""
    if User.objects.filter(email__iexact=email).exists():
        return
    try:
        with transaction.atomic():
            User.objects.create_user(email, language=language)
    except IntegrityError:
        # The same button pressed twice.
        pass


def link_records(*, user: User, email: str) -> int:
    """Give the user the customer records of an address that they have proved to be theirs; how many were new.

    Records of somebody else stay theirs.
    """
    return Customer.objects.filter(user=None, email__iexact=email).exclude(email="").update(user=user)
