"""What is open, what closes it, and when the vehicle is ready."""

from __future__ import annotations

import time as system_time
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.capacity import extend_horizon
from booking.availability import Availability, find_availability, nearest_starts
from booking.menu import load_menu, plan
from booking.models import CapacityPool, CapacityRule, PoolKind, Shift
from dealerships.models import Closure, Dealership, OpeningHours
from lib import clock
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def look(
    garage: Garage,
    *services: str,
    day: date = MONDAY,
    days: int = 1,
    now: datetime = NOW,
    notice: bool = True,
    **basket: Any,
) -> Availability:
    demand = plan(load_menu(garage.dealership), garage.basket(*services, **basket))
    return find_availability(garage.dealership, demand, first_day=day, days=days, now=now, notice=notice)


def starts(garage: Garage, *services: str, day: date = MONDAY, **more: Any) -> list[str]:
    found = look(garage, *services, day=day, **more)
    return [f"{clock.local(start.starts_at, garage.dealership.zone):%H:%M}" for start in found.days[day]]


def close(garage: Garage, **pool: Any) -> None:
    CapacityPool.objects.filter(dealership=garage.dealership, local_date=MONDAY, **pool).update(closed=True)


def test_every_quarter_hour_of_the_advisors_shifts_is_open_and_lunch_is_not(garage: Garage) -> None:
    offered = starts(garage)

    assert offered[0] == "07:30"
    assert offered[-1] == "16:15"
    assert "11:45" in offered
    assert "12:00" not in offered
    assert len(offered) == 18 + 14


def test_a_booked_advisor_is_not_offered_and_the_other_one_is(garage: Garage) -> None:
    garage.book(garage.at(8), basket=garage.basket(advisor=garage.advisors[0].pk))

    [start] = [start for start in look(garage).days[MONDAY] if start.starts_at == garage.at(8)]

    assert start.advisors == (garage.advisors[1].pk,)
    assert "08:00" not in starts(garage, advisor=garage.advisors[0].pk)


def test_the_least_busy_advisor_comes_first(garage: Garage) -> None:
    first, second = (advisor.pk for advisor in garage.advisors)
    garage.book(garage.at(8), basket=garage.basket(advisor=first))

    assert look(garage).days[MONDAY][0].advisors == (second, first)


@pytest.mark.parametrize(
    "pool",
    [
        {"kind": PoolKind.SHOP_DAY},
        {"kind": PoolKind.SKILL_DAY, "subject": "tires"},
        {"kind": PoolKind.ADVISOR_DAY},
        {"kind": PoolKind.ADVISOR_CELL},
    ],
)
def test_each_cap_closes_the_day_alone(garage: Garage, pool: dict[str, Any]) -> None:
    close(garage, **pool)

    assert starts(garage) == []


def test_a_day_without_enough_minutes_left_takes_shorter_work_only(garage: Garage) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=44)

    assert starts(garage, "tire_swap") == []
    assert starts(garage, "oil_change") != []


def test_a_cap_of_zero_is_closed_and_no_cap_is_no_limit(garage: Garage) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=0)
    assert starts(garage) == []

    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=None)
    assert starts(garage) != []


def test_the_shuttle_leaves_after_the_check_in(garage: Garage) -> None:
    offered = starts(garage, transport="shuttle")

    assert offered[-1] == "08:45"
    assert "09:00" not in offered


def test_a_full_shuttle_closes_its_starts(garage: Garage) -> None:
    for hour in (7, 8):
        garage.book(garage.at(hour, 30), basket=garage.basket(transport="shuttle"))

    assert starts(garage, transport="shuttle") == []
    assert starts(garage, transport="drop_off") != []


def test_the_only_courtesy_car_is_lent_once_a_day(garage: Garage) -> None:
    garage.book(garage.at(8), basket=garage.basket(transport="courtesy_car"))

    assert starts(garage, transport="courtesy_car") == []
    assert starts(garage, day=MONDAY + timedelta(days=1), transport="courtesy_car") != []


def test_a_courtesy_car_that_stays_out_overnight_needs_both_days(garage: Garage) -> None:
    CapacityPool.objects.filter(
        kind=PoolKind.TRANSPORT, subject="courtesy_car", local_date=MONDAY + timedelta(days=1)
    ).update(closed=True)

    offered = starts(garage, transport="courtesy_car")

    assert "08:00" in offered
    assert "16:00" not in offered  # ready the next morning only


def test_who_waits_is_offered_what_ends_before_closing(garage: Garage) -> None:
    close(garage, kind=PoolKind.SKILL_DAY, subject="express")

    assert starts(garage, transport="wait")[-1] == "16:15"
    assert starts(garage, "tire_swap", rims="off", transport="wait")[-1] == "16:00"


def test_work_is_ready_after_check_in_queue_and_minutes_or_at_the_next_opening(garage: Garage) -> None:
    by_start = {start.starts_at: start.ready_at for start in look(garage).days[MONDAY]}

    assert by_start[garage.at(8)] == garage.at(10, 30)  # 15 + 90 + 45
    assert by_start[garage.at(16)] == garage.at(7, 30, day=MONDAY + timedelta(days=1))


def test_friday_evenings_work_is_ready_when_the_shop_opens_again(garage: Garage) -> None:
    saturday = MONDAY + timedelta(days=5)

    last = look(garage, day=saturday).days[saturday][-1]

    assert last.ready_at == garage.at(7, 30, day=saturday + timedelta(days=2))


def test_the_past_and_the_notice_are_not_offered(garage: Garage) -> None:
    offered = starts(garage, now=garage.at(8, 5))

    assert offered[0] == "09:15"  # an hour's notice
    assert starts(garage, now=garage.at(8, 5), notice=False)[0] == "08:00"


def test_stored_tires_need_two_days(garage: Garage) -> None:
    assert starts(garage, tires="stored") == []
    assert starts(garage, tires="stored", day=MONDAY + timedelta(days=2)) != []


def test_a_closure_shuts_days_that_have_pools(garage: Garage) -> None:
    Closure.objects.create(
        dealership=garage.dealership,
        first_day=MONDAY,
        last_day=MONDAY,
        reason_fr="Inventaire",
        reason_en="Inventory",
    )

    assert starts(garage) == []
    assert look(garage).first.starts_at == garage.at(7, 30, day=MONDAY + timedelta(days=1))


def test_the_first_start_is_found_however_far_it_is(garage: Garage) -> None:
    far = MONDAY + timedelta(days=16)
    CapacityPool.objects.filter(local_date__lt=far).update(closed=True)

    found = look(garage)

    assert found.days[MONDAY] == ()
    assert found.first.starts_at == garage.at(7, 30, day=far)


def test_a_full_horizon_has_no_first_start(garage: Garage) -> None:
    CapacityPool.objects.update(closed=True)

    assert look(garage).first is None


def test_the_nearest_starts_are_in_order_and_exclude_what_is_full(garage: Garage) -> None:
    for _advisor in garage.advisors:
        garage.book(garage.at(10))
    demand = plan(load_menu(garage.dealership), garage.basket())

    found = nearest_starts(garage.dealership, demand, garage.at(10), now=NOW)

    assert [start.starts_at for start in found] == sorted(start.starts_at for start in found)
    assert {start.starts_at for start in found} >= {garage.at(9, 45), garage.at(10, 15)}
    assert len(found) == 3


def test_a_mover_may_use_again_what_it_holds(garage: Garage) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=MONDAY).update(cap=45)
    mine = garage.book(garage.at(8))
    demand = plan(load_menu(garage.dealership), garage.basket())

    others = find_availability(garage.dealership, demand, first_day=MONDAY, days=1, now=NOW)
    own = find_availability(garage.dealership, demand, first_day=MONDAY, days=1, now=NOW, owner=mine)

    assert others.days[MONDAY] == ()
    assert garage.at(9) in [start.starts_at for start in own.days[MONDAY]]


def queries_of(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        action()
    return len(captured)


@pytest.mark.parametrize("days", [1, 31])
@pytest.mark.parametrize("advisors", [2, 8])
@pytest.mark.parametrize("bookings", [1, 12])
def test_a_day_and_a_month_take_four_queries_whatever_their_size(
    days: int, advisors: int, bookings: int
) -> None:
    garage = make_garage(advisors=advisors, horizon_days=40)
    for number in range(bookings):
        garage.book(garage.at(8 + number % 3, 15 * (number % 2), day=MONDAY + timedelta(days=number // 4)))

    # dealership, menu, calendar, pools
    assert queries_of(lambda: look(_again(garage), days=days)) == 4


def test_a_search_beyond_the_range_takes_six_queries_at_most(garage: Garage) -> None:
    CapacityPool.objects.update(closed=True)

    assert queries_of(lambda: look(_again(garage))) == 6


def _again(garage: Garage) -> Garage:
    return Garage(Dealership.objects.get(pk=garage.dealership.pk), garage.advisors)


# --- Clocks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "monday", "utc_of_8"),
    [
        ("America/Toronto", date(2026, 3, 9), 12),  # the Monday after clocks went forward
        ("America/Toronto", date(2026, 3, 2), 13),
        ("America/Toronto", date(2026, 10, 26), 12),
        ("America/Toronto", date(2026, 11, 2), 13),  # the Monday after clocks went back
        ("America/Halifax", date(2026, 3, 9), 11),  # Îles-de-la-Madeleine
        ("America/Halifax", date(2026, 11, 2), 12),
        ("America/Blanc-Sablon", date(2026, 7, 6), 12),
    ],
)
def test_eight_o_clock_is_eight_on_the_dealerships_wall(zone: str, monday: date, utc_of_8: int) -> None:
    garage = make_garage(zone=zone, today=monday - timedelta(days=3), horizon_days=5)

    found = look(garage, day=monday, now=clock.at_local(monday - timedelta(days=3), time(12), zone))

    assert [f"{clock.local(s.starts_at, zone):%H:%M}" for s in found.days[monday]][:3] == [
        "07:30",
        "07:45",
        "08:00",
    ]
    assert datetime.combine(monday, time(utc_of_8), UTC) in [start.starts_at for start in found.days[monday]]


def test_a_day_of_25_hours_has_the_same_starts_as_any_other() -> None:
    sunday = date(2026, 11, 1)
    garage = make_garage(today=date(2026, 10, 30), horizon_days=5)
    OpeningHours.objects.create(dealership=garage.dealership, weekday=6, opens=time(0), closes=time(5))
    Shift.objects.create(person=garage.advisors[0], weekday=6, starts=time(0), ends=time(4))
    for kind, subject in ((PoolKind.SHOP_DAY, ""), (PoolKind.SKILL_DAY, "tires")):
        CapacityRule.objects.create(
            dealership=garage.dealership, kind=kind, subject=subject, weekday=6, cap=600
        )
    extend_horizon(dealership=garage.dealership, today=date(2026, 10, 30))

    offered = starts(garage, day=sunday, now=clock.at_local(date(2026, 10, 30), time(12), "America/Toronto"))

    assert offered == [f"{hour:02}:{minute:02}" for hour in range(4) for minute in (0, 15, 30, 45)]


def test_the_servers_own_clock_does_not_matter(
    garage: Garage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = starts(garage)

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    system_time.tzset()
    try:
        assert starts(garage) == expected
    finally:
        monkeypatch.delenv("TZ")
        system_time.tzset()
