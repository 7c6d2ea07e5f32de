"""Which caps and rules a start meets: each is told from the others, by name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.menu import STAFF
from booking.models import GroupMember, PoolKind, Service, ServiceGroup
from tests.booking.questions import explain, make_pool
from tests.garage import MONDAY, Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage()


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
