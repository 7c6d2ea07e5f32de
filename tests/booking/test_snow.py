"""First-snow mode as a calculation: which days, which hours, for whom; and what pools it wants. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from booking.blueprint import Wanted, wanted_pools
from booking.inputs import Inputs
from booking.models import ChangeAction, PoolKind
from booking.needs import PoolKey
from booking.snow import Opening, Snow, is_tires_alone, make_snow
from dealerships.calendar import Calendar
from tests.booking.plans import NOW, ZONE, at, change, person, plan, rule, technician
from tests.garage import MONDAY

SUNDAY = MONDAY + timedelta(days=6)
EVENING = Opening(time(17), time(20), 150, ())
SUNDAY_MORNING = Opening(time(9), time(12), 90, (2,))
TWO_ADVISORS = (person(1), person(2, (time(8), time(12))))


def snow(usual: Calendar, **more: Any) -> Snow:
    values: dict[str, Any] = {
        "since": at(7), "lasts_days": 7, "notice_minutes": 30, "web_takes_all": True, "extra_tire_minutes": 0,
        "openings": {0: EVENING, 6: SUNDAY_MORNING}, "raises": {},
    }  # fmt: skip
    return make_snow(usual, **{**values, **more})


def snowed_in(*rules: Any, more_inputs: dict[str, Any] | None = None, **more: Any) -> Inputs:
    inputs = plan(*rules, advisors=TWO_ADVISORS, **(more_inputs or {}))
    return replace(inputs, snow=snow(inputs.calendar, **more))


def pools(inputs: Inputs, day: date = MONDAY) -> dict[PoolKey, Wanted]:
    return wanted_pools(inputs, day, NOW)


def cap(inputs: Inputs, kind: PoolKind, subject: str = "", day: date = MONDAY) -> Any:
    found = pools(inputs, day).get(PoolKey(kind, subject, day))
    return found.cap if found else "no pool"


def cells(inputs: Inputs, subject: str, day: date = MONDAY) -> int:
    return sum((key.kind, key.subject) == (PoolKind.ADVISOR_CELL, subject) for key in pools(inputs, day))


class TestWhen:
    def test_it_covers_its_days_from_the_one_on_which_it_was_switched_on(self) -> None:
        mode = snow(plan().calendar)
        covered = [mode.covers(MONDAY + timedelta(days=n)) for n in (-1, 0, 6, 7)]
        assert covered == [False, True, True, False]

    def test_added_hours_are_for_tires_alone_and_the_usual_ones_for_everything(self) -> None:
        mode = snow(plan().calendar)
        hours = (time(8), time(16, 45), time(17), time(19, 45), time(20))
        assert [mode.is_for_tires_only(MONDAY, wall) for wall in hours] == [False, False, True, True, False]
        assert mode.is_for_tires_only(SUNDAY, time(9))
        assert not mode.is_for_tires_only(MONDAY + timedelta(days=7), time(18))

    @pytest.mark.parametrize(
        ("minutes", "alone"), [({"tires": 45}, True), ({"tires": 45, "express": 20}, False), ({}, False)]
    )
    def test_tires_alone_is_nothing_else(self, minutes: dict[str, int], alone: bool) -> None:
        assert is_tires_alone(minutes) is alone

    def test_a_closure_is_not_opened_by_it(self) -> None:
        shut = replace(plan().calendar, closed=frozenset({MONDAY}))
        inputs = plan(calendar=shut)
        assert pools(replace(inputs, snow=snow(shut))) == {}


class TestWhatItWants:
    def test_an_evening_adds_check_ins_of_everybody_and_minutes_of_tires(self) -> None:
        inputs = snowed_in(rule(PoolKind.SHOP_DAY, "", 600), rule(PoolKind.SKILL_DAY, "tires", 480))
        assert (cells(inputs, "1"), cells(inputs, "2")) == (36 + 12, 16 + 12)
        assert cap(inputs, PoolKind.SHOP_DAY) == 750
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 630

    def test_a_closed_weekday_is_opened_for_whom_it_names(self) -> None:
        inputs = snowed_in(rule(PoolKind.SHOP_DAY, "", 600))
        assert (cells(inputs, "1", SUNDAY), cells(inputs, "2", SUNDAY)) == (0, 12)
        assert cap(inputs, PoolKind.SHOP_DAY, day=SUNDAY) == 90
        assert cap(inputs, PoolKind.SKILL_DAY, "tires", day=SUNDAY) == 90
        assert cap(inputs, PoolKind.ADVISOR_DAY, "2", day=SUNDAY) == 12

    def test_who_is_away_does_not_come_in_the_evening_either(self) -> None:
        inputs = snowed_in(more_inputs={"away": frozenset({(1, MONDAY)})})
        assert (cells(inputs, "1"), cells(inputs, "2")) == (0, 28)

    def test_the_technicians_minutes_of_the_evening_are_those_that_were_prepared(self) -> None:
        crew = {"technicians": (technician(3, "tires"),)}
        inputs = snowed_in(more_inputs=crew)
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 540 + 150

    def test_more_tire_minutes_on_each_open_day_and_none_where_it_is_closed(self) -> None:
        inputs = snowed_in(
            rule(PoolKind.SHOP_DAY, "", 600),
            rule(PoolKind.SKILL_DAY, "tires", 480),
            extra_tire_minutes=60,
            openings={},
        )
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 540
        assert cap(inputs, PoolKind.SHOP_DAY) == 660
        assert pools(inputs, SUNDAY) == {}
        none = snowed_in(rule(PoolKind.SKILL_DAY, "tires", 0), extra_tire_minutes=60, openings={})
        assert cap(none, PoolKind.SKILL_DAY, "tires") == 0

    def test_a_groups_limit_is_raised_in_all_its_parts(self) -> None:
        inputs = snowed_in(
            rule(PoolKind.SERVICE_GROUP, "off_rim", 6),
            rule(PoolKind.SERVICE_GROUP, "off_rim/am", 3),
            raises={(PoolKind.SERVICE_GROUP, "off_rim"): 2},
        )
        assert cap(inputs, PoolKind.SERVICE_GROUP, "off_rim") == 8
        assert cap(inputs, PoolKind.SERVICE_GROUP, "off_rim/am") == 5

    @pytest.mark.parametrize(("takes_all", "web"), [(True, None), (False, 4)])
    def test_the_web_takes_everything_if_so_prepared(self, takes_all: bool, web: int | None) -> None:
        inputs = snowed_in(rule(PoolKind.CHANNEL_DAY, "web", 4), web_takes_all=takes_all)
        assert cap(inputs, PoolKind.CHANNEL_DAY, "web") == web

    def test_a_day_that_is_full_for_the_web_stays_so(self) -> None:
        full = change(ChangeAction.FULL, PoolKind.CHANNEL_DAY, "web")
        inputs = snowed_in(more_inputs={"changes": (full,)})
        assert pools(inputs)[PoolKey(PoolKind.CHANNEL_DAY, "web", MONDAY)].closed

    def test_what_managers_close_is_closed_in_it_too(self) -> None:
        closed = change(ChangeAction.CLOSE, from_time=time(17), until_time=time(20))
        inputs = snowed_in(rule(PoolKind.SHOP_DAY, "", 600), more_inputs={"changes": (closed,)})
        evening = [pool for key, pool in pools(inputs).items() if key.starts_at and key.starts_at >= at(17)]
        assert evening
        assert all(pool.closed for pool in evening)

    def test_it_raises_on_top_of_what_managers_set(self) -> None:
        lowered = change(ChangeAction.SET, PoolKind.SKILL_DAY, "tires", amount=100)
        inputs = snowed_in(
            rule(PoolKind.SKILL_DAY, "tires", 480), more_inputs={"changes": (lowered,)}, extra_tire_minutes=60
        )
        assert cap(inputs, PoolKind.SKILL_DAY, "tires") == 100 + 60 + 150

    def test_after_its_last_day_everything_is_usual(self) -> None:
        inputs = snowed_in(rule(PoolKind.SHOP_DAY, "", 600))
        later = MONDAY + timedelta(days=7)
        assert cap(inputs, PoolKind.SHOP_DAY, day=later) == 600
        assert cells(inputs, "1", later) == 36


def test_the_mode_knows_its_zone() -> None:
    """Switched on at 23:30 in Montréal, when it is tomorrow in UTC: it counts from the local day on."""
    late = at(23, 30, MONDAY - timedelta(days=1))
    assert snow(Calendar(ZONE, {}, frozenset()), since=late).first_day == MONDAY - timedelta(days=1)
