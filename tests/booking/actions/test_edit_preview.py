"""What a change would do, before it is made: without a trace."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial

import pytest

from booking.actions.edit import preview_draft
from booking.actions.ranges import Range, change_range, range_change
from booking.actions.refresh import release_due
from booking.models import Appointment, CapacityPool, CapacityRule, ChangeAction, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Closure, Role, User
from tests.booking.actions.test_refresh import alignment
from tests.booking.changes import edit, preview, references, set_cap, shop, state
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def test_a_preview_leaves_nothing_behind(garage: Garage) -> None:
    garage.book(garage.at(8))
    release_due(now=NOW)
    before = state()
    impact = preview(garage, partial(set_cap, PoolKind.SHOP_DAY, 30))
    assert state() == before
    assert len(impact.stranded) == 1
    assert release_due(now=NOW) == 0


def test_closing_the_rack_for_an_afternoon_names_the_visits_of_that_afternoon(
    garage: Garage, manager: User
) -> None:
    alignment(garage)
    CapacityRule.objects.filter(subject="alignment").delete()
    garage.book(garage.at(9))
    inside = garage.book(garage.at(14))
    garage.book(garage.at(14, 15), basket=garage.basket("oil_change"))
    garage.book(garage.at(14, day=TUESDAY))
    where = Range(MONDAY, MONDAY, PoolKind.SERVICE_GROUP, "alignment", time(12), time(17))
    draft = range_change(
        garage.dealership, where, by=manager, action=ChangeAction.CLOSE, reason="Panne", now=NOW
    )

    impact = preview_draft(draft, dealership=garage.dealership, now=NOW)
    assert references(impact) == [inside.reference]

    # The pool is made by applying it, and says the same.
    change_range(
        dealership=garage.dealership, where=where, by=manager, action=ChangeAction.CLOSE, reason="Panne",
        edition=None, now=NOW,
    )  # fmt: skip
    stranded = stranded_visits(garage.dealership, MONDAY, TUESDAY)
    assert [one.appointment.reference for one in stranded] == [inside.reference]
    assert [cause.subject for cause in stranded[0].causes] == ["alignment/pm"]


def test_closing_a_rack_that_had_a_limit_names_the_same_visits(garage: Garage, manager: User) -> None:
    alignment(garage, cap=9)
    CapacityRule.objects.create(
        dealership=garage.dealership,
        kind=PoolKind.SERVICE_GROUP,
        subject="alignment/pm",
        weekday=0,
        cap=2,
    )
    release_due(now=NOW)
    garage.book(garage.at(9))
    inside = garage.book(garage.at(14))
    where = Range(MONDAY, MONDAY, PoolKind.SERVICE_GROUP, "alignment/pm")
    draft = range_change(
        garage.dealership, where, by=manager, action=ChangeAction.CLOSE, reason="Panne", now=NOW
    )

    impact = preview_draft(draft, dealership=garage.dealership, now=NOW)
    assert references(impact) == [inside.reference]
    rack = CapacityPool.objects.get(subject="alignment/pm", local_date=MONDAY)
    assert rack.pk in impact.closed_pools
    assert rack.closed is False


def test_an_advisors_vacation_names_their_visits(garage: Garage, manager: User) -> None:
    visits = [garage.book(garage.at(8 + hour)) for hour in range(4)]
    away = visits[0].advisor
    mine = [visit.reference for visit in visits if visit.advisor_id == away.pk]
    assert 0 < len(mine) < 4

    def change() -> None:
        Closure.objects.create(
            dealership=garage.dealership, staff_member=away, first_day=MONDAY, last_day=TUESDAY,
            reason_fr="Vacances", reason_en="Vacation",
        )  # fmt: skip

    assert references(preview(garage, change)) == mine
    edit(garage, manager, change)
    assert [one.appointment.reference for one in stranded_visits(garage.dealership, MONDAY, TUESDAY)] == mine


def test_closing_the_shop_names_every_visit_of_the_day_and_only_the_upcoming(
    garage: Garage, manager: User
) -> None:
    visits = [garage.book(garage.at(8 + hour)) for hour in range(3)]
    garage.book(garage.at(8, day=TUESDAY))
    Appointment.objects.filter(pk=visits[0].pk).update(status="arrived")
    where = Range(MONDAY, MONDAY)
    draft = range_change(
        garage.dealership, where, by=manager, action=ChangeAction.CLOSE, reason="Panne", now=NOW
    )
    impact = preview_draft(draft, dealership=garage.dealership, now=NOW)
    assert references(impact) == [visit.reference for visit in visits[1:]]
    assert impact.closed_pools == set(
        CapacityPool.objects.filter(local_date=MONDAY).values_list("pk", flat=True)
    )


def test_a_full_day_strands_nobody(garage: Garage, manager: User) -> None:
    garage.book(garage.at(8))
    draft = range_change(
        garage.dealership,
        Range(MONDAY, MONDAY),
        by=manager,
        action=ChangeAction.FULL,
        reason="-",
        now=NOW,
    )
    assert preview_draft(draft, dealership=garage.dealership, now=NOW).stranded == ()


def test_gauges_say_what_was_and_what_will_be(garage: Garage) -> None:
    garage.book(garage.at(8))
    impact = preview(garage, partial(set_cap, PoolKind.SHOP_DAY, 300))
    gauge = next(gauge for gauge in impact.gauges if gauge.day == MONDAY)
    assert (gauge.kind, gauge.was, gauge.will, gauge.used) == (PoolKind.SHOP_DAY, 600, 300, 45)


@pytest.mark.django_db(transaction=True)
def test_bookings_go_on_during_a_preview() -> None:
    garage = make_garage(horizon_days=2)
    booked: list[Appointment] = []

    def change() -> None:
        set_cap(PoolKind.SHOP_DAY, 30)
        # Another client, on another connection, while the preview's transaction is open.
        booked.extend(at_once([partial(garage.book, garage.at(8))]))  # type: ignore[arg-type]

    impact = preview(garage, change)

    assert len(booked) == 1
    assert shop().used == 45
    assert len(impact.stranded) == 1
    assert_sound()
