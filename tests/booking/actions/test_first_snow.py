"""First-snow mode: prepared, previewed, switched on and off; what was booked in it stays."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from booking.actions import refresh
from booking.actions.edit import NothingChanged, apply_draft
from booking.actions.first_snow import (
    Opening,
    Preparation,
    prepare_first_snow,
    preview_first_snow,
    switch_first_snow,
)
from booking.actions.journal import undo_last_edit
from booking.actions.ranges import Range, change_range
from booking.actions.refresh import release_due
from booking.errors import SlotTaken, StartRefused
from booking.models import CapacityPool, FirstSnow, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Role, User
from lib.errors import Refusal
from tests.booking.actions.test_refresh import alignment
from tests.booking.storm import assert_sound
from tests.booking.waiters import wait
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

SUNDAY = MONDAY + timedelta(days=6)
PREPARED = Preparation(
    lasts_days=10,
    extra_tire_minutes=120,
    openings=(
        Opening(0, time(17, 30), time(20), tire_minutes=150),
        Opening(6, time(9), time(12), tire_minutes=90),
    ),
    raises={(PoolKind.SERVICE_GROUP.value, "alignment"): 2},
)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=9)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def prepare(garage: Garage, manager: User, preparation: Preparation = PREPARED) -> None:
    draft = prepare_first_snow(garage.dealership, preparation)
    apply_draft(draft, dealership=garage.dealership, by=manager, edition=None, now=NOW)


def switch(garage: Garage, manager: User, **more: Any) -> Any:
    return switch_first_snow(dealership=garage.dealership, by=manager, edition=None, now=NOW, **more)


def tires(day: Any = MONDAY) -> int | None:
    return CapacityPool.objects.get(kind=PoolKind.SKILL_DAY, subject="tires", local_date=day).cap


def test_preparing_changes_no_pool(garage: Garage, manager: User) -> None:
    before = list(CapacityPool.objects.order_by("pk").values())
    prepare(garage, manager)
    assert list(CapacityPool.objects.order_by("pk").values()) == before
    with pytest.raises(NothingChanged):
        prepare(garage, manager)


def test_switching_on_adds_hours_minutes_and_raises(garage: Garage, manager: User) -> None:
    alignment(garage)
    prepare(garage, manager)
    switch(garage, manager, on=True)

    rack = CapacityPool.objects.get(kind=PoolKind.SERVICE_GROUP, subject="alignment", local_date=MONDAY)
    assert (tires(), tires(MONDAY + timedelta(days=1)), tires(SUNDAY)) == (480 + 120 + 150, 600, 90)
    assert rack.cap == 3
    assert garage.book(garage.at(18))
    assert garage.book(garage.at(9, day=SUNDAY))
    assert_sound()


def test_added_hours_are_for_tires_alone(garage: Garage, manager: User) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    with pytest.raises((SlotTaken, StartRefused)):
        garage.book(garage.at(18), basket=garage.basket("oil_change"))


def test_switched_off_what_was_booked_in_it_stays_and_nobody_more_comes(
    garage: Garage, manager: User
) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    visits = [garage.book(garage.at(18)), garage.book(garage.at(9, day=SUNDAY))]
    switch(garage, manager, on=False)

    assert stranded_visits(garage.dealership, MONDAY, SUNDAY) == []
    for moment in (garage.at(18, 15), garage.at(9, 15, day=SUNDAY)):
        with pytest.raises((SlotTaken, StartRefused)):
            garage.book(moment)
    assert tires() == 480
    assert {visit.claims.filter(active=True).exists() for visit in visits} == {True}
    release_due(now=NOW)
    assert stranded_visits(garage.dealership, MONDAY, SUNDAY) == []
    assert_sound()


def test_cut_while_switching_off_the_next_minute_lets_them_stay_too(
    garage: Garage, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    garage.book(garage.at(18))

    def cut(**options: object) -> None:
        raise KeyboardInterrupt

    later = NOW + timedelta(minutes=1)
    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr("booking.actions.edit.refresh_pools", cut)
        switch_first_snow(dealership=garage.dealership, on=False, by=manager, edition=None, now=later)

    assert release_due(now=later) == 1
    assert stranded_visits(garage.dealership, MONDAY, SUNDAY) == []
    assert not CapacityPool.objects.filter(local_date=SUNDAY, closed=False).exists()


def test_taking_the_switch_back_is_switching_off(garage: Garage, manager: User) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    garage.book(garage.at(18))
    undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)

    assert FirstSnow.objects.get().switched_on_at is None
    assert stranded_visits(garage.dealership, MONDAY, SUNDAY) == []


def test_a_preview_of_the_switch_changes_nothing(garage: Garage, manager: User) -> None:
    prepare(garage, manager)
    before = list(CapacityPool.objects.order_by("pk").values())
    impact = preview_first_snow(dealership=garage.dealership, on=True, now=NOW)

    assert list(CapacityPool.objects.order_by("pk").values()) == before
    assert FirstSnow.objects.get().switched_on_at is None
    gauge = next(one for one in impact.gauges if (one.day, one.subject) == (SUNDAY, "tires"))
    assert (gauge.was, gauge.will) == (0, 90)


def test_the_wait_list_is_served_before_anybody_sees_the_new_places(
    garage: Garage, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(garage, manager)
    seen = []

    def serve(*, dealership: Any, day: Any, now: Any) -> int:
        pools = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, starts_at=garage.at(18))
        seen.append((day, pools.filter(local_date=day, closed=False).exists()))
        return 0

    monkeypatch.setattr(refresh, "serve_wait_list", serve)
    switch(garage, manager, on=True)
    assert (MONDAY, True) in seen
    assert len(seen) == 10


def test_who_waits_is_offered_an_added_place_and_nobody_else_can_have_it(
    garage: Garage, manager: User
) -> None:
    one_place = Preparation(openings=(Opening(6, time(9), time(9, 15), 45, (garage.advisors[0].pk,)),))
    entry = wait(garage, first=SUNDAY, last=SUNDAY)
    prepare(garage, manager, one_place)
    switch(garage, manager, on=True)

    offer = entry.offers.get()
    assert (offer.state, offer.starts_at) == ("open", garage.at(9, day=SUNDAY))
    with pytest.raises((SlotTaken, StartRefused)):
        garage.book(garage.at(9, day=SUNDAY))
    assert_sound()


def test_cut_while_switching_on_the_next_minute_serves_who_waits_first(
    garage: Garage, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(garage, manager)
    entry = wait(garage, first=SUNDAY, last=SUNDAY)
    later = NOW + timedelta(minutes=1)
    days = []

    def cut(**options: object) -> None:
        raise KeyboardInterrupt

    def serve(*, dealership: Any, day: Any, now: Any) -> int:
        days.append(day)
        return 0

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr("booking.actions.edit.refresh_pools", cut)
        switch_first_snow(dealership=garage.dealership, on=True, by=manager, edition=None, now=later)
    monkeypatch.setattr(refresh, "serve_wait_list", serve)

    assert entry.offers.count() == 0
    assert release_due(now=later) == 1
    assert SUNDAY in days


def test_a_manager_may_close_the_added_hours(garage: Garage, manager: User) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    change_range(
        dealership=garage.dealership, where=Range(MONDAY, MONDAY, None, "", time(17, 30), time(20)), by=manager,
        action="close", reason="Verglas", edition=None, now=NOW,
    )  # fmt: skip
    with pytest.raises((SlotTaken, StartRefused)):
        garage.book(garage.at(18))
    assert garage.book(garage.at(9))


def test_last_years_mode_has_run_out_and_is_switched_on_anew(garage: Garage, manager: User) -> None:
    prepare(garage, manager)
    switch(garage, manager, on=True)
    later = NOW + timedelta(days=10)
    with pytest.raises(NothingChanged):
        switch(garage, manager, on=True)
    switch_first_snow(dealership=garage.dealership, on=True, by=manager, edition=None, now=later)
    assert FirstSnow.objects.get().switched_on_at == later

    much_later = later + timedelta(days=10)
    switch_first_snow(dealership=garage.dealership, on=False, by=manager, edition=None, now=much_later)
    assert FirstSnow.objects.get().switched_on_at is None


def test_switching_needs_a_preparation_and_a_change(garage: Garage, manager: User) -> None:
    with pytest.raises(Refusal) as refusal:
        switch(garage, manager, on=True)
    assert refusal.value.code == "not_prepared"
    prepare(garage, manager)
    with pytest.raises(NothingChanged):
        switch(garage, manager, on=False)


@pytest.mark.parametrize(
    ("field", "preparation"),
    [
        ("lasts_days", Preparation(lasts_days=0)),
        ("notice_minutes", Preparation(notice_minutes=-5)),
        ("extra_tire_minutes", Preparation(extra_tire_minutes=10**6)),
        ("raises", Preparation(raises={(PoolKind.SHOP_DAY.value, ""): 5})),
        ("openings", Preparation(openings=(Opening(0, time(20), time(18), 60),))),
        ("openings", Preparation(openings=(Opening(0, time(18), time(20), 0),))),
        ("openings", Preparation(openings=(Opening(0, time(18), time(20), 60, (999_999,)),))),
        ("openings", Preparation(openings=(Opening(0, time(18), time(20), 60),) * 2)),
    ],
)
def test_an_impossible_preparation_is_refused(garage: Garage, field: str, preparation: Preparation) -> None:
    with pytest.raises(Refusal) as refusal:
        prepare_first_snow(garage.dealership, preparation)
    assert refusal.value.field == field
