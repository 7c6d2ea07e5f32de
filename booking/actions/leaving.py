"""Ending a wait-list entry: nothing more is offered, what is kept is freed, what is planned is not sent."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from booking.actions.offering import withdraw_offer
from booking.models import EntryState, OfferState, WaitListEntry
from notifications.actions.outbox import withdraw_messages


def end_entry(*, entry: WaitListEntry, state: EntryState, **more: object) -> bool:
    """End the entry as `state`, with `more` fields of it; False when it had ended already.

    The entry first: from then on nobody makes it an offer. Then its open one, in a transaction of its own, because
    its hold is locked before its entry elsewhere. Cut in between, the place is freed when its time is over.
    """
    with transaction.atomic():
        ended = WaitListEntry.objects.filter(pk=entry.pk, state=EntryState.WAITING).update(
            state=state, ended_at=Now(), **more
        )
        if ended:
            withdraw_messages(entry.about)
    for offer in entry.offers.filter(state=OfferState.OPEN).select_related("hold"):
        withdraw_offer(offer=offer)
    return bool(ended)
