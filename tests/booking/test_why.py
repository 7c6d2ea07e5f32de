"""Why a start is closed: the first cap that closes it, who did it, and what would open it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.refresh import refresh_pools
from booking.menu import STAFF, WEB, Demand, load_menu, plan
from booking.models import (
    CapacityChange,
    CapacityPool,
    CapacitySettings,
    GroupMember,
    PoolKind,
    Releasable,
    ReleaseStep,
    Service,
    ServiceGroup,
)
from booking.why import Explanation, why_closed
from booking.why_days import SHUT, UNSUITED, binding_of, why_day, why_demand_day
from dealerships.models import Closure, Role
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def demand_for(garage: Garage, *services: str, channel: str = WEB, **basket: Any) -> Demand:
    return plan(load_menu(garage.dealership), garage.basket(*services, **basket), channel=channel)


def explain(
    garage: Garage,
    *services: str,
    at: datetime | None = None,
    now: datetime = NOW,
    notice: bool = True,
    **basket: Any,
) -> Explanation:
    demand = demand_for(garage, *services, **basket)
    return why_closed(garage.dealership, demand, at or garage.at(10), now=now, notice=notice)


def limit(garage: Garage, kind: PoolKind, subject: str = "", day: date = MONDAY, **values: Any) -> None:
    found = CapacityPool.objects.filter(
        dealership=garage.dealership, kind=kind, subject=subject, local_date=day
    )
    assert found.update(**values)


def make_pool(
    garage: Garage, kind: PoolKind, subject: str, cap: int, starts_at: datetime | None = None
) -> None:
    CapacityPool.objects.create(
        dealership=garage.dealership,
        kind=kind,
        subject=subject,
        local_date=MONDAY,
        cap=cap,
        starts_at=starts_at,
    )


# --- One start ---------------------------------------------------------------------------------------


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


def test_a_start_that_every_advisor_has_taken_is_opened_by_one_more_check_in(garage: Garage) -> None:
    for _advisor in garage.advisors:
        garage.book(garage.at(10))

    found = explain(garage)

    assert found.cap is not None
    assert (found.cap.kind, found.cap.subject) == (PoolKind.ADVISOR_CELL, "")
    assert (found.cap.used, found.cap.most) == (2, 2)
    assert [(way.add, way.starts) for _cap, way in found.ways] == [(1, 1)]


def test_an_asked_for_advisor_is_named_and_the_others_do_not_count(garage: Garage) -> None:
    first = garage.advisors[0].pk
    garage.book(garage.at(10), basket=garage.basket(advisor=first))

    found = explain(garage, advisor=first)

    assert found.cap is not None
    assert (found.cap.kind, found.cap.subject, found.cap.used) == (PoolKind.ADVISOR_CELL, str(first), 1)
    assert explain(garage).is_open


def test_an_advisors_full_day_opens_with_one_customer_more() -> None:
    garage = make_garage(advisors=1, daily_customers=1)
    garage.book(garage.at(8))

    found = explain(garage)

    assert found.cap is not None
    assert (found.cap.kind, found.cap.used, found.cap.most) == (PoolKind.ADVISOR_DAY, 1, 1)
    assert found.ways[0][1].starts == 18 + 14 - 1


def test_a_full_shuttle_names_its_departure(garage: Garage) -> None:
    for hour in (7, 8):
        garage.book(garage.at(hour, 30), basket=garage.basket(transport="shuttle"))

    found = explain(garage, transport="shuttle", at=garage.at(8))

    assert found.cap is not None
    assert (found.cap.at, found.cap.used, found.cap.most) == (garage.at(9), 2, 2)
    assert found.ways[0][1].starts == 6  # 7:30 to 8:45


def test_after_the_last_shuttle_there_is_none(garage: Garage) -> None:
    assert explain(garage, transport="shuttle", at=garage.at(9)).rule == "no_departure"


def test_waiters_groups_channel_and_hand_back_are_told_apart(garage: Garage) -> None:
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="rack", name_fr="Pont", name_en="Rack"
    )
    GroupMember.objects.create(group=group, service=Service.objects.get(code="tire_swap"))
    caps = (
        (PoolKind.WAITERS, "arrivals", garage.at(10)),
        (PoolKind.SERVICE_GROUP, "rack/am", None),
        (PoolKind.CHANNEL_DAY, "web", None),
        (PoolKind.HAND_BACK, "", garage.at(11)),
    )
    for kind, subject, at in caps:
        make_pool(garage, kind, subject, 0, at)

    found = explain(garage, transport="wait")

    assert [(cap.kind, cap.subject) for cap, _way in found.ways] == [
        (kind, subject) for kind, subject, _at in caps
    ]
    at_the_counter = explain(garage, transport="wait", channel=STAFF, notice=False)
    assert PoolKind.CHANNEL_DAY not in [cap.kind for cap, _way in at_the_counter.ways]


def test_rules_come_before_caps(garage: Garage) -> None:
    limit(garage, PoolKind.SHOP_DAY, cap=0)

    found = explain(garage, tires="stored")

    assert found.rule == "too_soon"
    assert found.cap is None
    assert [cap.kind for cap, _way in found.ways] == [PoolKind.SHOP_DAY]
    assert found.ways[0][1].then_rule == "too_soon"


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        ((12, 15, 0), "nobody_checks_in"),
        ((10, 7, 0), "nobody_checks_in"),
        ((10, 0, -1), "closed"),  # a Sunday
        ((10, 0, -2), "past"),
        ((10, 0, 21), "too_far"),
    ],
)
def test_what_is_never_offered_says_so(garage: Garage, at: tuple[int, int, int], rule: str) -> None:
    hour, minute, days = at

    assert explain(garage, at=garage.at(hour, minute, MONDAY + timedelta(days=days))).rule == rule


def test_a_closed_day_gives_its_reason(garage: Garage) -> None:
    Closure.objects.create(
        dealership=garage.dealership, first_day=MONDAY, last_day=MONDAY, reason_fr="Inventaire", reason_en="Stock",
    )  # fmt: skip

    found = explain(garage)

    assert found.rule == "closed"
    reason = found.notes.shop_closed()
    assert reason is not None
    assert (reason.reason_fr, reason.reason_en) == ("Inventaire", "Stock")


def test_a_pool_that_somebody_closed_says_who_why_and_when_and_opens_without_more(garage: Garage) -> None:
    manager = make_staff(garage.dealership, Role.MANAGER)
    limit(garage, PoolKind.SKILL_DAY, "tires", closed=True)
    for subject, reason in (("express", "Autre chose"), ("tires", "Pont brisé")):
        CapacityChange.objects.create(
            dealership=garage.dealership, kind=PoolKind.SKILL_DAY, subject=subject, first_day=MONDAY,
            last_day=MONDAY, action="close", reason=reason, made_by=manager, made_at=NOW,
        )  # fmt: skip

    found = explain(garage)

    assert found.cap is not None
    assert found.cap.closed
    made = found.notes.made(found.cap)
    assert made is not None
    assert (made.reason, made.by, made.at) == ("Pont brisé", "Manager", NOW)
    assert [(way.add, way.starts) for _cap, way in found.ways] == [(0, 32)]


def test_a_change_of_other_hours_or_taken_back_is_not_named(garage: Garage) -> None:
    limit(garage, PoolKind.ADVISOR_CELL, str(garage.advisors[0].pk), closed=True)
    asked = {"advisor": garage.advisors[0].pk}
    about = {
        "dealership": garage.dealership,
        "kind": PoolKind.ADVISOR_CELL,
        "first_day": MONDAY,
        "last_day": MONDAY,
    }
    CapacityChange.objects.create(
        **about, action="close", reason="Après-midi", from_time=time(13), until_time=time(17)
    )
    found = explain(garage, **asked)
    assert found.cap is not None
    assert found.notes.made(found.cap) is None

    CapacityChange.objects.create(
        **about, action="close", reason="Réunion", from_time=time(9), until_time=time(11)
    )
    found = explain(garage, **asked)
    assert found.cap is not None
    made = found.notes.made(found.cap)
    assert made is not None
    assert made.reason == "Réunion"

    CapacityChange.objects.create(**about, action="open", reason="Annulée")
    assert explain(garage, **asked).notes.made(found.cap) is None


def test_an_advisor_who_is_away_is_said_to_be(garage: Garage) -> None:
    advisor = garage.advisors[0]
    limit(garage, PoolKind.ADVISOR_CELL, str(advisor.pk), closed=True)
    Closure.objects.create(
        dealership=garage.dealership, staff_member=advisor, first_day=MONDAY, last_day=MONDAY,
        reason_fr="Vacances", reason_en="Vacation",
    )  # fmt: skip

    found = explain(garage, advisor=advisor.pk)

    assert found.cap is not None
    away = found.notes.away(found.cap)
    assert away is not None
    assert away.reason_en == "Vacation"


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


# --- Days --------------------------------------------------------------------------------------------


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


# --- Kept back ---------------------------------------------------------------------------------------


@pytest.fixture
def reserve(garage: Garage) -> Garage:
    """A fifth of the hours is kept: half of it until 16:00 the day before, the rest until 9:00."""
    CapacitySettings.objects.update_or_create(dealership=garage.dealership, defaults={"reserve_percent": 20})
    for days, at, percent in ((1, time(16), 50), (0, time(9), 100)):
        ReleaseStep.objects.create(
            dealership=garage.dealership, what=Releasable.RESERVE, days_before=days, at=at, percent=percent
        )
    refresh_pools(dealership=garage.dealership, now=NOW)
    return garage


def test_hours_in_reserve_are_said_to_be_kept_until_the_next_release(reserve: Garage) -> None:
    used = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)
    assert used.cap == 480  # 600 less a fifth
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=40)

    [kept] = explain(reserve).kept

    assert (kept.kind, kept.units) == (PoolKind.SHOP_DAY, 60)
    assert kept.until == reserve.at(16, day=MONDAY - timedelta(days=1))


def test_after_the_last_release_nothing_is_kept(reserve: Garage) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=40)

    assert explain(reserve, now=reserve.at(9, 30), notice=False).kept == ()


def test_visits_that_the_web_may_not_take_yet_are_said_to_be_kept(garage: Garage) -> None:
    CapacitySettings.objects.update_or_create(dealership=garage.dealership, defaults={"kept_for_staff": 24})
    ReleaseStep.objects.create(
        dealership=garage.dealership, what=Releasable.CHANNEL, days_before=0, at=time(7), percent=50
    )
    refresh_pools(dealership=garage.dealership, now=NOW)

    found = explain(garage)

    assert found.cap is not None
    assert (found.cap.kind, found.cap.most) == (PoolKind.CHANNEL_DAY, 0)
    assert [(one.subject, one.units, one.until) for one in found.kept] == [("web", 12, garage.at(7))]
