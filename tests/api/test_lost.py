"""Searches by the API that found nothing, and the bookings that follow."""

from __future__ import annotations

import pytest

from booking.models import CapacityPool, PoolKind, UnmetDemand, UnmetSource

pytestmark = pytest.mark.django_db
SEARCH = (
    "dealerships/boreal/availability?service=tire_swap&answer=rims:on&answer=tires:own&from={day}&days={days}"
)


def fill(api, **days) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, **days).update(cap=0)


def test_a_range_without_a_start_is_kept_once_a_client(api):
    fill(api, local_date=api.day)

    for _again in range(2):
        assert api.get(SEARCH.format(day=api.day, days=1)).status_code == 200

    kept = UnmetDemand.objects.get()
    assert (kept.source, kept.first_day, kept.last_day) == (UnmetSource.API, api.day, api.day)
    assert kept.cap_kind == PoolKind.SHOP_DAY


def test_a_range_with_a_start_is_not_kept(api):
    fill(api, local_date=api.day)

    api.get(SEARCH.format(day=api.day, days=7))

    assert not UnmetDemand.objects.exists()


def test_a_booking_by_the_same_client_meets_its_search(api):
    fill(api, local_date=api.day)
    api.get(SEARCH.format(day=api.day, days=1))
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=600)

    booked = api.post("dealerships/boreal/appointments", api.order(), **{"Idempotency-Key": "one"})

    assert booked.status_code == 201
    assert UnmetDemand.objects.get().met_at is not None
