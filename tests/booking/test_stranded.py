"""Who is to be moved: exactly the upcoming visits in what closed or fell below what is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.models import Appointment, CapacityPool, PoolKind, Status
from booking.stranded import stranded_visits
from dealerships.models import Closure
from lib import clock
from tests.garage import MONDAY, NOW, Garage, make_garage

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


def set_pools(kind: PoolKind, **state: Any) -> None:
    CapacityPool.objects.filter(kind=kind, local_date=MONDAY).update(**state)


def stranded(garage: Garage) -> list[Appointment]:
    return [one.appointment for one in stranded_visits(garage.dealership, MONDAY, TUESDAY)]


def test_nobody_is_stranded_on_a_usual_day(garage: Garage) -> None:
    garage.book(garage.at(8))
    assert stranded(garage) == []


def test_who_is_in_a_closed_pool_is_listed_in_order_of_time_with_every_cause(garage: Garage) -> None:
    late, early = garage.book(garage.at(11)), garage.book(garage.at(9))
    garage.book(garage.at(8, day=TUESDAY))
    set_pools(PoolKind.SHOP_DAY, closed=True)
    set_pools(PoolKind.SKILL_DAY, closed=True)

    found = stranded_visits(garage.dealership, MONDAY, TUESDAY)
    assert [one.appointment for one in found] == [early, late]
    assert [(cause.kind, cause.subject) for cause in found[0].causes] == [
        (PoolKind.SKILL_DAY, "tires"),
        (PoolKind.SHOP_DAY, ""),
    ]


def test_a_cap_that_is_to_fall_strands_and_says_to_what(garage: Garage) -> None:
    garage.book(garage.at(8))
    set_pools(PoolKind.SHOP_DAY, cap=45, wanted_cap=30)

    [one] = stranded_visits(garage.dealership, MONDAY, TUESDAY)
    assert [(cause.closed, cause.cap, cause.used) for cause in one.causes] == [(False, 30, 45)]


def test_who_may_stay_is_not_stranded(garage: Garage) -> None:
    garage.book(garage.at(8))
    set_pools(PoolKind.SHOP_DAY, closed=True, honoured=True)
    assert stranded(garage) == []


def test_a_channel_says_how_to_book_and_strands_nobody(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    pool = CapacityPool.objects.create(
        dealership=garage.dealership, kind=PoolKind.CHANNEL_DAY, subject="web", local_date=MONDAY, closed=True
    )
    visit.claims.create(pool=pool, units=1)
    CapacityPool.objects.filter(pk=pool.pk).update(cap=0)
    assert stranded(garage) == []


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW])
def test_who_is_here_or_was_not_is_not_to_be_moved(garage: Garage, status: Status) -> None:
    visit = garage.book(garage.at(8))
    set_pools(PoolKind.SHOP_DAY, closed=True)
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    assert stranded(garage) == []


def test_who_cancelled_is_not_stranded_and_neither_is_another_dealerships_visit(garage: Garage) -> None:
    cancel_appointment(appointment=garage.book(garage.at(8)), by=CUSTOMER, now=NOW)
    other = make_garage(slug="riviere", horizon_days=4)
    other.book(other.at(8))
    set_pools(PoolKind.SHOP_DAY, closed=True)
    assert stranded(garage) == []


def test_who_once_was_in_first_snows_hours_may_not_stay_for_that_elsewhere(garage: Garage) -> None:
    visit = garage.book(garage.at(8))
    set_pools(PoolKind.SHOP_DAY, closed=True, honoured=True)
    move_appointment(appointment=visit, start=garage.at(16, day=TUESDAY), by=CUSTOMER, version=1, now=NOW)
    visit.refresh_from_db()
    ready = clock.local(visit.ready_at, garage.dealership.zone).date()
    assert stranded(garage) == []
    Closure.objects.create(
        dealership=garage.dealership, first_day=ready, last_day=ready, reason_fr="a", reason_en="a"
    )
    assert stranded(garage) == [visit]
