"""Managers' changes: applied as a whole or not at all."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from booking.actions import edit as editing
from booking.actions import retry
from booking.actions.edit import NothingChanged, StaleCapacity, edition_of
from booking.actions.journal import last_edit
from booking.actions.refresh import release_due
from booking.models import CapacityEdit, CapacityPool, PoolKind, Shift
from dealerships.models import Closure, OpeningHours, Role, StaffMember, User
from lib.errors import Refusal
from tests.booking.changes import WORDS, edit, set_cap, shop, state
from tests.booking.storm import at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


class TestApplying:
    def test_a_change_of_rules_reaches_the_pools_and_the_journal(self, garage: Garage, manager: User) -> None:
        done = edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))

        assert shop().cap == 700
        assert (done.by, done.summary_fr, done.summary_en) == (manager, *WORDS)
        assert {row["cap"] for row in done.before["booking_capacityrule"]} == {600}
        assert {row["cap"] for row in done.after["booking_capacityrule"]} == {700}
        assert set(done.before) == set(done.after) == {"booking_capacityrule"}

    def test_a_page_from_before_somebody_elses_change_is_refused(self, garage: Garage, manager: User) -> None:
        seen = edition_of(garage.dealership)
        edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700), edition=seen)

        with pytest.raises(StaleCapacity):
            edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 500), edition=seen)
        assert shop().cap == 700

    def test_a_change_that_changes_nothing_is_not_in_the_journal(self, garage: Garage, manager: User) -> None:
        with pytest.raises(NothingChanged):
            edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 600))
        assert last_edit(garage.dealership) is None

    def test_a_refusal_applies_nothing(self, garage: Garage, manager: User) -> None:
        def half() -> None:
            set_cap(PoolKind.SHOP_DAY, 700)
            raise Refusal("Not today")

        before = state()
        with pytest.raises(Refusal, match="Not today"):
            edit(garage, manager, half)
        assert state() == before

    def test_cut_before_the_pools_were_made_the_next_minute_makes_them(
        self, garage: Garage, manager: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cut(**options: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
            context.setattr(editing, "refresh_pools", cut)
            edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))

        assert shop().cap == 600
        assert release_due(now=NOW) == 1
        assert shop().cap == 700

    @pytest.mark.django_db(transaction=True)
    def test_pools_that_stay_taken_follow_within_a_minute_and_the_edit_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        garage = make_garage(horizon_days=2)
        manager = make_staff(garage.dealership, Role.MANAGER)
        monkeypatch.setattr(retry, "MOST_REPEATS", 0)
        raise_limit = partial(edit, garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))

        with transaction.atomic():
            # Somebody's booking holds the pool for longer than anybody waits.
            CapacityPool.objects.select_for_update().get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)
            [done] = at_once([raise_limit])

        assert isinstance(done, CapacityEdit)
        assert done.behind
        assert shop().cap == 600
        assert release_due(now=NOW) == 1
        assert shop().cap == 700
        assert not edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 800)).behind

    @pytest.mark.django_db(transaction=True)
    def test_of_two_managers_at_once_one_is_told(self) -> None:
        garage = make_garage(horizon_days=2)
        manager = make_staff(garage.dealership, Role.MANAGER)
        changes = [partial(set_cap, PoolKind.SHOP_DAY, cap) for cap in (700, 800)]

        done = at_once(
            [partial(edit, garage, manager, change, edition=0) for change in changes], expect=StaleCapacity
        )

        assert sorted(type(one).__name__ for one in done) == ["CapacityEdit", "StaleCapacity"]
        assert shop().cap in (700, 800)
        assert CapacityEdit.objects.count() == 1


class TestSoundness:
    def refused(self, garage: Garage, manager: User, change: Any) -> str:
        before = state()
        with pytest.raises(Refusal) as refusal:
            edit(garage, manager, change)
        assert state() == before
        return str(refusal.value)

    def test_overlapping_shifts_of_one_person(self, garage: Garage, manager: User) -> None:
        def change() -> None:
            Shift.objects.create(person=garage.advisors[0], weekday=0, starts=time(11), ends=time(14))

        sentence = self.refused(garage, manager, change)
        assert "Conseiller 1" in sentence
        assert "lundi" in sentence

    def test_a_shift_that_ends_before_it_starts(self, garage: Garage, manager: User) -> None:
        def change() -> None:
            Shift.objects.create(person=garage.advisors[0], weekday=0, starts=time(17), ends=time(16))

        assert self.refused(garage, manager, change)

    def test_a_shift_in_a_week_that_the_rotation_lacks(self, garage: Garage, manager: User) -> None:
        def change() -> None:
            Shift.objects.create(
                person=garage.advisors[0], rotation_week=1, weekday=0, starts=time(8), ends=time(9)
            )

        assert "Conseiller 1" in self.refused(garage, manager, change)

    def test_a_number_that_nobody_means(self, garage: Garage, manager: User) -> None:
        assert "9000000" in self.refused(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 9_000_000))

    @pytest.mark.parametrize("cap", [-1, 3_000_000_000])
    def test_a_number_that_the_database_refuses(self, garage: Garage, manager: User, cap: int) -> None:
        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE booking_capacityrule SET cap = %s", [cap])

        assert self.refused(garage, manager, change)

    def test_what_is_no_rule_of_ours_is_a_fault_and_not_a_sentence(
        self, garage: Garage, manager: User
    ) -> None:
        def change() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE booking_capacityrule SET weekday = NULL")

        with pytest.raises(IntegrityError):
            edit(garage, manager, change)

    def test_a_closure_of_years(self, garage: Garage, manager: User) -> None:
        def change() -> None:
            Closure.objects.create(
                dealership=garage.dealership, first_day=MONDAY, last_day=MONDAY + timedelta(days=900),
                reason_fr="Travaux", reason_en="Works",
            )  # fmt: skip

        assert self.refused(garage, manager, change)

    @pytest.mark.parametrize("everything", ["shop", "hours", "advisors"])
    def test_a_rule_that_closes_everything(self, garage: Garage, manager: User, everything: str) -> None:
        changes = {
            "shop": partial(set_cap, PoolKind.SHOP_DAY, 0),
            "hours": lambda: OpeningHours.objects.all().delete(),
            "advisors": lambda: StaffMember.objects.filter(role=Role.ADVISOR).update(active=False),
        }
        with pytest.raises(Refusal) as refusal:
            edit(garage, manager, changes[everything])
        assert refusal.value.code == "closes_everything"

    def test_a_closure_of_every_day_says_so_and_is_allowed(self, garage: Garage, manager: User) -> None:
        def change() -> None:
            Closure.objects.create(
                dealership=garage.dealership, first_day=MONDAY, last_day=MONDAY + timedelta(days=30),
                reason_fr="Incendie", reason_en="Fire",
            )  # fmt: skip

        edit(garage, manager, change)
        assert not CapacityPool.objects.filter(local_date=MONDAY, closed=False).exists()

    def test_a_dealership_that_is_being_set_up_may_be_closed(self, garage: Garage, manager: User) -> None:
        OpeningHours.objects.all().delete()
        assert edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 0))
