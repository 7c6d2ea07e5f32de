"""People on a wait-list, and what happens to their offers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models.functions import Now

from booking.actions.wait_list import Asked, join_wait_list, join_with_appointment, serve_wait_list
from booking.answers import OFFER_PURPOSE, WAIT_LIST_PURPOSE
from booking.models import Appointment, CapacityPool, Hold, OfferState, PoolKind, WaitListEntry, WaitListOffer
from booking.waiting import Wishes
from customers.details import Contact, VehicleDetails
from lib import tokens
from tests.garage import MONDAY, NOW, Garage


def close(garage: Garage, *, keep: tuple[datetime, ...] = ()) -> None:
    """Nothing is open any more but these starts."""
    cells = CapacityPool.objects.filter(dealership=garage.dealership, kind=PoolKind.ADVISOR_CELL)
    cells.update(closed=True)
    cells.filter(starts_at__in=keep).update(closed=False)


def open_again(garage: Garage, *starts: datetime) -> None:
    """These quarter hours of every advisor are free again."""
    CapacityPool.objects.filter(
        dealership=garage.dealership, kind=PoolKind.ADVISOR_CELL, starts_at__in=starts
    ).update(closed=False)


def wait(
    garage: Garage,
    name: str = "Luc Tremblay",
    *,
    first: date = MONDAY,
    last: date = MONDAY + timedelta(days=5),
    now: datetime = NOW,
    contact: Contact | None = None,
    basket: Any = None,
    **wishes: Any,
) -> WaitListEntry:
    """Somebody without an appointment joins."""
    reach = name.replace(" ", ".").lower()
    asked = Asked(
        garage.dealership,
        basket or garage.basket(),
        contact or Contact(name, "+15145550123", f"{reach}@example.com", "fr"),
        VehicleDetails(year=2019, make="Honda", model="Civic"),
    )
    return join_wait_list(asked=asked, wishes=Wishes(first, last, **wishes), now=now)


def wait_with(
    appointment: Appointment,
    *,
    first: date = MONDAY,
    last: date = MONDAY + timedelta(days=10),
    now: datetime = NOW,
    **wishes: Any,
) -> WaitListEntry:
    """Somebody who would come earlier joins."""
    return join_with_appointment(appointment=appointment, wishes=Wishes(first, last, **wishes), now=now)


def offer_of(entry: WaitListEntry) -> WaitListOffer | None:
    """The open offer of the entry."""
    return entry.offers.filter(state=OfferState.OPEN).first()


def offered(entry: WaitListEntry) -> list[tuple[datetime, str]]:
    """Every offer of the entry, oldest first: its start and its state."""
    return list(entry.offers.order_by("pk").values_list("starts_at", "state"))


def expire(offer: WaitListOffer) -> None:
    """The twenty minutes are over."""
    over = Now() - timedelta(seconds=1)
    Hold.objects.filter(offer=offer).update(expires_at=over)
    WaitListOffer.objects.filter(pk=offer.pk).update(expires_at=over)


def offer_token(offer: WaitListOffer) -> str:
    """What the link in the offer's messages ends in."""
    return tokens.token_for(offer.link_nonce, purpose=OFFER_PURPOSE)


def wait_list_token(entry: WaitListEntry) -> str:
    """What the link in the message to who has joined ends in."""
    return tokens.token_for(entry.link_nonce, purpose=WAIT_LIST_PURPOSE)


def serve(garage: Garage, **more: Any) -> int:
    """Offer what is open to whoever waits; how many offers were made."""
    return serve_wait_list(dealership=garage.dealership, **{"now": NOW, **more})
