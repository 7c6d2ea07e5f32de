"""What customers look for in vain is kept, once, and is met by their own booking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import CapacityPool, PoolKind, UnmetDemand, UnmetSource
from lib import clock
from tests.booking.views.conftest import Visitor

pytestmark = pytest.mark.django_db


def fill(**days: object) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, **days).update(cap=0)


def test_a_full_day_that_is_asked_for_is_kept(visitor: Visitor) -> None:
    visitor.to_time()
    day = clock.local(visitor.starts()[0].starts_at, visitor.garage.dealership.zone).date()
    fill(local_date=day)

    for _again in range(2):
        visitor.get("book/time/", day=day.isoformat())

    kept = UnmetDemand.objects.get()
    assert (kept.first_day, kept.last_day, kept.cap_kind) == (day, day, PoolKind.SHOP_DAY)
    assert (kept.source, kept.services, kept.met_at) == (UnmetSource.WEB, ["tire_swap"], None)


def test_a_full_week_and_a_full_horizon_are_kept_as_such(visitor: Visitor) -> None:
    today = clock.local(clock.now(), visitor.garage.dealership.zone).date()
    visitor.to_time()
    fill(local_date__range=(today + timedelta(days=7), today + timedelta(days=13)))
    visitor.get("book/time/", **{"from": (today + timedelta(days=7)).isoformat()})

    week = UnmetDemand.objects.get()
    assert (week.first_day, week.last_day) == (today + timedelta(days=7), today + timedelta(days=13))

    fill()
    visitor.get("book/time/")
    horizon = UnmetDemand.objects.exclude(pk=week.pk).get()
    assert (horizon.first_day, horizon.last_day) == (today, today + timedelta(days=30))


def test_days_with_times_and_a_look_without_asking_are_not_kept(visitor: Visitor) -> None:
    visitor.to_time()
    day = clock.local(visitor.starts()[0].starts_at, visitor.garage.dealership.zone).date()

    visitor.get("book/time/")
    visitor.get("book/time/", day=day.isoformat())
    fill(local_date=day)
    visitor.client.head(visitor.url("book/time/"), {"day": day.isoformat()})

    assert not UnmetDemand.objects.exists()


def test_who_books_after_all_was_not_lost(visitor: Visitor, another) -> None:
    day = clock.local(visitor.starts()[0].starts_at, visitor.garage.dealership.zone).date()
    fill(local_date=day)
    somebody_else = another()
    for one in (visitor, somebody_else):
        one.to_time()
        one.get("book/time/", day=day.isoformat())

    visitor.book(visitor.starts(day + timedelta(days=1))[0])

    assert [kept.met_at is None for kept in UnmetDemand.objects.order_by("pk")] == [False, True]
