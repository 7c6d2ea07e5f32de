"""Who closed it and why, and what is kept back until when."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking.actions.refresh import refresh_pools
from booking.models import CapacityChange, CapacityPool, CapacitySettings, PoolKind, Releasable, ReleaseStep
from dealerships.models import Closure, Role
from tests.booking.questions import explain, limit
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage()


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
