"""Making one wait-list offer: a private hold, the offer and its messages, in one transaction; and taking it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from booking.actions.claims import apply_claims
from booking.actions.expiry import release_hold
from booking.actions.holds import database_clock
from booking.actions.offer_holds import new_holder
from booking.actions.retry import retried
from booking.actions.taking import take_start
from booking.actions.wait_list_messages import tell_offer
from booking.answers import OFFER_PURPOSE
from booking.availability import Start
from booking.errors import SlotTaken, StartRefused
from booking.menu import Demand
from booking.models import EntryState, Hold, WaitListEntry, WaitListOffer
from booking.waiting import KEPT_FOR, is_called_off, may_be_asked, wish_of
from dealerships.models import Dealership
from lib import tokens


class NotInTurn(Exception):  # noqa: N818 - the design's word
    """Since it was looked at, the entry got an offer, left, or wants something else; or somebody is at it."""


def offer_place(
    *,
    dealership: Dealership,
    entry: WaitListEntry,
    demand: Demand,
    start: Start,
    now: datetime,
    within: date | None = None,
) -> WaitListOffer | None:
    """Keep this start for the entry and tell them; None when the place went to somebody else meanwhile.

    Raises NotInTurn. Works inside a transaction of the caller's, too; `within` as take_start has it.
    """

    def take(found: Start, advisor: int, pools: dict[int, int]) -> WaitListOffer:
        return _write(dealership, entry, demand, found, advisor, pools, now)

    try:
        return take_start(dealership, demand, start.starts_at, take, now=now, within=within)
    except (SlotTaken, StartRefused):
        return None


def withdraw_offer(*, offer: WaitListOffer) -> None:
    """Free the place that is kept, and call off what was to be sent; harmless when the offer is over."""
    release_hold(hold=offer.hold)


@retried
def _write(
    dealership: Dealership,
    entry: WaitListEntry,
    demand: Demand,
    start: Start,
    advisor: int,
    pools: dict[int, int],
    now: datetime,
) -> WaitListOffer:
    with transaction.atomic():
        waiting = _lock_in_turn(entry, start, now, zone=dealership.zone)
        # First snow's notice may be shorter than an offer lasts: nobody accepts what has begun.
        begins_in = max(start.starts_at - now, timedelta(0))
        kept_until = database_clock() + min(KEPT_FOR, begins_in)
        hold = Hold.objects.create(
            dealership=dealership,
            holder=new_holder(),
            basket=waiting.basket,
            starts_at=start.starts_at,
            ready_at=start.ready_at,
            advisor_id=advisor,
            expires_at=kept_until,
        )
        nonce = tokens.new_nonce()
        offer = WaitListOffer.objects.create(
            entry=waiting,
            hold=hold,
            starts_at=start.starts_at,
            offered_at=now,
            expires_at=kept_until,
            link_nonce=nonce,
            link_digest=tokens.digest(tokens.token_for(nonce, purpose=OFFER_PURPOSE)),
        )
        tell_offer(offer, demand)
        apply_claims(hold, pools)
        return offer


def _lock_in_turn(entry: WaitListEntry, start: Start, now: datetime, *, zone: str) -> WaitListEntry:
    """The entry, locked, if this start may still be offered to it. Never waits for another process."""
    locked = (
        WaitListEntry.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("appointment", "dealership")
        .filter(pk=entry.pk, state=EntryState.WAITING)
        .first()
    )
    if (
        locked is None
        or is_called_off(locked, now=now)
        or not may_be_asked(locked, now=now, zone=zone)
        or not wish_of(locked, zone=zone).fits(start.starts_at)
    ):
        raise NotInTurn
    return locked
