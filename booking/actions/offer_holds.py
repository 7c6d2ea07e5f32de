"""The hold behind a wait-list offer: as the hold ends, so does the offer, in the same transaction.

Whoever ends a hold (the sweeper, a booking, a move) need not know about the wait-list, and an offer is never open
without its place being kept. Locks are taken in this order: the appointment, the hold, its offer, the entry, pools.
"""

from __future__ import annotations

import uuid

from django.db.models.functions import Now

from booking.models import (
    Appointment,
    EntryState,
    Hold,
    HoldState,
    OfferState,
    WaitListEntry,
    WaitListOffer,
)
from notifications.actions.outbox import withdraw_messages

PREFIX = "offer:"

_ENDS_AS = {
    HoldState.BOOKED: OfferState.ACCEPTED,
    HoldState.EXPIRED: OfferState.EXPIRED,
    HoldState.RELEASED: OfferState.WITHDRAWN,
}


def new_holder() -> str:
    """A name under which nobody else holds anything."""
    return f"{PREFIX}{uuid.uuid4().hex}"


def settle_offer(hold: Hold, state: HoldState, *, appointment: Appointment | None = None) -> None:
    """End the open offer that this hold kept, now that the hold is `state`; in the caller's transaction.

    What is still to be sent about the offer is called off. A booked one serves its entry. Other holds cost nothing.
    """
    if not hold.holder.startswith(PREFIX):
        return
    offer = WaitListOffer.objects.select_for_update().filter(hold=hold).first()
    if offer is None:
        return
    if offer.state == OfferState.OPEN:
        offer.state, offer.answered_at, offer.appointment = _ENDS_AS[state], Now(), appointment
        offer.save(update_fields=["state", "answered_at", "appointment"])
    withdraw_messages(offer.about)
    if state == HoldState.BOOKED:
        WaitListEntry.objects.filter(pk=offer.entry_id).update(state=EntryState.SERVED, ended_at=Now())
