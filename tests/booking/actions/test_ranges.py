"""Ranges of days: what a manager closes, opens, raises, lowers, fills and copies."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from booking.actions.edit import apply_draft
from booking.actions.journal import undo_last_edit
from booking.actions.ranges import Range, change_range, declare_full, range_change, week_change
from booking.errors import SlotTaken, StartRefused
from booking.models import CapacityChange, CapacityEdit, CapacityPool, ChangeAction, PoolKind
from booking.stranded import stranded_visits
from dealerships.models import Dealership, Role, SpecialHours, StaffMember, User
from lib.errors import Refusal
from tests.booking.actions.test_refresh import alignment
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY = MONDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(days=7)
CLOSE, OPEN, SET, ADD = ChangeAction.CLOSE, ChangeAction.OPEN, ChangeAction.SET, ChangeAction.ADD


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=9)


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


def change(garage: Garage, manager: User, where: Range, action: str, **more: Any) -> CapacityEdit:
    options = {"reason": "Panne", "edition": None, "now": NOW, **more}
    return change_range(dealership=garage.dealership, where=where, by=manager, action=action, **options)


def pools(kind: PoolKind, day: date = MONDAY, **more: Any) -> Any:
    return CapacityPool.objects.filter(kind=kind, local_date=day, **more)


def monday(kind: PoolKind | None = None, subject: str = "", *hours: int) -> Range:
    times = {"from_time": time(hours[0]), "until_time": time(hours[1])} if hours else {}
    return Range(MONDAY, MONDAY, kind, subject, **times)


class TestWhatARangeDoes:
    def test_an_advisors_afternoon_closes_their_check_ins_alone(self, garage: Garage, manager: User) -> None:
        one, other = (str(advisor.pk) for advisor in garage.advisors)
        change(garage, manager, monday(PoolKind.ADVISOR_DAY, one, 13, 17), CLOSE)

        closed = pools(PoolKind.ADVISOR_CELL, closed=True)
        assert {cell.subject for cell in closed} == {one}
        assert closed.count() == 14
        assert pools(PoolKind.ADVISOR_CELL, subject=other, closed=True).count() == 0
        assert garage.book(garage.at(14)).advisor_id == int(other)

    def test_hours_of_the_shop_close_every_check_in_of_them(self, garage: Garage, manager: User) -> None:
        change(garage, manager, monday(PoolKind.SHOP_DAY, "", 13, 17), CLOSE)
        with pytest.raises((SlotTaken, StartRefused)):
            garage.book(garage.at(14))
        assert garage.book(garage.at(9))

    def test_a_limit_is_raised_and_set_to_none_and_taken_back(self, garage: Garage, manager: User) -> None:
        change(garage, manager, monday(PoolKind.SKILL_DAY, "tires"), ADD, amount=60)
        assert pools(PoolKind.SKILL_DAY, subject="tires").get().cap == 540
        change(garage, manager, monday(PoolKind.SKILL_DAY, "tires"), SET, amount=None)
        assert pools(PoolKind.SKILL_DAY, subject="tires").get().cap is None
        undo_last_edit(dealership=garage.dealership, by=manager, now=NOW)
        assert pools(PoolKind.SKILL_DAY, subject="tires").get().cap == 540
        assert pools(PoolKind.SKILL_DAY, TUESDAY, subject="tires").get().cap == 480

    def test_zero_is_closed(self, garage: Garage, manager: User) -> None:
        change(garage, manager, monday(PoolKind.TRANSPORT, "courtesy_car"), SET, amount=0)
        with pytest.raises((SlotTaken, StartRefused)):
            garage.book(garage.at(9), basket=garage.basket(transport="courtesy_car"))

    def test_what_was_closed_is_opened_again(self, garage: Garage, manager: User) -> None:
        visit = garage.book(garage.at(9))
        change(garage, manager, monday(), CLOSE)
        assert [one.appointment for one in stranded_visits(garage.dealership, MONDAY, MONDAY)] == [visit]
        change(garage, manager, monday(), OPEN)
        assert stranded_visits(garage.dealership, MONDAY, MONDAY) == []
        assert garage.book(garage.at(10))

    def test_the_journal_says_it_in_both_languages(self, garage: Garage, manager: User) -> None:
        alignment(garage)
        edit = change(garage, manager, monday(PoolKind.SERVICE_GROUP, "alignment", 13, 17), CLOSE)
        assert "Géométrie" in edit.summary_fr
        assert "lun. 30 nov." in edit.summary_fr
        assert edit.summary_en == "Alignment: closed, Mon, Nov 30, 1:00 p.m.–5:00 p.m. (Panne)"

    def test_the_row_says_who_and_why(self, garage: Garage, manager: User) -> None:
        change(garage, manager, monday(), CLOSE, reason="  Inventaire ")
        row = CapacityChange.objects.get()
        assert (row.made_by, row.reason, row.made_at) == (manager, "Inventaire", NOW)


class TestDayFull:
    def test_nobody_more_and_nobody_out(self, garage: Garage, manager: User) -> None:
        garage.book(garage.at(9))
        declare_full(dealership=garage.dealership, day=MONDAY, by=manager, now=NOW)

        with pytest.raises((SlotTaken, StartRefused)):
            garage.book(garage.at(10))
        assert stranded_visits(garage.dealership, MONDAY, MONDAY) == []
        assert garage.book(garage.at(10, day=TUESDAY))

    def test_full_for_the_web_is_open_for_the_staff(self, garage: Garage, manager: User) -> None:
        visit = garage.book(garage.at(9))
        declare_full(dealership=garage.dealership, day=MONDAY, by=manager, web_only=True, now=NOW)

        web = pools(PoolKind.CHANNEL_DAY).get()
        assert (web.subject, web.closed, web.honoured, web.used) == ("web", True, True, 1)
        assert not pools(PoolKind.SHOP_DAY, closed=True).exists()
        assert visit.claims.filter(pool=web, active=True).exists()


def copy_week(
    dealership: Dealership, from_monday: date, to_monday: date, *, by: User, now: datetime
) -> CapacityEdit:
    draft = week_change(dealership, from_monday, to_monday, by=by, now=now)
    return apply_draft(draft, dealership=dealership, by=by, edition=None, now=now)


class TestCopyingAWeek:
    def test_changes_and_hours_come_on_the_same_weekdays(self, garage: Garage, manager: User) -> None:
        SpecialHours.objects.create(
            dealership=garage.dealership,
            day=TUESDAY,
            opens=time(8),
            closes=time(12),
            reason_fr="Fête",
            reason_en="Do",
        )
        change(garage, manager, Range(MONDAY, TUESDAY, PoolKind.SHOP_DAY), ADD, amount=-100)
        copy_week(
            dealership=garage.dealership, from_monday=MONDAY, to_monday=NEXT_MONDAY, by=manager, now=NOW
        )

        for day in (NEXT_MONDAY, NEXT_MONDAY + timedelta(days=1)):
            assert pools(PoolKind.SHOP_DAY, day).get().cap == 500
        advisor = str(garage.advisors[0].pk)
        cells = pools(PoolKind.ADVISOR_CELL, NEXT_MONDAY + timedelta(days=1), subject=advisor, closed=False)
        assert cells.count() == 16
        assert CapacityPool.objects.filter(local_date=NEXT_MONDAY + timedelta(days=2)).exists() is False

    def test_of_the_week_that_has_begun_what_is_past_stays(self, garage: Garage, manager: User) -> None:
        for day in (MONDAY, TUESDAY):
            change(garage, manager, Range(day, day, PoolKind.SHOP_DAY), ADD, amount=-100)
        for day in (NEXT_MONDAY, NEXT_MONDAY + timedelta(days=1)):
            change(garage, manager, Range(day, day, PoolKind.SHOP_DAY), SET, amount=50)
        tuesday_morning = garage.at(7, day=TUESDAY)
        copy_week(
            dealership=garage.dealership,
            from_monday=NEXT_MONDAY,
            to_monday=MONDAY,
            by=manager,
            now=tuesday_morning,
        )
        assert [pools(PoolKind.SHOP_DAY, day).get().cap for day in (MONDAY, TUESDAY)] == [500, 50]

    def test_a_week_that_is_over_is_not_changed(self, garage: Garage, manager: User) -> None:
        with pytest.raises(Refusal) as refusal:
            copy_week(
                dealership=garage.dealership, from_monday=NEXT_MONDAY, to_monday=MONDAY - timedelta(days=7),
                by=manager, now=NOW + timedelta(days=1),
            )  # fmt: skip
        assert refusal.value.field == "to_monday"

    def test_copying_twice_is_copying_once(self, garage: Garage, manager: User) -> None:
        change(garage, manager, monday(PoolKind.SHOP_DAY), ADD, amount=-100)
        for _time in range(2):
            copy_week(
                dealership=garage.dealership, from_monday=MONDAY, to_monday=NEXT_MONDAY, by=manager, now=NOW
            )
        assert CapacityChange.objects.filter(first_day=NEXT_MONDAY).count() == 1

    def test_what_spans_both_weeks_counts_once(self, garage: Garage, manager: User) -> None:
        change(
            garage,
            manager,
            Range(MONDAY, NEXT_MONDAY + timedelta(days=6), PoolKind.SHOP_DAY),
            ADD,
            amount=-100,
        )
        with pytest.raises(Refusal) as refusal:
            copy_week(
                dealership=garage.dealership, from_monday=MONDAY, to_monday=NEXT_MONDAY, by=manager, now=NOW
            )
        assert refusal.value.code == "nothing_changed"


BAD: dict[str, tuple[Range, dict[str, Any], str]] = {
    "ends before it starts": (Range(TUESDAY, MONDAY), {}, "last_day"),
    "past": (Range(MONDAY - timedelta(days=9), MONDAY), {}, "first_day"),
    "endless": (Range(MONDAY, MONDAY + timedelta(days=500)), {}, "last_day"),
    "one hour only": (Range(MONDAY, MONDAY, None, "", time(9)), {}, "until_time"),
    "hours backwards": (Range(MONDAY, MONDAY, None, "", time(9), time(8)), {}, "until_time"),
    "hours of what counts by day": (
        Range(MONDAY, MONDAY, PoolKind.TRANSPORT, "courtesy_car", time(8), time(9)), {}, "from_time",
    ),
    "hours of minutes nobody works": (
        Range(MONDAY, MONDAY, PoolKind.SKILL_DAY, "tires", time(8), time(9)), {}, "from_time",
    ),
    "hours that clocks skip": (
        Range(date(2027, 3, 14), date(2027, 3, 14), None, "", time(2, 30), time(5)), {}, "from_time",
    ),
    "no reason": (monday(), {"reason": "  "}, "reason"),
    "another dealership's advisor": (monday(PoolKind.ADVISOR_DAY, "999999"), {}, "subject"),
    "a subject of nothing": (Range(MONDAY, MONDAY, None, "tires"), {}, "subject"),
    "a limit of everything": (monday(), {"action": SET, "amount": 3}, "kind"),
    "raised by nothing": (monday(PoolKind.SHOP_DAY), {"action": ADD}, "amount"),
    "a negative limit": (monday(PoolKind.SHOP_DAY), {"action": SET, "amount": -1}, "amount"),
    "no such action": (monday(), {"action": "explode"}, "action"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_an_impossible_range_is_refused_with_the_field(garage: Garage, manager: User, name: str) -> None:
    where, more, field = BAD[name]
    options: dict[str, Any] = {"action": CLOSE, "reason": "Panne", "now": NOW, **more}
    with pytest.raises(Refusal) as refusal:
        range_change(garage.dealership, where, by=manager, **options)
    assert refusal.value.field == field
    assert str(refusal.value)


def test_hours_of_a_skill_are_for_technicians(garage: Garage, manager: User) -> None:
    StaffMember.objects.create(
        dealership=garage.dealership, role=Role.TECHNICIAN, name="Marc", skills=["tires", "express"]
    )
    where = Range(MONDAY, MONDAY, PoolKind.SKILL_DAY, "tires", time(8), time(9))
    assert range_change(garage.dealership, where, by=manager, action=CLOSE, reason="Panne", now=NOW)
