"""What a process remembers of the rules is never stale: every row they are read from changes the version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.models import (
    CapacityChange,
    CapacitySettings,
    CarryOver,
    Choice,
    FirstSnow,
    GroupMember,
    Question,
    QueueRecord,
    ReleaseStep,
    Season,
    Service,
    ServiceGroup,
    Shift,
    SnowOpening,
    SnowRaise,
    TransportCondition,
)
from booking.rulebook import rulebook_of
from dealerships.models import Closure, OpeningHours, SpecialHours, StaffMember
from tests.garage import MONDAY, Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage(horizon_days=1)


def version(garage: Garage) -> int:
    garage.dealership.refresh_from_db()
    return garage.dealership.rules_version


def group(garage: Garage) -> ServiceGroup:
    return ServiceGroup.objects.get_or_create(
        dealership=garage.dealership, code="rack", defaults={"name_fr": "Pont", "name_en": "Rack"}
    )[0]


def snow(garage: Garage) -> FirstSnow:
    return FirstSnow.objects.get_or_create(dealership=garage.dealership)[0]


WRITES: dict[str, Callable[[Garage], object]] = {
    "hours": lambda g: OpeningHours.objects.filter(dealership=g.dealership, weekday=0).update(
        closes=time(18)
    ),
    "special hours": lambda g: SpecialHours.objects.create(
        dealership=g.dealership, day=MONDAY, opens=time(8), closes=time(12), reason_fr="a", reason_en="a"
    ),
    "closure": lambda g: Closure.objects.create(
        dealership=g.dealership, first_day=MONDAY, last_day=MONDAY, reason_fr="a", reason_en="a"
    ),
    "staff": lambda g: StaffMember.objects.filter(pk=g.advisors[0].pk).update(active=False),
    "dealership": lambda g: type(g.dealership).objects.filter(pk=g.dealership.pk).update(notice_minutes=15),
    "service": lambda g: g.dealership.services.filter(code="brakes").update(minutes=95),
    "service gone": lambda g: g.dealership.services.filter(code="brakes").delete(),
    "question": lambda g: Question.objects.filter(service__dealership=g.dealership, code="rims").update(
        label_fr="Jantes?"
    ),
    "choice": lambda g: Choice.objects.filter(question__service__dealership=g.dealership, code="off").update(
        extra_minutes=31
    ),
    "group": group,
    "member": lambda g: GroupMember.objects.create(
        group=group(g), service=g.dealership.services.get(code="brakes")
    ),
    "season": lambda g: Season.objects.create(
        group=group(g), name_fr="a", name_en="a", opens_on=MONDAY, first_day=MONDAY, last_day=MONDAY
    ),
    "condition": lambda g: TransportCondition.objects.create(dealership=g.dealership, transport="wait"),
    "shift": lambda g: Shift.objects.filter(person=g.advisors[0]).delete(),
    "rule": lambda g: g.dealership.capacity_rules.filter(weekday=0).update(cap=1),
    "change": lambda g: CapacityChange.objects.create(
        dealership=g.dealership, first_day=MONDAY, last_day=MONDAY, action="close", reason="a"
    ),
    "carry-over": lambda g: CarryOver.objects.create(
        dealership=g.dealership, local_date=MONDAY, skill="tires", minutes=30
    ),
    "release": lambda g: ReleaseStep.objects.create(
        dealership=g.dealership, what="reserve", days_before=1, at=time(16), percent=50
    ),
    "settings": lambda g: CapacitySettings.objects.update_or_create(
        dealership=g.dealership, defaults={"reserve_percent": 10}
    ),
    "snow": snow,
    "snow opening": lambda g: SnowOpening.objects.create(
        first_snow=snow(g), weekday=1, opens=time(18), closes=time(20), tire_minutes=60
    ),
    "snow raise": lambda g: SnowRaise.objects.create(first_snow=snow(g), kind=5, subject="rack", add=1),
    "queue record": lambda g: QueueRecord.objects.create(
        dealership=g.dealership, skill="tires", minutes=45, visits=30
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_every_rule_that_is_written_gives_its_dealership_another_version(
    garage: Garage, write: Callable[[Garage], object]
) -> None:
    other = make_garage(slug="riviere", horizon_days=1)
    before, elsewhere = version(garage), version(other)
    rulebook_of(garage.dealership)

    write(garage)

    assert version(garage) != before
    assert version(other) == elsewhere


def test_known_rules_cost_one_small_query_and_changed_ones_two(garage: Garage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            rulebook_of(garage.dealership)
        return len(captured)

    assert queries() == 1, "the first look reads version and rules together"
    assert queries() == 1
    Service.objects.filter(code="brakes").update(minutes=95)
    assert queries() == 2
    assert rulebook_of(garage.dealership).menu["brakes"].minutes == 95


def test_what_was_seen_before_a_rollback_is_not_remembered_after_it(garage: Garage) -> None:
    with transaction.atomic():
        Service.objects.filter(code="brakes").update(minutes=500)
        assert rulebook_of(garage.dealership).menu["brakes"].minutes == 500
        transaction.set_rollback(True)

    assert rulebook_of(garage.dealership).menu["brakes"].minutes == 90
    Service.objects.filter(code="brakes").update(minutes=95)
    assert rulebook_of(garage.dealership).menu["brakes"].minutes == 95


def test_a_service_belongs_to_a_group_by_itself_or_by_an_answer(garage: Garage) -> None:
    tires = Service.objects.get(code="tire_swap", dealership=garage.dealership)
    GroupMember.objects.create(group=group(garage), service=tires, choice=Choice.objects.get(code="off"))
    GroupMember.objects.create(group=group(garage), service=Service.objects.get(code="brakes"))
    book = rulebook_of(garage.dealership)

    assert book.menu["brakes"].groups == ("rack",)
    assert book.menu["tire_swap"].groups == ()
    assert book.groups_of(tires.pk, [("rims", "off")]) == {"rack"}
    assert book.groups_of(tires.pk, [("rims", "on")]) == set()


def test_special_hours_stand_in_for_the_weekday_and_open_a_holiday(garage: Garage) -> None:
    christmas, dealership = date(2026, 12, 25), garage.dealership
    assert not rulebook_of(dealership).calendar.is_open(christmas) or not Closure.objects.filter(
        first_day=christmas
    )
    Closure.objects.get_or_create(
        dealership=dealership, first_day=christmas, last_day=christmas, statutory=True,
        defaults={"reason_fr": "Noël", "reason_en": "Christmas"},
    )  # fmt: skip
    assert not rulebook_of(dealership).calendar.is_open(christmas)

    SpecialHours.objects.create(
        dealership=dealership, day=christmas, opens=time(8), closes=time(12), reason_fr="a", reason_en="a"
    )

    calendar = rulebook_of(dealership).calendar
    assert calendar.is_open(christmas)
    assert calendar.hours_on(christmas) == (time(8), time(12))

    Closure.objects.create(
        dealership=dealership, first_day=christmas, last_day=christmas, reason_fr="b", reason_en="b"
    )
    assert not rulebook_of(dealership).calendar.is_open(christmas), "somebody closed that very day"


def test_a_team_s_closure_does_not_close_the_dealership(garage: Garage) -> None:
    Closure.objects.create(
        dealership=garage.dealership,
        team="tires",
        first_day=MONDAY,
        last_day=MONDAY,
        reason_fr="a",
        reason_en="a",
    )

    assert rulebook_of(garage.dealership).calendar.is_open(MONDAY)
