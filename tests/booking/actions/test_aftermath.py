"""What a change of capacity means for visits that were promised before it: nobody is dropped, nothing lent twice."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from booking.actions.advisors import hand_over_visits, leave_change
from booking.actions.edit import NothingChanged, apply_draft, preview_capacity
from booking.actions.history import CUSTOMER, staff
from booking.actions.journal import undo_last_edit
from booking.actions.move import move_appointment
from booking.actions.ranges import Range, change_range, declare_full
from booking.actions.refresh import refresh_pools
from booking.actions.wait_list import serve_wait_list
from booking.models import (
    CapacityPool,
    CapacityRule,
    CapacitySettings,
    ChangeAction,
    PoolKind,
    WaitListOffer,
)
from booking.stranded import stranded_visits
from dealerships.models import Closure, OpeningHours, Role, SpecialHours, User
from tests.booking.storm import assert_sound
from tests.booking.waiters import wait
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=6)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=2, horizon_days=9)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def pool(kind: PoolKind, subject: str = "", day: date = MONDAY) -> CapacityPool:
    return CapacityPool.objects.get(kind=kind, subject=subject, local_date=day)


def listed(garage: Garage) -> list[str]:
    return [one.appointment.reference for one in stranded_visits(garage.dealership, MONDAY, SUNDAY)]


def test_a_car_promised_for_a_day_that_closes_is_shown_before_and_listed_after(garage: Garage) -> None:
    overnight = garage.book(garage.at(16))
    garage.book(garage.at(9))
    assert overnight.ready_at == garage.at(7, 30, day=TUESDAY)

    def close_tuesday() -> None:
        Closure.objects.create(
            dealership=garage.dealership, first_day=TUESDAY, last_day=TUESDAY, reason_fr="a", reason_en="a"
        )

    impact = preview_capacity(dealership=garage.dealership, change=close_tuesday, now=NOW)
    assert [one.appointment for one in impact.stranded] == [overnight]
    assert listed(garage) == []

    close_tuesday()
    refresh_pools(dealership=garage.dealership, now=NOW)
    assert listed(garage) == [overnight.reference]


def test_a_car_promised_for_after_an_earlier_closing_is_listed(garage: Garage) -> None:
    visit = garage.book(garage.at(10))
    SpecialHours.objects.create(
        dealership=garage.dealership,
        day=MONDAY,
        opens=time(7, 30),
        closes=time(11),
        reason_fr="a",
        reason_en="a",
    )

    assert listed(garage) == [visit.reference]


def test_a_courtesy_car_that_is_out_counts_on_a_day_that_is_opened_later(garage: Garage) -> None:
    saturday = SUNDAY - timedelta(days=1)
    garage.book(garage.at(16, day=saturday), basket=garage.basket("brakes", transport="courtesy_car"))
    for kind, subject, cap in ((PoolKind.TRANSPORT, "courtesy_car", 1), (PoolKind.SHOP_DAY, "", 600)):
        CapacityRule.objects.create(
            dealership=garage.dealership, kind=kind, subject=subject, weekday=6, cap=cap
        )
    SpecialHours.objects.create(
        dealership=garage.dealership, day=SUNDAY, opens=time(9), closes=time(12), reason_fr="a", reason_en="a"
    )

    refresh_pools(dealership=garage.dealership, now=NOW)

    assert pool(PoolKind.TRANSPORT, "courtesy_car", SUNDAY).used == 1
    assert_sound()


def test_a_day_declared_full_twice_is_open_after_one_undo(garage: Garage, manager: User) -> None:
    declare_full(dealership=garage.dealership, day=MONDAY, by=manager, now=NOW)
    with pytest.raises(NothingChanged):
        declare_full(dealership=garage.dealership, day=MONDAY, by=manager, now=NOW)
    declare_full(dealership=garage.dealership, day=MONDAY, by=manager, web_only=True, now=NOW)
    undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)

    undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)

    assert not pool(PoolKind.SHOP_DAY).closed


def test_a_visit_that_is_handed_over_stays_in_the_web_s_share(garage: Garage, manager: User) -> None:
    CapacitySettings.objects.update_or_create(dealership=garage.dealership, defaults={"web_guaranteed": 24})
    refresh_pools(dealership=garage.dealership, now=NOW)
    visit = garage.book(garage.at(9))
    leaving = visit.advisor
    apply_draft(leave_change(leaving), dealership=garage.dealership, by=manager, edition=None, now=NOW)

    done = hand_over_visits(advisor=leaving, by=staff(manager), now=NOW)

    assert [one.pk for one in done.moved] == [visit.pk]
    assert pool(PoolKind.CHANNEL_DAY, "staff").used == 0
    assert_sound()


def test_on_another_day_a_visit_is_in_the_share_of_who_moved_it(garage: Garage, manager: User) -> None:
    CapacitySettings.objects.update_or_create(
        dealership=garage.dealership, defaults={"web_guaranteed": 2, "kept_for_staff": 2}
    )
    refresh_pools(dealership=garage.dealership, now=NOW)
    visit = garage.book(garage.at(9))

    moved = move_appointment(
        appointment=visit,
        start=garage.at(9, day=TUESDAY),
        by=staff(manager),
        version=1,
        notice=False,
        now=NOW,
    )
    assert pool(PoolKind.CHANNEL_DAY, "staff", TUESDAY).used == 1
    move_appointment(appointment=moved, start=garage.at(10, day=TUESDAY), by=CUSTOMER, version=2, now=NOW)
    assert pool(PoolKind.CHANNEL_DAY, "staff", TUESDAY).used == 1


def test_what_is_kept_for_the_staff_is_kept_of_the_advisors_who_are_there(
    garage: Garage, manager: User
) -> None:
    CapacitySettings.objects.update_or_create(dealership=garage.dealership, defaults={"kept_for_staff": 4})
    refresh_pools(dealership=garage.dealership, now=NOW)
    assert pool(PoolKind.CHANNEL_DAY, "web").cap == 20

    where = Range(MONDAY, MONDAY, PoolKind.ADVISOR_DAY, str(garage.advisors[0].pk))
    change_range(
        dealership=garage.dealership, where=where, by=manager, action=ChangeAction.CLOSE, reason="Formation",
        edition=None, now=NOW,
    )  # fmt: skip

    assert pool(PoolKind.CHANNEL_DAY, "web").cap == 8


def test_while_a_day_is_locked_no_offer_draws_on_another(garage: Garage) -> None:
    """An ordinary overnight booking holds the next day's pools and waits for this day's: that would be a circle."""
    now = garage.at(9, day=MONDAY - timedelta(days=3))
    CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, local_date=MONDAY).exclude(
        starts_at=garage.at(16)
    ).update(closed=True)
    OpeningHours.objects.filter(weekday=1).update(opens=time(7, 30))
    CapacityPool.objects.create(
        dealership=garage.dealership, kind=PoolKind.HAND_BACK, local_date=TUESDAY,
        starts_at=garage.at(7, 30, day=TUESDAY), cap=5,
    )  # fmt: skip
    CapacityPool.objects.filter(local_date=MONDAY, kind=PoolKind.SHOP_DAY).update(closed=True)
    wait(garage, last=MONDAY)
    CapacityPool.objects.filter(local_date=MONDAY, kind=PoolKind.SHOP_DAY).update(closed=False)

    with transaction.atomic():
        assert serve_wait_list(dealership=garage.dealership, day=MONDAY, now=now) == 0
    assert serve_wait_list(dealership=garage.dealership, day=MONDAY, now=now) == 1
    assert WaitListOffer.objects.get().starts_at == garage.at(16)
