"""The last change taken back, and what that would do."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from booking.actions.edit import StaleCapacity, apply_draft, edition_of
from booking.actions.first_snow import Opening, Preparation, prepare_first_snow, switch_first_snow
from booking.actions.journal import ChangedSince, NothingToUndo, preview_undo, undo_last_edit
from booking.actions.refresh import release_due
from booking.models import CapacityEdit, CapacityPool, CapacityRule, PoolKind, Shift
from booking.stranded import stranded_visits
from dealerships.models import Closure, OpeningHours, Role, StaffMember, User
from tests.booking.changes import edit, references, set_cap, shop, state
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def undo(garage: Garage, manager: User) -> CapacityEdit:
    return undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)


def test_the_last_change_is_taken_back_and_then_the_one_before(garage: Garage, manager: User) -> None:
    start = list(CapacityPool.objects.order_by("pk").values())
    first = edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
    second = edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 800))

    assert undo(garage, manager) == second
    assert shop().cap == 700
    assert undo(garage, manager) == first
    assert list(CapacityPool.objects.order_by("pk").values()) == start
    with pytest.raises(NothingToUndo):
        undo(garage, manager)


def test_rows_that_were_made_changed_or_removed_are_as_they_were(garage: Garage, manager: User) -> None:
    advisor = garage.advisors[0]
    before = state()

    def change() -> None:
        advisor.shifts.filter(weekday=0).delete()
        advisor.shifts.filter(weekday=1, starts=time(13)).update(ends=time(15, 15))
        Shift.objects.create(person=advisor, weekday=6, starts=time(9), ends=time(10))
        StaffMember.objects.filter(pk=advisor.pk).update(daily_customers=3, skills=["tires"])
        OpeningHours.objects.filter(weekday=5).delete()
        Closure.objects.create(
            dealership=garage.dealership,
            first_day=TUESDAY,
            last_day=TUESDAY,
            reason_fr="Congé",
            reason_en="Off",
        )

    edit(garage, manager, change)
    undo(garage, manager)

    assert state()[:-1] == before[:-1]


def test_an_edit_whose_rows_changed_since_is_not_taken_back(garage: Garage, manager: User) -> None:
    edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
    set_cap(PoolKind.SHOP_DAY, 900)

    with pytest.raises(ChangedSince):
        undo(garage, manager)
    assert set(CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).values_list("cap", flat=True)) == {900}


def test_other_rows_may_have_changed_since(garage: Garage, manager: User) -> None:
    edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
    Closure.objects.create(
        dealership=garage.dealership, first_day=TUESDAY, last_day=TUESDAY, reason_fr="Congé", reason_en="Off",
        statutory=True,
    )  # fmt: skip
    undo(garage, manager)
    assert shop().cap == 600


def test_somebody_who_was_taken_on_is_retired(garage: Garage, manager: User) -> None:
    def hire() -> None:
        StaffMember.objects.create(dealership=garage.dealership, role=Role.ADVISOR, name="Zoé")

    edit(garage, manager, hire)
    undo(garage, manager)
    assert StaffMember.objects.get(name="Zoé").active is False
    assert shop().cap == 600


def test_a_visit_booked_in_between_is_stranded_and_not_lost(garage: Garage, manager: User) -> None:
    def open_sunday() -> None:
        OpeningHours.objects.create(dealership=garage.dealership, weekday=6, opens=time(8), closes=time(17))
        for kind, subject in ((PoolKind.SHOP_DAY, ""), (PoolKind.SKILL_DAY, "tires")):
            CapacityRule.objects.create(
                dealership=garage.dealership, kind=kind, subject=subject, weekday=6, cap=300
            )
        Shift.objects.create(person=garage.advisors[0], weekday=6, starts=time(8), ends=time(12))

    type(garage.dealership).objects.update(horizon_days=10)
    garage.dealership.refresh_from_db()
    edit(garage, manager, open_sunday)
    sunday = MONDAY + timedelta(days=6)
    visit = garage.book(garage.at(9, day=sunday))
    undo(garage, manager)

    [stranded] = stranded_visits(garage.dealership, MONDAY, sunday)
    assert stranded.appointment == visit
    assert_sound()


def test_a_preview_says_who_would_have_to_move_and_leaves_nothing_behind(
    garage: Garage, manager: User
) -> None:
    edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 30))
    edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 600))
    visit = garage.book(garage.at(8))
    before = state()

    impact = preview_undo(dealership=garage.dealership, now=NOW)

    assert references(impact) == [visit.reference]
    assert state() == before
    assert release_due(now=NOW) == 0
    undo(garage, manager)
    assert [one.appointment for one in stranded_visits(garage.dealership, MONDAY, TUESDAY)] == [visit]


def test_who_was_booked_in_first_snow_may_stay_so_taking_it_back_moves_nobody(
    garage: Garage, manager: User
) -> None:
    evening = Preparation(openings=(Opening(0, time(17, 30), time(20), tire_minutes=150),))
    draft = prepare_first_snow(garage.dealership, evening)
    apply_draft(draft, dealership=garage.dealership, by=manager, edition=None, now=NOW)
    switch_first_snow(dealership=garage.dealership, on=True, by=manager, edition=None, now=NOW)
    garage.book(garage.at(18))

    assert preview_undo(dealership=garage.dealership, now=NOW).stranded == ()
    undo(garage, manager)
    assert stranded_visits(garage.dealership, MONDAY, TUESDAY) == []


def test_a_preview_refuses_what_undoing_would(garage: Garage, manager: User) -> None:
    with pytest.raises(NothingToUndo):
        preview_undo(dealership=garage.dealership, now=NOW)
    seen = edition_of(garage.dealership)
    edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
    with pytest.raises(StaleCapacity):
        preview_undo(dealership=garage.dealership, edition=seen, now=NOW)
    set_cap(PoolKind.SHOP_DAY, 900)
    with pytest.raises(ChangedSince):
        preview_undo(dealership=garage.dealership, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_back_what_they_both_see_one_is_told() -> None:
    garage = make_garage(horizon_days=2)
    manager = make_staff(garage.dealership, Role.MANAGER)
    for cap in (700, 800):
        edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, cap))
    seen = edition_of(garage.dealership)
    take_back = partial(undo_last_edit, dealership=garage.dealership, by=manager, edition=seen, now=NOW)

    done = at_once([take_back, take_back], expect=StaleCapacity)

    assert sorted(type(one).__name__ for one in done) == ["CapacityEdit", "StaleCapacity"]
    assert shop().cap == 700
    assert CapacityEdit.objects.filter(undone_at=None).count() == 1


def test_stranded_visits_are_listed_in_as_many_queries_whatever_their_number(
    garage: Garage, manager: User, django_assert_num_queries: Any
) -> None:
    garage.book(garage.at(8))
    edit(garage, manager, partial(set_cap, PoolKind.SKILL_DAY, 10))
    with django_assert_num_queries(4):
        assert len(stranded_visits(garage.dealership, MONDAY, TUESDAY)) == 1
    undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)
    for hour in (9, 10, 11):
        garage.book(garage.at(hour))
    edit(garage, manager, partial(set_cap, PoolKind.SKILL_DAY, 10))
    with django_assert_num_queries(4):
        assert len(stranded_visits(garage.dealership, MONDAY, TUESDAY)) == 4
