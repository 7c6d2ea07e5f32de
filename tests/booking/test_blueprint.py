"""What pools the rules want: a pure function, so no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from booking.blueprint import Wanted, wanted_pools
from booking.inputs import Inputs, Step
from booking.models import ChangeAction, PoolKind, Releasable
from booking.needs import PoolKey
from dealerships.calendar import Calendar
from lib import clock
from tests.booking.plans import DAY, NOW, ZONE, at, change, person, plan, rule, technician
from tests.garage import MONDAY

CLOSE, FULL, OPEN, SET, ADD = (
    ChangeAction.CLOSE, ChangeAction.FULL, ChangeAction.OPEN, ChangeAction.SET, ChangeAction.ADD,
)  # fmt: skip
AFTERNOON = {"from_time": time(13), "until_time": time(17)}
SUNDAY = MONDAY + timedelta(days=6)


def wanted(inputs: Inputs, kind: PoolKind, subject: str = "", moment: Any = None, day: date = MONDAY) -> Any:
    return wanted_pools(inputs, day, NOW).get(PoolKey(kind, subject, day, moment))


def cap(inputs: Inputs, kind: PoolKind, subject: str = "", moment: Any = None) -> Any:
    found = wanted(inputs, kind, subject, moment)
    return found.cap if found else "no pool"


def cells(inputs: Inputs, day: date = MONDAY, *, closed: bool = False) -> int:
    pools = wanted_pools(inputs, day, NOW)
    return sum(key.kind == PoolKind.ADVISOR_CELL and pool.closed == closed for key, pool in pools.items())


class TestTheUsualDay:
    def test_a_day_without_hours_has_no_pools(self) -> None:
        assert wanted_pools(plan(rule(PoolKind.SHOP_DAY, "", 600)), SUNDAY, NOW) == {}

    def test_a_closed_day_has_no_pools(self) -> None:
        shut = Calendar(ZONE, {0: DAY}, frozenset({MONDAY}))
        assert wanted_pools(plan(calendar=shut), MONDAY, NOW) == {}

    def test_other_hours_of_one_day_shorten_it(self) -> None:
        noon = Calendar(ZONE, {0: DAY}, frozenset(), {MONDAY: (time(8), time(12))})
        assert cells(plan(calendar=noon)) == 16

    def test_lunch_is_the_gap_between_two_shifts(self) -> None:
        advisor = person(1, (time(8), time(12)), (time(13), time(17)))
        assert cells(plan(advisors=(advisor,))) == 32
        assert wanted(plan(advisors=(advisor,)), PoolKind.ADVISOR_CELL, "1", at(12)) is None

    def test_who_is_away_has_neither_quarter_hours_nor_a_day(self) -> None:
        away = plan(away=frozenset({(1, MONDAY)}))
        assert cells(away) == 0
        assert wanted(away, PoolKind.ADVISOR_DAY, "1") is None

    def test_an_advisor_works_in_the_week_of_the_rotation(self) -> None:
        advisor = person(1, rotation_weeks=2)
        weeks = [cells(plan(advisors=(advisor,)), MONDAY + timedelta(days=7 * n)) for n in range(4)]
        assert weeks in ([36, 0, 36, 0], [0, 36, 0, 36])

    def test_a_departure_has_its_seats_and_a_courtesy_car_its_day(self) -> None:
        inputs = plan(
            rule(PoolKind.TRANSPORT, "shuttle", 4, time(9)), rule(PoolKind.TRANSPORT, "courtesy_car", None)
        )
        assert cap(inputs, PoolKind.TRANSPORT, "shuttle", at(9)) == 4
        assert cap(inputs, PoolKind.TRANSPORT, "courtesy_car") is None

    def test_what_may_be_unlimited_has_a_pool_only_with_a_limit(self) -> None:
        inputs = plan(
            rule(PoolKind.SERVICE_GROUP, "alignment", None), rule(PoolKind.SERVICE_GROUP, "alignment/pm", 2)
        )
        assert cap(inputs, PoolKind.SERVICE_GROUP, "alignment") == "no pool"
        assert cap(inputs, PoolKind.SERVICE_GROUP, "alignment/pm") == 2

    def test_waiters_are_counted_by_half_hour_from_opening_to_closing(self) -> None:
        pools = wanted_pools(plan(rule(PoolKind.WAITERS, "lounge", 6)), MONDAY, NOW)
        moments = [key.starts_at for key in pools if key.kind == PoolKind.WAITERS]
        assert (moments[0], moments[-1], len(moments)) == (at(8), at(17), 19)


class TestTechnicians:
    def test_a_skill_and_the_shop_are_what_technicians_give(self) -> None:
        inputs = plan(technicians=(technician(2, "tires", "express"), technician(3, "tires", efficiency=120)))
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 540 + 648
        assert cap(inputs, PoolKind.SKILL_DAY, "express") == 540
        assert cap(inputs, PoolKind.SKILL_DAY, "diagnosis") == 0
        assert cap(inputs, PoolKind.SHOP_DAY) == 540 + 648

    def test_a_rule_is_a_ceiling_on_what_they_give(self) -> None:
        inputs = plan(
            rule(PoolKind.SKILL_DAY, "tires", 300),
            rule(PoolKind.SHOP_DAY, "", 10_000),
            technicians=(technician(2, "tires"),),
        )
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 300
        assert cap(inputs, PoolKind.SHOP_DAY) == 540

    def test_a_team_that_is_off_gives_nothing_to_its_skill(self) -> None:
        inputs = plan(
            technicians=(technician(2, "tires"), technician(3, "tires", "express")),
            teams_off=frozenset({("tires", MONDAY)}),
        )
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 0
        assert cap(inputs, PoolKind.SKILL_DAY, "express") == 540
        assert cap(inputs, PoolKind.SHOP_DAY) == 540

    def test_a_team_that_is_off_closes_its_skill_without_technicians_too(self) -> None:
        rules = (rule(PoolKind.SKILL_DAY, "tires", None), rule(PoolKind.SKILL_DAY, "express", 100))
        inputs = plan(*rules, teams_off=frozenset({("tires", MONDAY)}))
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 0
        assert cap(inputs, PoolKind.SKILL_DAY, "express") == 100

    def test_work_carried_over_comes_off_first_then_the_reserve(self) -> None:
        inputs = plan(
            technicians=(technician(2, "tires"),), carried_over={MONDAY: {"tires": 40}}, reserve_percent=20
        )
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == (540 - 40) * 80 // 100
        assert cap(inputs, PoolKind.SHOP_DAY) == 400

    def test_more_carried_over_than_there_is_leaves_nothing(self) -> None:
        inputs = plan(technicians=(technician(2, "tires"),), carried_over={MONDAY: {"tires": 900}})
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 0

    def test_the_reserve_is_released_in_steps(self) -> None:
        steps = (Step(Releasable.RESERVE, 1, time(16), 50), Step(Releasable.RESERVE, 0, time(9), 100))
        inputs = plan(technicians=(technician(2, "tires"),), reserve_percent=20, steps=steps)
        eve = MONDAY - timedelta(days=1)
        moments = [at(15, 59, eve), at(16, 0, eve), at(9)]
        shop = PoolKey(PoolKind.SHOP_DAY, "", MONDAY)
        assert [wanted_pools(inputs, MONDAY, moment)[shop].cap for moment in moments] == [432, 486, 540]

    def test_hours_closed_for_the_whole_shop_or_a_skill_come_off(self) -> None:
        crew = (technician(2, "tires", "express"),)
        shop = plan(technicians=crew, changes=(change(CLOSE, **AFTERNOON),))
        skill = plan(technicians=crew, changes=(change(CLOSE, PoolKind.SKILL_DAY, "tires", **AFTERNOON),))
        assert cap(shop, PoolKind.SHOP_DAY) == 300
        assert cap(skill, PoolKind.SKILL_DAY, "tires") == 300
        assert cap(skill, PoolKind.SKILL_DAY, "express") == 540
        assert cap(skill, PoolKind.SHOP_DAY) == 540

    def test_hours_closed_twice_come_off_once_and_opened_again_come_back(self) -> None:
        twice = (change(CLOSE, **AFTERNOON), change(CLOSE, from_time=time(12), until_time=time(14)))
        again = (*twice, change(OPEN, from_time=time(12), until_time=time(17)))
        crew = (technician(2, "tires"),)
        assert cap(plan(technicians=crew, changes=twice), PoolKind.SHOP_DAY) == 240
        assert cap(plan(technicians=crew, changes=again), PoolKind.SHOP_DAY) == 540

    def test_without_technicians_the_rules_are_all_there_is(self) -> None:
        inputs = plan(
            rule(PoolKind.SHOP_DAY, "", 600), rule(PoolKind.SKILL_DAY, "tires", None), reserve_percent=10
        )
        assert cap(inputs, PoolKind.SHOP_DAY) == 540
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") is None
        assert cap(inputs, PoolKind.SKILL_DAY, "express") == "no pool"


class TestChannels:
    def web(self, **more: Any) -> Any:
        return cap(plan(advisors=(person(1), person(2)), **more), PoolKind.CHANNEL_DAY, "web")

    def test_nothing_is_kept_unless_it_is_said(self) -> None:
        assert self.web() == "no pool"

    def test_the_web_takes_what_is_not_kept_for_the_staff(self) -> None:
        assert self.web(kept_for_staff=5) == 19

    def test_the_staff_takes_what_is_not_guaranteed_to_the_web(self) -> None:
        assert cap(plan(web_guaranteed=4), PoolKind.CHANNEL_DAY, "staff") == 8

    def test_the_lower_of_the_rule_and_what_is_kept_counts(self) -> None:
        assert (
            cap(plan(rule(PoolKind.CHANNEL_DAY, "web", 3), kept_for_staff=5), PoolKind.CHANNEL_DAY, "web")
            == 3
        )

    def test_what_is_kept_is_released_in_shares(self) -> None:
        half = (Step(Releasable.CHANNEL, 14, time(0), 50),)
        inputs = plan(kept_for_staff=5, steps=half)
        eve = at(12, day=MONDAY - timedelta(days=1))
        key = PoolKey(PoolKind.CHANNEL_DAY, "web", MONDAY)
        assert wanted_pools(inputs, MONDAY, NOW)[key].cap == 7
        assert wanted_pools(inputs, MONDAY, eve)[key].cap == 9

    def test_a_share_of_no_limit_is_no_limit(self) -> None:
        unlimited = plan(advisors=(person(1, daily_customers=None),), kept_for_staff=5)
        assert cap(unlimited, PoolKind.CHANNEL_DAY, "web") == "no pool"


class TestChanges:
    def test_a_closed_afternoon_closes_what_has_a_time_of_day(self) -> None:
        inputs = plan(rule(PoolKind.SHOP_DAY, "", 600), changes=(change(CLOSE, **AFTERNOON),))
        assert (cells(inputs), cells(inputs, closed=True)) == (20, 16)
        assert not wanted(inputs, PoolKind.SHOP_DAY).closed

    def test_a_closed_day_closes_everything_of_it_and_nothing_of_the_next(self) -> None:
        inputs = plan(rule(PoolKind.SHOP_DAY, "", 600), changes=(change(CLOSE),))
        assert all(pool.closed and not pool.honoured for pool in wanted_pools(inputs, MONDAY, NOW).values())
        tuesday = wanted_pools(inputs, MONDAY + timedelta(days=1), NOW)
        assert not any(pool.closed for pool in tuesday.values())

    def test_a_full_day_lets_everybody_stay(self) -> None:
        inputs = plan(rule(PoolKind.SHOP_DAY, "", 600), changes=(change(FULL),))
        assert wanted(inputs, PoolKind.SHOP_DAY) == Wanted(600, closed=True, honoured=True)

    def test_a_full_day_does_not_keep_yesterdays_vehicles(self) -> None:
        inputs = plan(
            rule(PoolKind.TRANSPORT, "courtesy_car", 2),
            rule(PoolKind.HAND_BACK, "", 3),
            changes=(change(FULL),),
        )
        assert not wanted(inputs, PoolKind.TRANSPORT, "courtesy_car").closed
        assert not wanted(inputs, PoolKind.HAND_BACK, "", at(16)).closed

    def test_a_full_day_does_not_let_stay_who_must_leave(self) -> None:
        rack = change(CLOSE, PoolKind.SERVICE_GROUP, "alignment")
        inputs = plan(changes=(rack, change(FULL)))
        assert wanted(inputs, PoolKind.SERVICE_GROUP, "alignment") == Wanted(
            None, closed=True, honoured=False
        )

    def test_opening_again_undoes_what_came_before_and_not_what_comes_after(self) -> None:
        inputs = plan(rule(PoolKind.SHOP_DAY, "", 600), changes=(change(CLOSE), change(OPEN)))
        assert not wanted(inputs, PoolKind.SHOP_DAY).closed
        inputs = replace(inputs, changes=(change(OPEN), change(CLOSE)))
        assert wanted(inputs, PoolKind.SHOP_DAY).closed

    @pytest.mark.parametrize(
        ("action", "amount", "caps"),
        [(SET, 3, 3), (SET, None, None), (ADD, 2, 6), (ADD, -1, 3), (ADD, -9, 0)],
    )
    def test_a_limit_is_set_raised_and_lowered(self, action: ChangeAction, amount: int, caps: Any) -> None:
        inputs = plan(
            rule(PoolKind.SERVICE_GROUP, "alignment", 4),
            changes=(change(action, PoolKind.SERVICE_GROUP, "alignment", amount=amount),),
        )
        assert cap(inputs, PoolKind.SERVICE_GROUP, "alignment") == caps

    def test_raising_no_limit_leaves_no_limit(self) -> None:
        inputs = plan(rule(PoolKind.SHOP_DAY, "", None), changes=(change(ADD, PoolKind.SHOP_DAY, amount=60),))
        assert cap(inputs, PoolKind.SHOP_DAY) is None

    def test_closing_a_group_for_the_afternoon_makes_the_pool_that_was_not_there(self) -> None:
        inputs = plan(changes=(change(CLOSE, PoolKind.SERVICE_GROUP, "alignment", **AFTERNOON),))
        pools = wanted_pools(inputs, MONDAY, NOW)
        made = {key.subject: pool.closed for key, pool in pools.items() if key.kind == PoolKind.SERVICE_GROUP}
        assert made == {"alignment/pm": True}

    def test_closing_a_group_closes_its_parts(self) -> None:
        inputs = plan(
            rule(PoolKind.SERVICE_GROUP, "alignment/am", 2),
            changes=(change(CLOSE, PoolKind.SERVICE_GROUP, "alignment"),),
        )
        assert wanted(inputs, PoolKind.SERVICE_GROUP, "alignment/am").closed
        assert wanted(inputs, PoolKind.SERVICE_GROUP, "alignment").closed

    def test_the_web_is_full_where_it_had_no_limit(self) -> None:
        inputs = plan(changes=(change(FULL, PoolKind.CHANNEL_DAY, "web"),))
        assert wanted(inputs, PoolKind.CHANNEL_DAY, "web") == Wanted(None, closed=True, honoured=True)
        assert wanted(inputs, PoolKind.CHANNEL_DAY, "staff") is None

    def test_half_hours_of_waiters_are_limited_where_there_was_no_limit(self) -> None:
        limited = change(SET, PoolKind.WAITERS, "lounge", amount=2, from_time=time(8, 10), until_time=time(9))
        pools = wanted_pools(plan(changes=(limited,)), MONDAY, NOW)
        made = {key.starts_at: pool.cap for key, pool in pools.items() if key.kind == PoolKind.WAITERS}
        assert made == {at(8): 2, at(8, 30): 2}


def test_quarter_hours_are_moments_on_the_day_when_clocks_change() -> None:
    """8 March 2026: the day has 23 hours and its check-ins are where the wall clock says."""
    day = date(2026, 3, 8)
    open_sundays = Calendar(ZONE, {6: DAY}, frozenset())
    pools = wanted_pools(plan(calendar=open_sundays, changes=()), day, NOW)
    moments = [key.starts_at for key in pools if key.kind == PoolKind.ADVISOR_CELL]
    assert len(moments) == 36
    assert clock.local(moments[0], ZONE).time() == time(8)  # type: ignore[arg-type]
