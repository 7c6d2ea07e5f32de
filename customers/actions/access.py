"""Keeping who searched for customers and who opened a record (Law 25)."""

from __future__ import annotations

from customers.models import AccessRecord, Customer
from dealerships.models import Dealership, User

LONGEST_WORDS = 120


def record_search(
    *, dealership: Dealership, user: User | None, words: str, source: str = "desk"
) -> AccessRecord:
    """Somebody working at `dealership` searched for `words`; what they found is recorded when they open it."""
    return AccessRecord.objects.create(
        kind=AccessRecord.Kind.SEARCH,
        dealership=dealership,
        user=user,
        words=words[:LONGEST_WORDS],
        source=source,
    )


def record_opening(
    *, dealership: Dealership, user: User | None, customer: Customer, words: str = "", source: str = "desk"
) -> AccessRecord:
    """Somebody opened the customer's record; `words` says from where, for example an appointment's reference."""
    return AccessRecord.objects.create(
        kind=AccessRecord.Kind.OPEN,
        dealership=dealership,
        user=user,
        customer=customer,
        words=words[:LONGEST_WORDS],
        source=source,
    )


def record_act(
    *,
    kind: AccessRecord.Kind,
    dealership: Dealership,
    user: User | None,
    customer: Customer | None,
    words: str = "",
) -> AccessRecord:
    """Somebody did something with a record besides opening it: a kind of AccessRecord.Kind."""
    return AccessRecord.objects.create(
        kind=kind,
        dealership=dealership,
        user=user,
        customer=customer,
        words=words[:LONGEST_WORDS],
    )
