"""A rule that changes on 120 days: under two seconds, and no booking waits for more than a fifth of one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from booking.actions.refresh import Refreshed, refresh_pools
from booking.models import CapacityPool, CapacityRule, PoolKind
from dealerships.models import Dealership, OpeningHours
from tests.booking.storm import PATIENCE, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage

SECONDS, BLOCKED_SECONDS, BEST_OF, PAUSE = 2.0, 0.2, 3, 0.01


def refresh(garage: Garage) -> tuple[float, Refreshed]:
    """Seconds, and what it did."""
    dealership = Dealership.objects.get(pk=garage.dealership.pk)
    began = monotonic()
    done = refresh_pools(dealership=dealership, now=NOW)
    return monotonic() - began, done


def every_shop_day(number: int) -> None:
    CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=600 + number)


def every_closing_hour(number: int) -> None:
    OpeningHours.objects.update(closes=f"{14 + number % 2}:30")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [every_shop_day, every_closing_hour])
def test_120_days_are_made_again_quickly_and_block_nobody(change: Callable[[int], None]) -> None:
    garage = make_garage(advisors=6, horizon_days=120)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_capacitypool")
    quickest = slowest_wait = float(PATIENCE)
    for number in range(1, BEST_OF + 1):
        change(number)
        stop = threading.Event()

        def take(stop: threading.Event = stop) -> float:
            return longest_wait(stop)

        def run(stop: threading.Event = stop) -> float:
            try:
                seconds, done = refresh(garage)
                assert done.changed >= 100
                return seconds
            finally:
                stop.set()

        waited, seconds = at_once([take, run])
        assert isinstance(waited, float)
        assert isinstance(seconds, float)
        quickest, slowest_wait = min(quickest, seconds), min(slowest_wait, waited)
    # The budgets are those of two cores that have nothing else to do.
    shared_by = max(1.0, os.getloadavg()[0] / 2)
    assert quickest < SECONDS * shared_by
    assert slowest_wait < BLOCKED_SECONDS * shared_by


def longest_wait(stop: threading.Event) -> float:
    """Seconds that the slowest lock took, as bookings lock a day's pools, over and over until `stop`."""
    day, longest = MONDAY, 0.0
    while not stop.is_set():
        with transaction.atomic():
            pools = CapacityPool.objects.filter(local_date=day).order_by("kind", "pk")
            began = monotonic()
            list(pools.select_for_update(no_key=True).values_list("pk"))
            longest = max(longest, monotonic() - began)
        # Both run in one process: without a pause this loop would be what is measured.
        sleep(PAUSE)
        day = MONDAY + (day - MONDAY + timedelta(days=1)) % timedelta(days=110)
    return longest
