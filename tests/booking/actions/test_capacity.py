"""Pools come from shifts, rules, closures and holidays, and are made once."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import pytest

from booking.actions.capacity import extend_horizon
from booking.models import CapacityPool, PoolKind, Shift
from dealerships.models import Closure, StaffMember
from tests.booking.storm import at_once
from tests.garage import MONDAY, Garage, make_garage

SUNDAY_BEFORE = date(2026, 11, 29)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def cells(advisor: StaffMember, day: date) -> int:
    return CapacityPool.objects.filter(
        kind=PoolKind.ADVISOR_CELL, subject=str(advisor.pk), local_date=day
    ).count()


def test_extending_twice_makes_nothing_twice(garage: Garage) -> None:
    before = CapacityPool.objects.count()

    assert extend_horizon(dealership=garage.dealership, today=SUNDAY_BEFORE) == 0
    assert CapacityPool.objects.count() == before


def test_a_later_day_adds_what_is_new_and_touches_nothing_else(garage: Garage) -> None:
    garage.book(garage.at(8))
    made = extend_horizon(dealership=garage.dealership, today=SUNDAY_BEFORE + timedelta(days=2))

    last = SUNDAY_BEFORE + timedelta(days=22)
    assert made == CapacityPool.objects.filter(local_date=last).count()
    assert made > 0
    assert CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY).used == 45


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_each_pool_once() -> None:
    garage = make_garage()
    CapacityPool.objects.all().delete()

    at_once([partial(extend_horizon, dealership=garage.dealership, today=SUNDAY_BEFORE)] * 3)

    keys = CapacityPool.objects.values_list("kind", "subject", "local_date", "starts_at")
    assert len(keys) == len(set(keys)) > 0


def test_sundays_have_no_pools(garage: Garage) -> None:
    assert not CapacityPool.objects.filter(local_date__week_day=1).exists()


def test_christmas_has_no_pools_and_a_name_in_both_languages(db: None) -> None:
    make_garage(slug="noel", today=date(2026, 12, 20))

    christmas = Closure.objects.get(first_day=date(2026, 12, 25))
    assert (christmas.reason_fr, christmas.reason_en, christmas.statutory) == (
        "Jour de Noël",
        "Christmas Day",
        True,
    )
    assert not CapacityPool.objects.filter(local_date=date(2026, 12, 25)).exists()
    assert CapacityPool.objects.filter(local_date=date(2026, 12, 24)).exists()


def test_a_holiday_on_which_the_manager_decided_to_work_does_not_come_back(db: None) -> None:
    garage = make_garage(slug="noel", today=date(2026, 12, 20))
    Closure.objects.get(first_day=date(2026, 12, 25)).delete()

    extend_horizon(dealership=garage.dealership, today=date(2026, 12, 20))

    assert not Closure.objects.filter(first_day=date(2026, 12, 25)).exists()
    assert CapacityPool.objects.filter(local_date=date(2026, 12, 25), closed=False).exists()


def test_the_year_that_turns_brings_its_own_holidays(db: None) -> None:
    make_garage(slug="jan", today=date(2026, 12, 28))

    assert not CapacityPool.objects.filter(local_date=date(2027, 1, 1)).exists()


def test_an_absent_advisor_has_no_cells_and_the_others_do(db: None) -> None:
    garage = make_garage(horizon_days=1)
    away, here = garage.advisors
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    Closure.objects.create(
        dealership=garage.dealership, staff_member=away, first_day=tuesday, last_day=tuesday,
        reason_fr="Vacances", reason_en="Vacation",
    )  # fmt: skip

    garage.dealership.horizon_days = 5
    extend_horizon(dealership=garage.dealership, today=SUNDAY_BEFORE)

    assert (cells(away, tuesday), cells(here, tuesday)) == (0, 32)
    assert cells(away, wednesday) == 32


def test_a_rotation_alternates_weeks(db: None) -> None:
    garage = make_garage(horizon_days=0)
    [advisor, _other] = garage.advisors
    advisor.shifts.filter(weekday=5).delete()
    StaffMember.objects.filter(pk=advisor.pk).update(rotation_weeks=2)
    Shift.objects.create(person=advisor, rotation_week=1, weekday=5, starts=time(8), ends=time(12))
    garage.dealership.horizon_days = 40
    extend_horizon(dealership=garage.dealership, today=SUNDAY_BEFORE)

    saturdays = [MONDAY + timedelta(days=5 + 7 * week) for week in range(4)]
    worked = [cells(advisor, day) for day in saturdays if day != date(2026, 12, 26)]

    assert sorted(set(worked)) == [0, 16]
    assert worked[0] != worked[1]


def test_a_blank_cap_is_no_limit_and_zero_is_closed(db: None) -> None:
    garage = make_garage(shop_minutes=None, tire_minutes=0)
    shop = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)
    tires = CapacityPool.objects.get(kind=PoolKind.SKILL_DAY, subject="tires", local_date=MONDAY)

    assert (shop.cap, tires.cap) == (None, 0)
    assert garage.book(garage.at(8), basket=garage.basket("oil_change"))
