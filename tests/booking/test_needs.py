"""Pools that need not exist limit where they do: channel, service groups, waiters, cars handed back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from booking.actions.history import API, CUSTOMER, staff
from booking.actions.move import move_appointment
from booking.availability import find_availability
from booking.errors import SlotTaken
from booking.menu import STAFF, WEB, load_menu, plan
from booking.models import (
    CapacityPool,
    Choice,
    GroupMember,
    PoolKind,
    Service,
    ServiceGroup,
    Source,
)
from booking.needs import half_hour, half_hours, part_of
from dealerships.models import Role
from lib import clock
from tests.booking.storm import assert_sound
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def garage() -> Garage:
    made = make_garage(horizon_days=4, shop_minutes=None, tire_minutes=None, advisors=3)
    rims = ServiceGroup.objects.create(
        dealership=made.dealership, code="off_rims", name_fr="Sans jantes", name_en="Off rims"
    )
    GroupMember.objects.create(
        group=rims, service=Service.objects.get(code="tire_swap"), choice=Choice.objects.get(code="off")
    )
    return made


def limit(
    garage: Garage, kind: PoolKind, subject: str, cap: int | None, at: datetime | None = None, **more: Any
) -> CapacityPool:
    return CapacityPool.objects.create(
        dealership=garage.dealership,
        kind=kind,
        subject=subject,
        local_date=MONDAY,
        starts_at=at,
        cap=cap,
        **more,
    )


def times(
    garage: Garage, *services: str, transport: str = "drop_off", channel: str = WEB, **answers: str
) -> list[str]:
    demand = plan(
        load_menu(garage.dealership),
        garage.basket(*services, transport=transport, **answers),
        channel=channel,
    )
    found = find_availability(garage.dealership, demand, first_day=MONDAY, days=1, now=NOW, find_first=False)
    return [
        clock.local(start.starts_at, garage.dealership.zone).strftime("%H:%M") for start in found.days[MONDAY]
    ]


def test_the_third_off_rim_job_of_a_day_of_two_is_refused_and_on_rims_goes_on(garage: Garage) -> None:
    pool = limit(garage, PoolKind.SERVICE_GROUP, "off_rims", 2)
    off = garage.basket(rims="off")
    for minute in (0, 15):
        garage.book(garage.at(8, minute), basket=off)

    assert times(garage, rims="off") == []
    assert times(garage, rims="on")
    with pytest.raises(SlotTaken):
        garage.book(garage.at(9), basket=off)
    pool.refresh_from_db()
    assert pool.used == 2
    assert_sound()


def test_a_part_of_the_day_that_is_closed_leaves_the_other_open(garage: Garage) -> None:
    limit(garage, PoolKind.SERVICE_GROUP, "off_rims/pm", None, closed=True)

    assert times(garage, rims="off")[-1] == "11:45"
    assert times(garage, rims="on")[-1] > "12:00"


def test_the_web_takes_its_share_and_the_staff_goes_on(garage: Garage) -> None:
    web = limit(garage, PoolKind.CHANNEL_DAY, "web", 2)
    desk = limit(garage, PoolKind.CHANNEL_DAY, "staff", None)
    user = make_staff(garage.dealership, Role.ADVISOR)
    garage.book(garage.at(8), by=CUSTOMER)
    garage.book(garage.at(8), by=API)

    assert times(garage) == []
    assert times(garage, channel=STAFF)
    with pytest.raises(SlotTaken):
        garage.book(garage.at(9), by=CUSTOMER)
    garage.book(garage.at(9), by=staff(user, Source.PHONE))
    garage.book(garage.at(9), by=staff(user, Source.WALK_IN))
    web.refresh_from_db()
    desk.refresh_from_db()
    assert (web.used, desk.used) == (2, 2)


def test_whoever_moves_a_visit_on_its_day_leaves_it_in_the_share_that_it_takes(garage: Garage) -> None:
    web = limit(garage, PoolKind.CHANNEL_DAY, "web", 1)
    desk = limit(garage, PoolKind.CHANNEL_DAY, "staff", 0)
    visit = garage.book(garage.at(8))
    user = make_staff(garage.dealership, Role.ADVISOR)

    move_appointment(
        appointment=visit, start=garage.at(9), by=staff(user), version=visit.version, notice=False, now=NOW
    )

    web.refresh_from_db()
    desk.refresh_from_db()
    assert (web.used, desk.used) == (1, 0)


def test_two_may_arrive_to_wait_in_a_half_hour(garage: Garage) -> None:
    limit(garage, PoolKind.WAITERS, "arrivals", 2, garage.at(8))
    wait = garage.basket(transport="wait")
    garage.book(garage.at(8), basket=wait)
    garage.book(garage.at(8, 15), basket=wait)

    free = times(garage, transport="wait")

    assert "08:00" not in free
    assert "08:15" not in free
    assert "08:30" in free
    assert "08:15" in times(garage)


def test_the_lounge_seats_whoever_is_there_until_their_car_is_ready(garage: Garage) -> None:
    for hour in (8, 9):
        for minute in (0, 30):
            limit(garage, PoolKind.WAITERS, "lounge", 1, garage.at(hour, minute))
    # Here from 8:30 to 9:30: 15 minutes of check-in and 45 of work.
    garage.book(garage.at(8, 30), basket=garage.basket(transport="wait"))

    free = times(garage, transport="wait")

    assert "07:30" in free, "gone at 8:30"
    assert "07:45" not in free, "there until 8:45"
    assert "09:15" not in free
    assert "09:30" in free


def test_cars_are_handed_back_as_fast_as_advisors_can(garage: Garage) -> None:
    first = garage.book(garage.at(8))
    back = limit(garage, PoolKind.HAND_BACK, "", 1, half_hour(first.ready_at))
    garage.book(garage.at(8, 15) if half_hour(first.ready_at) == first.ready_at else garage.at(7, 45))

    back.refresh_from_db()
    assert back.used == 1
    assert "08:00" not in times(garage)
    assert "09:00" in times(garage)


def test_a_car_ready_the_next_day_is_handed_back_then(garage: Garage) -> None:
    visit = garage.book(garage.at(16, 15), basket=garage.basket("brakes"))
    ready_day = clock.local(visit.ready_at, garage.dealership.zone).date()
    assert ready_day == MONDAY + timedelta(days=1)
    CapacityPool.objects.create(
        dealership=garage.dealership, kind=PoolKind.HAND_BACK, local_date=ready_day,
        starts_at=half_hour(visit.ready_at), cap=0,
    )  # fmt: skip

    assert "16:15" not in times(garage, "brakes")
    assert "08:00" in times(garage, "brakes")


def test_full_limits_are_read_in_the_one_query_of_a_month(
    garage: Garage, django_assert_num_queries: Any
) -> None:
    limit(garage, PoolKind.SERVICE_GROUP, "off_rims", 0)
    limit(garage, PoolKind.CHANNEL_DAY, "web", 0)
    demand = plan(
        load_menu(garage.dealership), garage.basket("tire_swap", "oil_change", "brakes", rims="off")
    )

    with django_assert_num_queries(2):
        find_availability(garage.dealership, demand, first_day=MONDAY, days=31, now=NOW, find_first=False)


def test_the_day_has_three_parts_and_half_hours() -> None:
    assert [part_of(time(11, 59)), part_of(time(12)), part_of(time(16, 59)), part_of(time(17))] == [
        "am", "pm", "pm", "eve",
    ]  # fmt: skip
    at = clock.at_local(date(2026, 11, 30), time(8, 20), "America/St_Johns")
    assert clock.local(half_hour(at), "America/St_Johns").time() == time(8)
    begin = clock.at_local(date(2026, 11, 30), time(8, 45), "America/Toronto")
    assert len(list(half_hours(begin, begin + timedelta(minutes=60)))) == 3
    assert len(list(half_hours(begin, begin + timedelta(minutes=45)))) == 2
