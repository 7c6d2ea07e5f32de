"""Caps that are lowered below what is used fall with what is given back; visits that exist are counted, room or not."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from booking.actions.cancel import cancel_appointment
from booking.actions.claims import Full, apply_claims, claim_beyond, claims_of
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start
from booking.actions.move import move_appointment
from booking.errors import SlotTaken
from booking.models import CapacityPool, Hold, HoldState, PoolKind
from tests.booking.storm import assert_sound
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def garage() -> Garage:
    return make_garage(horizon_days=3)


def pool(kind: PoolKind, subject: str = "") -> CapacityPool:
    return CapacityPool.objects.get(kind=kind, subject=subject, local_date=MONDAY)


def lower(one: CapacityPool, wanted: int) -> None:
    """As refresh_pools lowers a cap that is in use."""
    CapacityPool.objects.filter(pk=one.pk).update(cap=one.used, wanted_cap=wanted)


def test_a_lowered_cap_falls_with_each_visit_that_leaves_and_sells_nothing_on_the_way(garage: Garage) -> None:
    visits = [garage.book(garage.at(8, minute)) for minute in (0, 15, 30)]
    lower(pool(PoolKind.SHOP_DAY), 60)

    cancel_appointment(appointment=visits[0], by=CUSTOMER, now=NOW)
    shop = pool(PoolKind.SHOP_DAY)
    assert (shop.used, shop.cap, shop.wanted_cap) == (90, 90, 60)
    with pytest.raises(SlotTaken):
        garage.book(garage.at(9))

    cancel_appointment(appointment=visits[1], by=CUSTOMER, now=NOW)
    shop = pool(PoolKind.SHOP_DAY)
    assert (shop.used, shop.cap, shop.wanted_cap) == (45, 60, None)
    assert_sound()


def test_a_pool_without_limit_is_given_back_to_as_ever(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=None)

    cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)

    assert (pool(PoolKind.SHOP_DAY).used, pool(PoolKind.SHOP_DAY).cap) == (0, None)


def test_a_visit_that_exists_counts_in_a_pool_made_after_it_even_beyond_its_cap(garage: Garage) -> None:
    visits = [garage.book(garage.at(8, minute)) for minute in (0, 15)]
    rack = CapacityPool.objects.create(
        dealership=garage.dealership, kind=PoolKind.SERVICE_GROUP, subject="rack", local_date=MONDAY, cap=1
    )

    for visit in visits:
        with transaction.atomic():
            claim_beyond(visit, {rack.pk: 1})

    rack.refresh_from_db()
    assert (rack.used, rack.cap, rack.wanted_cap) == (2, 2, 1)
    cancel_appointment(appointment=visits[0], by=CUSTOMER, now=NOW)
    rack.refresh_from_db()
    assert (rack.used, rack.cap, rack.wanted_cap) == (1, 1, None)
    assert_sound()


def test_beyond_a_pool_without_limit_there_is_nothing_to_fall_to(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    rack = CapacityPool.objects.create(
        dealership=garage.dealership, kind=PoolKind.SERVICE_GROUP, subject="rack", local_date=MONDAY
    )
    with transaction.atomic():
        claim_beyond(visit, {rack.pk: 1})

    rack.refresh_from_db()
    assert (rack.used, rack.cap, rack.wanted_cap) == (1, None, None)


def test_closing_stops_takers_and_not_those_who_leave(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(closed=True)

    with pytest.raises(Full), transaction.atomic():
        apply_claims(visit, {pool(PoolKind.SHOP_DAY).pk: 1})
    cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)

    assert pool(PoolKind.SHOP_DAY).used == 0


def test_a_move_with_a_hold_takes_the_hold_s_place_over_and_frees_its_own(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    hold = hold_start(
        dealership=garage.dealership, basket=garage.basket(), start=garage.at(9), holder="offer", now=NOW
    )
    wanted = claims_of(hold)

    moved = move_appointment(
        appointment=visit, start=garage.at(9), by=CUSTOMER, version=visit.version, hold=hold, now=NOW
    )

    assert moved.starts_at == garage.at(9)
    assert claims_of(moved) == wanted
    assert claims_of(hold) == {}
    assert Hold.objects.get(pk=hold.pk).state == HoldState.BOOKED
    assert pool(PoolKind.SHOP_DAY).used == 45
    assert_sound()


def test_a_move_with_a_hold_that_ran_out_takes_the_start_if_it_is_still_free(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    hold = hold_start(
        dealership=garage.dealership, basket=garage.basket(), start=garage.at(9), holder="offer", now=NOW
    )
    Hold.objects.filter(pk=hold.pk).update(expires_at=NOW.replace(year=2020))

    moved = move_appointment(
        appointment=visit, start=garage.at(9), by=CUSTOMER, version=visit.version, hold=hold, now=NOW
    )

    assert moved.starts_at == garage.at(9)
    assert pool(PoolKind.SHOP_DAY).used == 45
    assert_sound()


def test_the_database_refuses_a_cap_that_falls_upwards(garage: Garage) -> None:
    shop = pool(PoolKind.SHOP_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapacityPool.objects.filter(pk=shop.pk).update(wanted_cap=shop.cap)


def test_used_can_not_be_changed_around_the_claims(garage: Garage) -> None:
    with pytest.raises((InternalError, ProgrammingError), match="apply_claims only"), transaction.atomic():
        CapacityPool.objects.filter(pk=pool(PoolKind.SHOP_DAY).pk).update(used=1)
