"""An offer keeps its place by a hold, and gives it back once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.expiry import release_expired_holds
from booking.actions.offering import withdraw_offer
from booking.models import CapacityPool, HoldState, OfferState, PoolKind
from tests.booking.storm import assert_sound
from tests.booking.waiters import expire, offer_of, wait
from tests.garage import Garage, make_garage


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=1)


def test_an_offer_keeps_its_place_for_twenty_minutes_by_a_hold_of_its_own(garage: Garage) -> None:
    offer = offer_of(wait(garage))

    assert offer.hold.state == HoldState.HELD
    assert offer.hold.expires_at == offer.expires_at
    assert (
        timedelta(minutes=19) < offer.expires_at - offer.hold.created_at <= timedelta(minutes=20, seconds=5)
    )
    cell = CapacityPool.objects.get(kind=PoolKind.ADVISOR_CELL, starts_at=garage.at(7, 30))
    assert cell.used == 1


def test_the_sweeper_of_holds_ends_the_offer_with_its_hold(garage: Garage) -> None:
    offer = offer_of(wait(garage))
    expire(offer)

    assert release_expired_holds() == 1
    offer.refresh_from_db()
    assert (offer.state, offer.answered_at is not None) == (OfferState.EXPIRED, True)
    assert_sound()


def test_taking_an_offer_back_twice_is_harmless(garage: Garage) -> None:
    offer = offer_of(wait(garage))
    withdraw_offer(offer=offer)
    withdraw_offer(offer=offer)
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN
    assert_sound()
