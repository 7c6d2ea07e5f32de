"""Keeping who searched for customers and who opened a record (Law 25)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from customers.models import AccessRecord, Customer
from customers.search import Traits
from dealerships.models import Dealership, User

LONGEST_WORDS = 120
CHUNK = 2000


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


def forget_looks(people: Sequence[Traits]) -> int:
    """Blank the words of looks that tell who these people were; how many looks. Inside `destruction()`.

    That somebody looked, who and when, stays. Blanked are all words of looks at their records; those of searches in
    their groups, and of openings that such a search led to, that may have meant them; and the addresses that were let
    go without a record. Before the records themselves are emptied.
    """
    worded = AccessRecord.objects.exclude(words="")
    count = worded.filter(customer__in=[one.customer for one in people]).update(words="")
    for group in {one.customer.group_id for one in people}:
        theirs = [one for one in people if one.customer.group_id == group]
        count += _forget_words(Q(dealership__group=group), theirs)
    return count


def _forget_words(here: Q, people: Sequence[Traits]) -> int:
    """The words are read once each, however often they were typed."""
    worded = AccessRecord.objects.filter(here).exclude(words="")
    searches = worded.filter(kind__in=[AccessRecord.Kind.SEARCH, AccessRecord.Kind.OPEN])
    typed = searches.values_list("words", flat=True).distinct().iterator(chunk_size=CHUNK)
    meant = [words for words in typed if any(one.are_meant_by(words) for one in people)]
    unblocked = Q(pk__in=[])
    for one in people:
        for address in filter(None, (one.customer.phone, one.customer.email)):
            unblocked |= Q(kind=AccessRecord.Kind.UNBLOCK, words__icontains=f" {address} ")
    return searches.filter(words__in=meant).update(words="") + worded.filter(unblocked).update(words="")
