"""Making pools while people book: a day's transaction concerns that day alone, and what does not change is not locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from booking.actions.refresh import Refreshed, refresh_pools
from booking.models import Appointment, CapacityPool, CapacityRule, PoolKind
from dealerships.models import Dealership
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.garage import MONDAY, NOW, Garage, make_garage

TUESDAY = MONDAY + timedelta(days=1)
PATIENCE = 40  # seconds; who waits longer is stuck
A_MOMENT = 0.4


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(horizon_days=5)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def start(threads: ThreadPoolExecutor, action: Any) -> Future[Any]:
    """Run it on a connection of its own."""

    def run() -> Any:
        try:
            return action()
        finally:
            connections.close_all()

    return threads.submit(run)


def set_minutes(cap: int) -> None:
    CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=cap)


def refresh(garage: Garage, **more: Any) -> Refreshed:
    return refresh_pools(dealership=Dealership.objects.get(pk=garage.dealership.pk), now=NOW, **more)


class Pause:
    """Stops a refresh inside the transaction of one day until it may go on."""

    def __init__(self, day: date) -> None:
        self.day, self.inside, self.go_on = day, threading.Event(), threading.Event()

    def __call__(self, day: date) -> None:
        if day == self.day:
            self.inside.set()
            assert self.go_on.wait(PATIENCE)


@contextmanager
def row_locked(pool: CapacityPool) -> Iterator[None]:
    with transaction.atomic():
        CapacityPool.objects.select_for_update().get(pk=pool.pk)
        yield


def test_while_one_day_is_made_other_days_are_booked_and_that_day_waits_its_turn(
    garage: Garage, threads: ThreadPoolExecutor
) -> None:
    set_minutes(700)
    pause = Pause(MONDAY)
    refreshing = start(threads, partial(refresh, garage, serve=pause))
    assert pause.inside.wait(PATIENCE) or refreshing.result(0)

    elsewhere = [garage.book(garage.at(8, day=MONDAY + timedelta(days=offset))) for offset in (1, 2, 3)]
    here = start(threads, partial(garage.book, garage.at(8)))
    with pytest.raises(NotYet):
        here.result(A_MOMENT)
    assert not refreshing.done()

    pause.go_on.set()
    assert here.result(PATIENCE).local_date == MONDAY
    assert refreshing.result(PATIENCE).changed == 5
    assert Appointment.objects.count() == len(elsewhere) + 1
    assert set(CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).values_list("cap", flat=True)) == {700}
    assert_sound()


def test_what_does_not_change_is_not_locked(garage: Garage, threads: ThreadPoolExecutor) -> None:
    """Somebody is at work on Monday's minutes; rules that change nothing of them need not wait."""
    CapacityRule.objects.filter(kind=PoolKind.SKILL_DAY, subject="tires").update(cap=500)
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)

    with row_locked(shop):
        assert start(threads, partial(refresh, garage)).result(PATIENCE).changed == 5


def test_a_refresh_waits_for_who_is_booking_and_loses_neither(
    garage: Garage, threads: ThreadPoolExecutor
) -> None:
    set_minutes(700)
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)

    with row_locked(shop):
        refreshing = start(threads, partial(refresh, garage))
        with pytest.raises(NotYet):
            refreshing.result(A_MOMENT)
    assert refreshing.result(PATIENCE).changed == 5
    shop.refresh_from_db()
    assert shop.cap == 700


def test_bookings_of_all_days_during_refreshes_are_all_taken(garage: Garage) -> None:
    before = deadlocks()
    places = [
        garage.at(8 + hour, day=MONDAY + timedelta(days=offset)) for offset in range(4) for hour in (0, 1, 2)
    ]

    def change(cap: int) -> Refreshed:
        set_minutes(cap)
        return refresh(garage)

    at_once(
        [*(partial(garage.book, place) for place in places), *(partial(change, 700 + n) for n in range(4))]
    )

    assert Appointment.objects.count() == len(places)
    assert refresh(garage) == Refreshed(0, 0)
    assert deadlocks() == before
    assert_sound()
