"""Why a start is closed: the first cap that closes it, and what would open it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.menu import WEB
from booking.models import CapacityChange, PoolKind
from booking.why import why_closed
from booking.why_days import binding_of, why_day
from dealerships.models import Role
from tests.booking.questions import demand_for, explain, limit
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def test_an_open_start_is_open_and_says_how_much_room_there_is(garage: Garage) -> None:
    found = explain(garage)

    assert found.is_open
    assert (found.rule, found.cap, found.ways) == ("", None, ())
    assert {cap.kind for cap in found.look.caps} == {
        PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY, PoolKind.SKILL_DAY, PoolKind.SHOP_DAY,
    }  # fmt: skip


def test_full_shop_hours_say_how_many_more_open_how_many_starts(garage: Garage) -> None:
    limit(garage, PoolKind.SHOP_DAY, cap=20)

    found = explain(garage)

    assert found.cap is not None
    assert (found.cap.kind, found.cap.used, found.cap.most, found.cap.needed) == (
        PoolKind.SHOP_DAY,
        0,
        20,
        45,
    )
    [(cap, way)] = found.ways
    assert (cap.short_by, way.add) == (25, 30)
    assert way.starts == 18 + 14  # every quarter hour of the day
    assert (way.then_rule, way.then_cap) == ("", None)


def test_the_first_cap_is_the_one_that_people_ask_about_first_and_the_others_follow(garage: Garage) -> None:
    limit(garage, PoolKind.SHOP_DAY, cap=0)
    limit(garage, PoolKind.SKILL_DAY, "tires", cap=0)
    limit(garage, PoolKind.TRANSPORT, "courtesy_car", cap=0)

    found = explain(garage, transport="courtesy_car")

    assert [cap.kind for cap, _way in found.ways] == [
        PoolKind.TRANSPORT, PoolKind.SKILL_DAY, PoolKind.SHOP_DAY,
    ]  # fmt: skip
    assert found.cap == found.ways[0][0]


def test_more_of_one_cap_says_which_other_one_closes_it_next(garage: Garage) -> None:
    limit(garage, PoolKind.SHOP_DAY, cap=0)
    limit(garage, PoolKind.SKILL_DAY, "tires", cap=30)

    [(_tires, way), (_shop, other)] = explain(garage).ways

    assert (way.add, way.starts) == (30, 0)
    assert way.then_cap is not None
    assert way.then_cap.kind == PoolKind.SHOP_DAY
    assert other.then_cap is not None
    assert (other.add, other.then_cap.subject) == (60, "tires")


def test_rules_come_before_caps(garage: Garage) -> None:
    limit(garage, PoolKind.SHOP_DAY, cap=0)

    found = explain(garage, tires="stored")

    assert found.rule == "too_soon"
    assert found.cap is None
    assert [cap.kind for cap, _way in found.ways] == [PoolKind.SHOP_DAY]
    assert found.ways[0][1].then_rule == "too_soon"


def queries_of(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_explaining_takes_as_many_queries_whatever_there_is(rows: int) -> None:
    garage = make_garage(advisors=rows)
    for number in range(rows):
        garage.book(garage.at(8 + number))
        CapacityChange.objects.create(
            dealership=garage.dealership, first_day=MONDAY, last_day=MONDAY, action="add", amount=0, reason="x",
            made_by=make_staff(garage.dealership, Role.MANAGER, email=f"m{number}@example.com"),
        )  # fmt: skip
    limit(garage, PoolKind.SHOP_DAY, cap=45 * rows)
    demand = demand_for(garage)

    # rules, pools, changes, their makers, closures, what is kept back
    assert queries_of(lambda: why_closed(garage.dealership, demand, garage.at(10), now=NOW)) == 6
    assert queries_of(lambda: why_day(garage.dealership, MONDAY, now=NOW, channel=WEB)) == 2
    assert queries_of(lambda: binding_of(garage.dealership, demand, MONDAY, TUESDAY, now=NOW)) == 2
