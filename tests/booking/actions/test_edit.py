"""Managers' changes: previewed without a trace, applied as a whole or not at all, and taken back."""

from __future__ import annotations

from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from booking.actions import edit as editing
from booking.actions.edit import (
    Impact,
    NothingChanged,
    StaleCapacity,
    edit_capacity,
    edition_of,
    preview_capacity,
    preview_draft,
)
from booking.actions.journal import ChangedSince, NothingToUndo, last_edit, undo_last_edit
from booking.actions.ranges import Range, change_range, range_change
from booking.actions.refresh import release_due
from booking.models import (
    Appointment,
    CapacityChange,
    CapacityEdit,
    CapacityPool,
    CapacityRule,
    ChangeAction,
    PoolKind,
    Shift,
)
from booking.stranded import stranded_visits
from dealerships.models import Closure, OpeningHours, Role, StaffMember, User
from lib.errors import Refusal
from tests.booking.actions.test_refresh import alignment
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY = MONDAY + timedelta(days=1)
WORDS = ("Plafond changé", "Limit changed")


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=4)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def set_cap(kind: PoolKind, cap: int | None) -> None:
    CapacityRule.objects.filter(kind=kind).update(cap=cap)


def edit(garage: Garage, manager: User, change: Any, **more: Any) -> CapacityEdit:
    options = {"summary": WORDS, "edition": None, "now": NOW, **more}
    return edit_capacity(dealership=garage.dealership, by=manager, change=change, **options)


def preview(garage: Garage, change: Any) -> Impact:
    return preview_capacity(dealership=garage.dealership, change=change, now=NOW)


def shop(day: Any = MONDAY) -> CapacityPool:
    return CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=day)


def state() -> list[Any]:
    """Every rule and every pool; a preview must leave all of it."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (CapacityPool, CapacityRule, CapacityChange, Closure, Shift, StaffMember, CapacityEdit)
    ]


def references(impact: Impact) -> list[str]:
    return [stranding.appointment.reference for stranding in impact.stranded]


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


class TestPreviewing:
    def test_a_preview_leaves_nothing_behind(self, garage: Garage) -> None:
        garage.book(garage.at(8))
        release_due(now=NOW)
        before = state()
        impact = preview(garage, partial(set_cap, PoolKind.SHOP_DAY, 30))
        assert state() == before
        assert len(impact.stranded) == 1
        assert release_due(now=NOW) == 0

    def test_closing_the_rack_for_an_afternoon_names_the_visits_of_that_afternoon(
        self, garage: Garage, manager: User
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

    def test_closing_a_rack_that_had_a_limit_names_the_same_visits(
        self, garage: Garage, manager: User
    ) -> None:
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

    def test_an_advisors_vacation_names_their_visits(self, garage: Garage, manager: User) -> None:
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
        assert [
            one.appointment.reference for one in stranded_visits(garage.dealership, MONDAY, TUESDAY)
        ] == mine

    def test_closing_the_shop_names_every_visit_of_the_day_and_only_the_upcoming(
        self, garage: Garage, manager: User
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

    def test_a_full_day_strands_nobody(self, garage: Garage, manager: User) -> None:
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

    def test_gauges_say_what_was_and_what_will_be(self, garage: Garage) -> None:
        garage.book(garage.at(8))
        impact = preview(garage, partial(set_cap, PoolKind.SHOP_DAY, 300))
        gauge = next(gauge for gauge in impact.gauges if gauge.day == MONDAY)
        assert (gauge.kind, gauge.was, gauge.will, gauge.used) == (PoolKind.SHOP_DAY, 600, 300, 45)

    @pytest.mark.django_db(transaction=True)
    def test_bookings_go_on_during_a_preview(self) -> None:
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


class TestUndoing:
    def undo(self, garage: Garage, manager: User) -> CapacityEdit:
        return undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)

    def test_the_last_change_is_taken_back_and_then_the_one_before(
        self, garage: Garage, manager: User
    ) -> None:
        start = list(CapacityPool.objects.order_by("pk").values())
        first = edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
        second = edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 800))

        assert self.undo(garage, manager) == second
        assert shop().cap == 700
        assert self.undo(garage, manager) == first
        assert list(CapacityPool.objects.order_by("pk").values()) == start
        with pytest.raises(NothingToUndo):
            self.undo(garage, manager)

    def test_rows_that_were_made_changed_or_removed_are_as_they_were(
        self, garage: Garage, manager: User
    ) -> None:
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
        self.undo(garage, manager)

        assert state()[:-1] == before[:-1]

    def test_an_edit_whose_rows_changed_since_is_not_taken_back(self, garage: Garage, manager: User) -> None:
        edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
        set_cap(PoolKind.SHOP_DAY, 900)

        with pytest.raises(ChangedSince):
            self.undo(garage, manager)
        assert set(CapacityRule.objects.filter(kind=PoolKind.SHOP_DAY).values_list("cap", flat=True)) == {900}

    def test_other_rows_may_have_changed_since(self, garage: Garage, manager: User) -> None:
        edit(garage, manager, partial(set_cap, PoolKind.SHOP_DAY, 700))
        Closure.objects.create(
            dealership=garage.dealership, first_day=TUESDAY, last_day=TUESDAY, reason_fr="Congé", reason_en="Off",
            statutory=True,
        )  # fmt: skip
        self.undo(garage, manager)
        assert shop().cap == 600

    def test_somebody_who_was_taken_on_is_retired(self, garage: Garage, manager: User) -> None:
        def hire() -> None:
            StaffMember.objects.create(dealership=garage.dealership, role=Role.ADVISOR, name="Zoé")

        edit(garage, manager, hire)
        self.undo(garage, manager)
        assert StaffMember.objects.get(name="Zoé").active is False
        assert shop().cap == 600

    def test_a_visit_booked_in_between_is_stranded_and_not_lost(self, garage: Garage, manager: User) -> None:
        def open_sunday() -> None:
            OpeningHours.objects.create(
                dealership=garage.dealership, weekday=6, opens=time(8), closes=time(17)
            )
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
        self.undo(garage, manager)

        [stranded] = stranded_visits(garage.dealership, MONDAY, sunday)
        assert stranded.appointment == visit
        assert_sound()


def test_stranded_visits_are_listed_in_as_many_queries_whatever_their_number(
    garage: Garage, manager: User, django_assert_num_queries: Any
) -> None:
    garage.book(garage.at(8))
    edit(garage, manager, partial(set_cap, PoolKind.SKILL_DAY, 10))
    with django_assert_num_queries(6):
        assert len(stranded_visits(garage.dealership, MONDAY, TUESDAY)) == 1
    undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)
    for hour in (9, 10, 11):
        garage.book(garage.at(hour))
    edit(garage, manager, partial(set_cap, PoolKind.SKILL_DAY, 10))
    with django_assert_num_queries(6):
        assert len(stranded_visits(garage.dealership, MONDAY, TUESDAY)) == 4
