"""What is open of a day or a week, service by service, and what closes most of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from booking.menu import STAFF, WEB
from booking.models import PoolKind
from booking.why_days import SHUT, UNSUITED, binding_of, why_day, why_demand_day
from tests.booking.questions import demand_for, limit
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def test_a_day_says_of_each_service_what_is_open_or_what_closes_it(garage: Garage) -> None:
    limit(garage, PoolKind.SKILL_DAY, "tires", cap=0)
    garage.book(garage.at(8), basket=garage.basket("oil_change", transport="courtesy_car"))

    found = {
        (one.item.code, one.transport): one
        for one in why_day(garage.dealership, MONDAY, now=NOW, channel=WEB)
    }

    assert set(found) == {
        (code, way) for code in ("tire_swap", "oil_change", "brakes") for way in ("drop_off", "courtesy_car")
    }
    tires = found["tire_swap", "drop_off"].verdict
    assert tires.cap is not None
    assert tires.way is not None
    assert (tires.starts, tires.cap.subject, tires.way.add) == (0, "tires", 90)  # off rims: 75 min
    oil = found["oil_change", "drop_off"].verdict
    assert (oil.starts, oil.cap) == (32, None)
    assert found["oil_change", "courtesy_car"].verdict.cap.kind == PoolKind.TRANSPORT


def test_a_day_without_service_says_so_for_all(garage: Garage) -> None:
    sunday = MONDAY - timedelta(days=1)

    found = why_day(garage.dealership, sunday, now=NOW, channel=WEB)

    assert {one.verdict.rule for one in found} == {"closed"}


def test_what_closes_most_of_a_week_is_its_cap_and_the_day_that_lacked_least(garage: Garage) -> None:
    for number in range(6):
        limit(garage, PoolKind.SHOP_DAY, day=MONDAY + timedelta(days=number), cap=number)
    demand = demand_for(garage)

    bound = binding_of(garage.dealership, demand, MONDAY, MONDAY + timedelta(days=6), now=NOW)

    assert (bound.rule, bound.kind, bound.subject) == ("", PoolKind.SHOP_DAY, "")
    assert (bound.day, bound.short_by) == (MONDAY + timedelta(days=5), 40)


def test_closed_by_hand_closed_by_rule_and_not_closed_are_told_apart(garage: Garage) -> None:
    demand = demand_for(garage)
    assert binding_of(garage.dealership, demand, MONDAY, MONDAY, now=NOW).rule == UNSUITED

    limit(garage, PoolKind.SHOP_DAY, closed=True)
    shut = binding_of(garage.dealership, demand, MONDAY, MONDAY, now=NOW)
    assert (shut.rule, shut.kind) == (SHUT, PoolKind.SHOP_DAY)

    sunday = MONDAY - timedelta(days=1)
    assert binding_of(garage.dealership, demand, sunday, sunday, now=NOW).rule == "closed"
    assert (
        binding_of(
            garage.dealership, demand, sunday - timedelta(days=9), sunday - timedelta(days=2), now=NOW
        ).rule
        == "past"
    )


def test_a_day_may_be_narrowed_to_one_start_and_one_advisor(garage: Garage) -> None:
    first = garage.advisors[0].pk
    garage.book(garage.at(10), basket=garage.basket(advisor=first))

    def at_ten(**more: Any) -> set[tuple[int, str]]:
        found = why_day(garage.dealership, MONDAY, now=NOW, channel=STAFF, at=garage.at(10), **more)
        return {(one.verdict.starts, one.verdict.cap.subject if one.verdict.cap else "") for one in found}

    assert at_ten() == {(1, "")}
    assert at_ten(advisor=first) == {(0, str(first))}


def test_the_day_of_one_demand_lists_every_start(garage: Garage) -> None:
    for _advisor in garage.advisors:
        garage.book(garage.at(10))

    found = why_demand_day(garage.dealership, demand_for(garage), MONDAY, now=NOW)

    assert [look.starts_at for look in found.looks if not look.is_open] == [garage.at(10)]
    assert found.verdict.starts == 31
