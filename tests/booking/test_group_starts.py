"""The first opening at the other rooftops: whose menu, which order, how far, and what it costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.group_starts import basket_at, group_starts, usual_starts
from booking.menu import load_menu
from booking.models import CapacityPool, Choice, Service
from dealerships.models import Dealership, Group
from tests.garage import NOW, Garage, make_garage


@pytest.fixture
def here(db: None) -> Garage:
    return make_garage()


@pytest.fixture
def there(here: Garage) -> Garage:
    return make_garage(slug="riviere")


def find(here: Garage, *services: str, **more):
    return group_starts(here.dealership, here.basket(*services, **more), now=NOW)


def test_the_other_rooftop_is_found_with_its_own_first_start(here: Garage, there: Garage) -> None:
    CapacityPool.objects.filter(dealership=there.dealership, local_date="2026-11-30").update(closed=True)
    (found,) = find(here)
    assert found.dealership == there.dealership
    assert found.first
    assert found.first.starts_at == there.at(7, 30, found.calendar.next_open_day(there.at(8).date()))


def test_a_rooftop_that_lacks_a_service_is_left_out(here: Garage, there: Garage) -> None:
    Service.objects.filter(dealership=there.dealership, code="brakes").update(active=False)
    assert find(here, "brakes") == []
    assert len(find(here, "oil_change")) == 1


def test_another_group_is_another_world(here: Garage) -> None:
    make_garage(slug="ailleurs", group=Group.objects.create(slug="autre", name="Autre"))
    assert find(here) == []


def test_the_work_is_planned_by_the_menu_of_each_rooftop(here: Garage, there: Garage) -> None:
    Choice.objects.filter(question__service__dealership=there.dealership, code="off").update(extra_minutes=75)
    (found,) = find(here, rims="off")
    assert found.demand.minutes == 45 + 75


def test_an_answer_that_is_not_known_there_counts_as_its_longest(here: Garage, there: Garage) -> None:
    menu = load_menu(there.dealership)
    Choice.objects.filter(question__service__dealership=there.dealership, code="on").delete()
    (found,) = find(here, rims="on")
    assert found.demand.minutes == 45 + 30
    assert basket_at(menu, here.basket(advisor=here.advisors[0].pk)).advisor is None


def test_a_way_of_coming_that_is_not_offered_there_becomes_the_usual_one(here: Garage, there: Garage) -> None:
    Service.objects.filter(dealership=there.dealership).update(transports=["drop_off", "shuttle"])
    (found,) = find(here, transport="courtesy_car")
    assert found.demand.transport == "drop_off"


def test_the_soonest_comes_first_and_the_full_one_last(here: Garage, there: Garage) -> None:
    late, full = make_garage(slug="tard"), make_garage(slug="plein")
    CapacityPool.objects.filter(dealership=late.dealership, local_date__lt="2026-12-03").update(closed=True)
    CapacityPool.objects.filter(dealership=full.dealership).update(closed=True)
    found = find(here)
    assert [one.dealership.slug for one in found] == ["riviere", "tard", "plein"]
    assert found[-1].first is None


def test_the_distance_is_in_whole_kilometres_and_unknown_without_a_place(here: Garage, there: Garage) -> None:
    assert find(here)[0].km is None
    for garage, place in ((here, ("45.55680", "-73.75600")), (there, ("45.70360", "-73.63500"))):
        garage.dealership.latitude, garage.dealership.longitude = map(Decimal, place)
        garage.dealership.save()
    assert find(here)[0].km == 19
    Dealership.objects.filter(pk=there.dealership.pk).update(latitude="45.55681", longitude="-73.75601")
    assert find(here)[0].km == 1


@pytest.mark.parametrize("others", [1, 3])
def test_queries_grow_with_the_rooftops_and_with_nothing_else(here: Garage, others: int) -> None:
    rooftops = [make_garage(slug=f"rooftop-{number}") for number in range(others)]
    find(here)
    with CaptureQueriesContext(connection) as queries:
        assert len(find(here)) == others
    assert len(queries) == 1 + others
    CapacityPool.objects.filter(dealership__in=[one.dealership for one in rooftops]).update(closed=True)
    with CaptureQueriesContext(connection) as queries:
        find(here)
    assert len(queries) <= 1 + 3 * others


@pytest.mark.parametrize("count", [1, 3])
def test_the_usual_first_opening_costs_one_query_a_rooftop(here: Garage, count: int) -> None:
    for number in range(count - 1):
        make_garage(slug=f"rooftop-{number}")
    dealerships = list(Dealership.objects.all())
    usual_starts(dealerships, now=NOW)
    dealerships = list(Dealership.objects.all())
    with CaptureQueriesContext(connection) as queries:
        found = usual_starts(dealerships, now=NOW)
    assert len(queries) == count
    assert [one.demand.lines[0].item.code for one in found.values()] == ["oil_change"] * count


def test_the_usual_service_is_the_first_of_the_usual_ones_that_is_offered(here: Garage) -> None:
    Service.objects.filter(code="oil_change").update(active=False)
    assert (
        usual_starts(Dealership.objects.all(), now=NOW)[here.dealership.pk].demand.lines[0].item.code
        == "tire_swap"
    )
    Service.objects.filter(code="tire_swap").update(active=False)
    assert usual_starts(Dealership.objects.all(), now=NOW) == {}
