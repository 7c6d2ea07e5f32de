"""Answering a wait-list offer: yes moves or books with the place that is kept, no passes it on to the next."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from booking.actions.book import AlreadyBooked, Request, book_appointment
from booking.actions.expiry import end_hold
from booking.actions.history import By
from booking.actions.holds import database_clock
from booking.actions.move import move_appointment
from booking.actions.retry import Busy, retried
from booking.actions.serving import serve_wait_list
from booking.idempotency import Key, fingerprint
from booking.menu import Basket
from booking.models import (
    Actor,
    Appointment,
    EntryState,
    Hold,
    HoldState,
    OfferState,
    Source,
    WaitListEntry,
    WaitListOffer,
)
from customers.details import Contact, VehicleDetails
from customers.models import Vehicle
from lib import clock
from lib.errors import Refusal

BY_WAIT_LIST = By(Actor.CUSTOMER, Source.WAIT_LIST)


class OfferOver(Refusal):
    """Declined, expired, withdrawn, or no longer of use."""

    def __init__(self) -> None:
        super().__init__(
            _("This place is no longer kept for you. You are still on the wait-list."), code="offer_over"
        )


def accept_offer(*, offer: WaitListOffer, now: datetime | None = None) -> Appointment:
    """The appointment, moved to the kept start or booked there; a repeat gives the same one.

    Raises OfferOver, AlreadyBooked, Busy.
    """
    moment = now or clock.now()
    present = _present(offer)
    if present.state == OfferState.OPEN and present.expires_at > database_clock():
        try:
            appointment = _move(present, moment) if present.entry.appointment else _book(present, moment)
        except (Busy, AlreadyBooked):
            raise
        except Refusal:
            # A second tap of the same finger may have been faster.
            present = _present(offer)
        else:
            _see_to_it_that_it_is_served(present, appointment)
            return appointment
    if present.state == OfferState.ACCEPTED and present.appointment:
        return present.appointment
    raise OfferOver


def decline_offer(*, offer: WaitListOffer, now: datetime | None = None) -> WaitListOffer:
    """Free the place for the next in turn; the entry goes on waiting. An offer that is over stays as it is."""
    _decline(offer)
    serve_wait_list(dealership=offer.entry.dealership, now=now)
    return _present(offer)


@retried
def _decline(offer: WaitListOffer) -> None:
    with transaction.atomic():
        held = Hold.objects.select_for_update().filter(pk=offer.hold_id, state=HoldState.HELD).first()
        if held:
            WaitListOffer.objects.filter(pk=offer.pk, state=OfferState.OPEN).update(
                state=OfferState.DECLINED, answered_at=Now()
            )
            end_hold(held, HoldState.RELEASED)


def _present(offer: WaitListOffer) -> WaitListOffer:
    return WaitListOffer.objects.select_related(
        "hold", "appointment__dealership", "entry__dealership__group", "entry__appointment__dealership",
        "entry__customer", "entry__vehicle",
    ).get(pk=offer.pk)  # fmt: skip


def _move(offer: WaitListOffer, now: datetime) -> Appointment:
    """Bring the appointment forward. Raises OfferOver when it is by now as early, and what move_appointment raises."""
    visit = offer.entry.appointment
    assert visit is not None
    if offer.starts_at >= visit.starts_at:
        raise OfferOver
    return move_appointment(
        appointment=visit,
        start=offer.starts_at,
        by=BY_WAIT_LIST,
        version=visit.version,
        hold=offer.hold,
        now=now,
    )


def _book(offer: WaitListOffer, now: datetime) -> Appointment:
    entry = offer.entry
    basket = Basket.from_json(entry.basket)
    request = Request(
        dealership=entry.dealership,
        basket=basket,
        start=offer.starts_at,
        contact=Contact(entry.contact_name, entry.contact_phone, entry.contact_email, entry.language),
        by=BY_WAIT_LIST,
        vehicle=_vehicle(entry),
        customer=entry.customer,
        note=entry.note,
        key=Key(scope="offer", key=str(offer.pk), fingerprint=fingerprint([offer.pk])),
        hold=offer.hold,
    )
    return book_appointment(request=request, now=now).appointment


def _vehicle(entry: WaitListEntry) -> VehicleDetails | Vehicle:
    """The record, when the staff knew it; else the vehicle in the words of the one who joined."""
    return entry.vehicle or VehicleDetails(**entry.basket["vehicle"])


def _see_to_it_that_it_is_served(offer: WaitListOffer, appointment: Appointment) -> None:
    """The offer is normally accepted with its hold; when that ran out at this very moment, the start was still free."""
    WaitListOffer.objects.filter(pk=offer.pk).exclude(state=OfferState.ACCEPTED).update(
        state=OfferState.ACCEPTED, answered_at=Now(), appointment=appointment
    )
    WaitListEntry.objects.filter(pk=offer.entry_id, state=EntryState.WAITING).update(
        state=EntryState.SERVED, ended_at=Now()
    )
