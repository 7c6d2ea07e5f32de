"""Rules that close a start whatever room there is; what is shown and what can be booked follow the same ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from booking.actions.book import Request, book_appointment
from booking.actions.history import staff
from booking.actions.refresh import refresh_pools
from booking.availability import find_availability
from booking.errors import SlotTaken, StartRefused
from booking.menu import STAFF, WEB, Basket, load_menu, plan
from booking.models import (
    Choice,
    FirstSnow,
    GroupMember,
    Season,
    Service,
    ServiceGroup,
    SnowOpening,
    Source,
    TransportCondition,
)
from dealerships.models import Dealership, Role
from lib import clock
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def garage() -> Garage:
    return make_garage(horizon_days=8, shop_minutes=None, tire_minutes=None)


def offered(
    garage: Garage,
    *services: str,
    day: date = MONDAY,
    now: datetime = NOW,
    channel: str = WEB,
    transport: str = "drop_off",
    **answers: str,
) -> list[str]:
    """The wall times that are offered."""
    basket = garage.basket(*services, transport=transport, **answers)
    return _times(garage, basket, day, now, channel)


def _times(garage: Garage, basket: Basket, day: date, now: datetime, channel: str) -> list[str]:
    demand = plan(load_menu(garage.dealership), basket, channel=channel)
    found = find_availability(
        Dealership.objects.get(pk=garage.dealership.pk), demand, first_day=day, days=1, now=now,
        notice=channel == WEB, find_first=False,
    )  # fmt: skip
    zone = garage.dealership.zone
    return [clock.local(start.starts_at, zone).strftime("%H:%M") for start in found.days[day]]


def group(garage: Garage, code: str, *members: tuple[str, str], **rules: Any) -> ServiceGroup:
    made = ServiceGroup.objects.create(
        dealership=garage.dealership, code=code, name_fr=code, name_en=code, **rules
    )
    for service, choice in members:
        GroupMember.objects.create(
            group=made,
            service=Service.objects.get(code=service),
            choice=Choice.objects.get(code=choice) if choice else None,
        )
    return made


def test_a_group_has_a_first_and_a_last_start(garage: Garage) -> None:
    group(garage, "off_rims", ("tire_swap", "off"), first_start=time(9), last_start=time(15, 30))

    times = offered(garage, rims="off")

    assert (times[0], times[-1]) == ("09:00", "15:30")
    assert offered(garage, rims="on")[0] == "07:30"
    with pytest.raises(SlotTaken, match=r"ne commence pas|does not begin") as refused:
        garage.book(garage.at(16), basket=garage.basket(rims="off"))
    assert len(refused.value.alternatives) == 3


def test_outside_its_seasons_a_seasonal_group_is_closed(garage: Garage) -> None:
    tires = group(garage, "tires", ("tire_swap", ""), only_in_season=True)
    Season.objects.create(
        group=tires, name_fr="a", name_en="a", opens_on=MONDAY - timedelta(days=60),
        first_day=TUESDAY, last_day=TUESDAY,
    )  # fmt: skip

    assert offered(garage) == []
    assert offered(garage, day=TUESDAY)
    assert offered(garage, "oil_change")


def test_a_campaign_is_booked_from_its_opening_date_on_but_the_staff_may_before(garage: Garage) -> None:
    tires = group(garage, "tires", ("tire_swap", ""))
    Season.objects.create(
        group=tires, name_fr="a", name_en="a", opens_on=MONDAY, first_day=MONDAY, last_day=TUESDAY
    )

    assert offered(garage, day=TUESDAY) == []
    assert offered(garage, day=TUESDAY, channel=STAFF)
    assert offered(garage, day=TUESDAY, now=garage.at(0))


def test_a_service_asks_for_notice_and_the_staff_need_not_wait(garage: Garage) -> None:
    Service.objects.filter(code="brakes").update(notice_hours=24)
    now = garage.at(9)

    assert offered(garage, "brakes", day=TUESDAY, now=now)[0] == "09:00"
    assert offered(garage, "brakes", now=now) == []
    assert offered(garage, "brakes", now=now, channel=STAFF)[0] == "08:45", "the quarter hour that has begun"


def test_the_same_day_may_be_booked_until_its_limit(garage: Garage) -> None:
    Service.objects.filter(code="oil_change").update(same_day_until=time(11))

    assert offered(garage, "oil_change", now=garage.at(10, 59))
    assert offered(garage, "oil_change", now=garage.at(11)) == []
    assert offered(garage, "oil_change", now=garage.at(11), day=TUESDAY)
    assert offered(garage, "oil_change", now=garage.at(11), channel=STAFF)
    assert offered(garage, "tire_swap", now=garage.at(11))


def test_a_service_may_have_a_nearer_horizon(garage: Garage) -> None:
    Service.objects.filter(code="brakes").update(horizon_days=1)

    assert offered(garage, "brakes")
    assert offered(garage, "brakes", day=TUESDAY) == []
    assert offered(garage, "tire_swap", day=TUESDAY)
    with pytest.raises(StartRefused) as refused:
        garage.book(garage.at(9, day=TUESDAY), basket=garage.basket("brakes"))
    assert refused.value.code == "too_far"


def test_a_courtesy_car_is_for_stays_that_are_long_enough(garage: Garage) -> None:
    TransportCondition.objects.create(
        dealership=garage.dealership, transport="courtesy_car", stay_at_least=240
    )

    # 15 minutes of check-in, 90 of queue, 90 of brakes: 195; after 14:15 it is ready the next day.
    assert offered(garage, "brakes", transport="courtesy_car")[0] == "14:30"
    assert offered(garage, "brakes")[0] == "07:30"


def test_a_transport_has_its_hours_and_its_longest_work(garage: Garage) -> None:
    TransportCondition.objects.create(
        dealership=garage.dealership, transport="key_drop", last_start=time(9, 30), work_at_most=60
    )

    assert offered(garage, transport="key_drop")[-1] == "09:30"
    assert offered(garage, "brakes", transport="key_drop") == []


def test_the_key_is_dropped_the_evening_before_so_it_is_booked_by_then(garage: Garage) -> None:
    TransportCondition.objects.create(
        dealership=garage.dealership, transport="key_drop", book_by_days=1, book_by=time(20)
    )
    eight = clock.at_local(MONDAY - timedelta(days=1), time(20), garage.dealership.zone)

    assert offered(garage, transport="key_drop", now=eight)
    assert offered(garage, transport="key_drop", now=eight + timedelta(minutes=1)) == []


def test_a_transport_that_the_web_may_not_choose_is_the_staff_s(garage: Garage) -> None:
    TransportCondition.objects.create(dealership=garage.dealership, transport="courtesy_car", on_web=False)

    assert offered(garage, "brakes", transport="courtesy_car") == []
    assert offered(garage, "brakes", transport="courtesy_car", channel=STAFF)


@pytest.fixture
def snowing(garage: Garage) -> Garage:
    mode = FirstSnow.objects.create(dealership=garage.dealership, switched_on_at=NOW, notice_minutes=15)
    SnowOpening.objects.create(first_snow=mode, weekday=0, opens=time(17), closes=time(20), tire_minutes=120)
    refresh_pools(dealership=garage.dealership, now=NOW)
    return garage


def test_first_snow_opens_the_evening_for_tires_alone(snowing: Garage) -> None:
    assert offered(snowing)[-1] == "19:45"
    assert offered(snowing, transport="wait")[-1] == "19:00", "ready before closing"
    assert offered(snowing, "oil_change")[-1] == "17:15"
    assert offered(snowing, "tire_swap", "oil_change")[-1] == "17:15"
    with pytest.raises(SlotTaken, match=r"pneus|tire"):
        snowing.book(snowing.at(18), basket=snowing.basket("oil_change"))
    assert snowing.book(snowing.at(17, 15)).ready_at == snowing.at(19, 45)


def test_first_snow_shortens_the_notice_of_tires_alone(snowing: Garage) -> None:
    now = snowing.at(8)

    assert offered(snowing, now=now)[0] == "08:15"
    assert offered(snowing, "oil_change", now=now)[0] == "09:00"
    assert offered(snowing, now=now, tires="stored") == []


def test_the_staff_book_under_the_rules_of_the_place_and_not_under_those_of_customers(
    garage: Garage,
) -> None:
    group(garage, "rack", ("brakes", ""), last_start=time(12))
    Service.objects.filter(code="brakes").update(same_day_until=time(6), notice_hours=24)
    user = make_staff(garage.dealership, Role.ADVISOR)
    request = garage.request(
        garage.at(9), basket=garage.basket("brakes"), by=staff(user, Source.PHONE), notice=False
    )

    assert _book(request, garage.at(8, 30))
    late = garage.request(
        garage.at(13), basket=garage.basket("brakes"), by=staff(user, Source.PHONE), notice=False
    )
    with pytest.raises(SlotTaken):
        _book(late, garage.at(8, 30))


def _book(request: Request, now: datetime) -> str:
    return book_appointment(request=request, now=now).appointment.reference
