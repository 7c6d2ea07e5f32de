"""The tire change after a visit's: which campaign, and from which day on it can be booked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from booking.models import Appointment, GroupMember, Season, ServiceGroup, Status
from booking.next_season import TIRE_CHANGE, NextChange, next_change
from tests.garage import Garage, make_garage

TIRES = [TIRE_CHANGE]


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=120)


def visit(garage: Garage, day: date, status: str = Status.BOOKED) -> Appointment:
    """A visit as far as it matters here; nothing is saved."""
    return Appointment(dealership=garage.dealership, local_date=day, status=status, zone="America/Toronto")


@pytest.mark.parametrize(
    ("day", "winter", "first_day"),
    [
        (date(2026, 11, 30), False, date(2027, 4, 1)),  # winter tires on: back in spring
        (date(2027, 1, 20), False, date(2027, 4, 1)),
        (date(2027, 3, 10), True, date(2027, 10, 15)),  # early, for the spring: back in autumn
        (date(2027, 5, 20), True, date(2027, 10, 15)),
        (date(2027, 9, 20), False, date(2028, 4, 1)),  # early, for the winter
    ],
)
def test_the_next_change_is_the_opposite_one(
    garage: Garage, day: date, winter: bool, first_day: date
) -> None:
    change = next_change(visit(garage, day), TIRES, today=day - timedelta(days=2))
    assert change is not None
    assert (change.winter, change.first_day) == (winter, first_day)
    assert change.opens_on == first_day - timedelta(days=120)


def test_it_can_be_booked_once_its_first_day_is_within_the_horizon() -> None:
    change = NextChange(winter=False, first_day=date(2027, 4, 1), opens_on=date(2026, 12, 2))
    assert not change.is_open(date(2026, 12, 1))
    assert change.is_open(date(2026, 12, 2))


def test_the_dealership_s_own_campaign_counts_before_the_usual_days(garage: Garage) -> None:
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="off_rims", name_fr="x", name_en="x"
    )
    tires = garage.dealership.services.get(code=TIRE_CHANGE)
    choice = tires.questions.get(code="rims").choices.get(code="off")
    GroupMember.objects.create(group=group, service=tires, choice=choice)
    for first in (date(2026, 10, 1), date(2027, 3, 25), date(2027, 10, 1)):
        Season.objects.create(
            group=group, name_fr="x", name_en="x", opens_on=first - timedelta(days=30), first_day=first,
            last_day=first + timedelta(days=60),
        )  # fmt: skip
    change = next_change(visit(garage, date(2026, 11, 30)), TIRES, today=date(2026, 11, 28))
    # Announced later than the horizon would allow.
    assert change == NextChange(winter=False, first_day=date(2027, 3, 25), opens_on=date(2027, 2, 23))


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_did_not_take_place_has_none(garage: Garage, status: str) -> None:
    day = date(2026, 11, 30)
    assert next_change(visit(garage, day, status), TIRES, today=day) is None
    assert next_change(visit(garage, day), ["oil_change"], today=day) is None


def test_a_menu_without_tires_has_none(garage: Garage) -> None:
    garage.dealership.services.filter(code=TIRE_CHANGE).update(active=False)
    garage.dealership.refresh_from_db()
    day = date(2026, 11, 30)
    assert next_change(visit(garage, day), TIRES, today=day) is None
