"""What was lost in a week, why, and what one more unit of each cap would have saved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import PoolKind, UnmetDemand, UnmetSource
from booking.unmet import Cause, UnmetWeek, load_unmet, monday_of, saved_by_one_more, unmet_weeks
from dealerships.models import Dealership
from tests.garage import MONDAY, NOW, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def dealership() -> Dealership:
    return make_garage().dealership


def lost(dealership: Dealership, seeker: str, *services: str, day: date = MONDAY, **more: Any) -> UnmetDemand:
    kept = {
        "source": UnmetSource.WEB, "transport": "drop_off", "minutes": 45, "cap_kind": PoolKind.SHOP_DAY,
        "short_by": 15, "cap_day": day, "first_day": day, "last_day": day, "at": NOW, **more,
    }  # fmt: skip
    return UnmetDemand.objects.create(
        dealership=dealership, seeker=seeker, services=list(services) or ["tire_swap"], **kept
    )


def week(dealership: Dealership, monday: date = MONDAY) -> UnmetWeek:
    [found] = unmet_weeks(load_unmet(dealership, monday), monday, 1)
    return found


def test_a_week_without_any_is_there_and_empty(dealership: Dealership) -> None:
    found = week(dealership)

    assert (found.monday, found.lost, found.met, found.causes, found.services) == (MONDAY, 0, 0, (), ())


def test_searches_and_wait_list_are_lost_and_what_was_booked_is_not(dealership: Dealership) -> None:
    lost(dealership, "a")
    lost(dealership, "b", source=UnmetSource.WAIT_LIST)
    lost(dealership, "c", met_at=NOW)
    lost(dealership, "d", "oil_change", "tire_swap", source=UnmetSource.API)

    found = week(dealership)

    assert (found.searches, found.waiting, found.lost, found.met) == (2, 1, 3, 1)
    assert dict(found.services) == {"tire_swap": 3, "oil_change": 1}
    assert dict(found.sources) == {"web": 1, "wait_list": 1, "api": 1}


def test_one_seeker_who_tries_several_days_of_a_week_is_one(dealership: Dealership) -> None:
    lost(dealership, "a")
    lost(dealership, "a", day=MONDAY + timedelta(days=3), source=UnmetSource.WAIT_LIST)
    lost(dealership, "a", day=MONDAY + timedelta(days=7))

    assert (week(dealership).lost, week(dealership).waiting) == (1, 1)
    assert week(dealership, MONDAY + timedelta(days=7)).lost == 1


def test_causes_are_told_apart_and_the_greatest_comes_first(dealership: Dealership) -> None:
    for seeker in "abc":
        lost(dealership, seeker, cap_kind=PoolKind.SKILL_DAY, cap_subject="tires")
    lost(dealership, "d")
    lost(dealership, "e", cap_kind=None, cap_day=None, short_by=0, rule="too_soon")
    lost(dealership, "f", cap_kind=PoolKind.SKILL_DAY, cap_subject="tires", rule="shut")

    causes = week(dealership).causes

    assert [(one.cause, one.lost) for one in causes] == [
        (Cause(PoolKind.SKILL_DAY, "tires", ""), 3),
        (Cause(PoolKind.SHOP_DAY, "", ""), 1),
        (Cause(None, "", "too_soon"), 1),
        (Cause(PoolKind.SKILL_DAY, "tires", "shut"), 1),
    ]
    # No hour opens what a rule or a hand closed.
    assert [one.saved for one in causes] == [2, 1, 0, 0]


def rows(
    *short_and_minutes: tuple[int, int], kind: int = PoolKind.SHOP_DAY, day: date = MONDAY
) -> list[UnmetDemand]:
    return [
        UnmetDemand(cap_kind=kind, short_by=short, minutes=minutes, cap_day=day)
        for short, minutes in short_and_minutes
    ]


@pytest.mark.parametrize(
    ("asked", "saved"),
    [
        ([], 0),
        ([(60, 60)], 1),
        ([(61, 90)], 0),
        ([(15, 45)], 1),
        ([(15, 45), (15, 45)], 2),  # what is left with the hour: the first's 15 and the second's 45
        ([(15, 45), (15, 45), (15, 45)], 2),
        ([(45, 45), (45, 45)], 1),
        ([(10, 90), (40, 50)], 2),
        ([(10, 90), (40, 51)], 1),
    ],
)
def test_an_hour_more_lets_in_as_many_as_fit_into_it(asked: list[tuple[int, int]], saved: int) -> None:
    assert saved_by_one_more(rows(*asked), 60) == saved


def test_one_more_job_a_day_lets_in_one_a_day() -> None:
    group = PoolKind.SERVICE_GROUP
    tuesday = MONDAY + timedelta(days=1)

    assert (
        saved_by_one_more([*rows((1, 45), (1, 45), kind=group), *rows((1, 45), kind=group, day=tuesday)], 1)
        == 2
    )
    assert saved_by_one_more(rows((1, 45)), 0) == 0


def test_weeks_begin_on_monday_and_other_dealerships_are_left_out(dealership: Dealership) -> None:
    sunday = MONDAY + timedelta(days=6)
    lost(dealership, "a", day=sunday)
    lost(make_garage(slug="riviere").dealership, "b")

    assert monday_of(sunday) == MONDAY
    weeks = unmet_weeks(load_unmet(dealership, MONDAY - timedelta(days=7), 3), MONDAY - timedelta(days=7), 3)
    assert [one.lost for one in weeks] == [0, 1, 0]


@pytest.mark.parametrize("number", [1, 3])
def test_weeks_take_one_query(dealership: Dealership, number: int) -> None:
    for seeker in range(number):
        lost(dealership, str(seeker))
    with CaptureQueriesContext(connection) as captured:
        load_unmet(dealership, MONDAY, 12)
    assert len(captured) == 1
