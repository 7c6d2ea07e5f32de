"""What found no start is kept once, without a name, and set against the booking that follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions.unmet import mark_met, note_unmet, seeker_digest
from booking.menu import Demand, load_menu, plan
from booking.models import CapacityPool, PoolKind, UnmetDemand, UnmetSource
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    garage = make_garage()
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(cap=30)
    return garage


def demand_for(garage: Garage, *services: str) -> Demand:
    return plan(load_menu(garage.dealership), garage.basket(*services))


def note(
    garage: Garage,
    *services: str,
    day: date = MONDAY,
    days: int = 1,
    seeker: str = "web:somebody",
    source: UnmetSource = UnmetSource.WEB,
    now: datetime = NOW,
) -> bool:
    return note_unmet(
        dealership=garage.dealership, demand=demand_for(garage, *services), first_day=day,
        last_day=day + timedelta(days=days - 1), source=source, seeker=seeker, now=now,
    )  # fmt: skip


def test_a_search_is_kept_with_the_cap_that_bound_and_by_how_much(garage: Garage) -> None:
    assert note(garage, "oil_change", "tire_swap", days=7)

    kept = UnmetDemand.objects.get()
    assert (kept.services, kept.minutes, kept.transport) == (["oil_change", "tire_swap"], 85, "drop_off")
    assert (kept.first_day, kept.last_day) == (MONDAY, MONDAY + timedelta(days=6))
    assert (kept.cap_kind, kept.cap_subject, kept.cap_day, kept.short_by) == (
        PoolKind.SHOP_DAY,
        "",
        MONDAY,
        55,
    )
    assert (kept.rule, kept.met_at) == ("", None)


def test_nothing_that_is_kept_says_who_it_was(garage: Garage) -> None:
    note(garage, seeker="web:5145550123")

    kept = UnmetDemand.objects.values().get()
    assert "5145550123" not in str(kept)
    assert kept["seeker"] == seeker_digest("web:5145550123", NOW)
    assert kept["seeker"] != seeker_digest("web:5145550123", NOW + timedelta(days=7))


def test_repeats_within_a_week_are_one_row_and_are_not_calculated_again(garage: Garage) -> None:
    assert note(garage)
    with CaptureQueriesContext(connection) as again:
        assert not note(garage, day=MONDAY + timedelta(days=1))
    assert (
        len([one for one in again if "SAVEPOINT" not in one["sql"]]) == 2
    )  # the menu's version, and the look

    assert note(garage, day=MONDAY + timedelta(days=7))
    assert note(garage, seeker="web:another")
    assert note(garage, "oil_change")
    assert UnmetDemand.objects.count() == 4


def test_joining_the_wait_list_makes_the_search_the_wait_lists(garage: Garage) -> None:
    note(garage)
    assert not note(garage, source=UnmetSource.WAIT_LIST)

    assert UnmetDemand.objects.get().source == UnmetSource.WAIT_LIST
    assert note(garage, source=UnmetSource.WAIT_LIST, seeker="entry:7")


def test_days_gone_by_and_beyond_the_horizon_are_no_demand(garage: Garage) -> None:
    assert not note(garage, day=MONDAY - timedelta(days=3), days=2)
    assert not note(garage, day=MONDAY + timedelta(days=40))
    assert note(garage, day=MONDAY + timedelta(days=14), days=40)


def test_who_tries_everything_is_kept_up_to_a_limit(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("booking.actions.unmet.MOST_A_SEEKER", 1)
    assert note(garage)
    assert not note(garage, "oil_change")
    assert note(garage, "oil_change", source=UnmetSource.WAIT_LIST)
    assert note(garage, "oil_change", seeker="web:another")


def test_the_staff_is_not_bound_by_the_notice_and_neither_is_its_cause(garage: Garage) -> None:
    before_the_last_start = garage.at(16, 10)
    note(garage, now=before_the_last_start)
    note(garage, now=before_the_last_start, source=UnmetSource.STAFF, seeker="desk:1")

    by_source = {kept.source: (kept.rule, kept.cap_kind) for kept in UnmetDemand.objects.all()}
    assert by_source[UnmetSource.WEB] == ("too_soon", None)
    assert by_source[UnmetSource.STAFF] == ("", PoolKind.SHOP_DAY)


def test_a_booking_meets_what_its_seeker_looked_for(garage: Garage) -> None:
    note(garage)
    note(garage, "oil_change", "tire_swap")
    note(garage, seeker="web:another")
    later = NOW + timedelta(days=2)

    assert (
        mark_met(dealership=garage.dealership, services=["tire_swap"], seeker="web:somebody", now=later) == 1
    )

    met = UnmetDemand.objects.get(met_at__isnull=False)
    assert (met.services, met.met_at, met.seeker) == (
        ["tire_swap"],
        later,
        seeker_digest("web:somebody", NOW),
    )


@pytest.mark.parametrize(("after", "met"), [(timedelta(days=6), 1), (timedelta(days=8), 0)])
def test_a_booking_counts_for_a_week_and_across_the_turn_of_one(
    garage: Garage, after: timedelta, met: int
) -> None:
    note(garage, now=NOW)  # a Sunday

    assert mark_met(
        dealership=garage.dealership, services=["tire_swap", "oil_change"], seeker="web:somebody", now=NOW + after
    ) == met  # fmt: skip


def test_another_dealerships_booking_meets_nothing_here(garage: Garage) -> None:
    note(garage)
    other = make_garage(slug="riviere").dealership

    assert mark_met(dealership=other, services=["tire_swap"], seeker="web:somebody", now=NOW) == 0


@pytest.fixture
def broken_table(transactional_db: None) -> Iterator[None]:
    """What happens to a search when nothing can be written."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_unmetdemand RENAME COLUMN seeker TO who")
        yield
        cursor.execute("ALTER TABLE booking_unmetdemand RENAME COLUMN who TO seeker")


def test_a_fault_is_logged_and_does_not_reach_the_search(
    broken_table: None, garage: Garage, caplog: pytest.LogCaptureFixture
) -> None:
    assert note(garage) is False
    assert mark_met(dealership=garage.dealership, services=["tire_swap"], seeker="x", now=NOW) == 0

    assert len(caplog.records) == 2
    assert CapacityPool.objects.exists()


def test_keeping_a_search_takes_few_queries_whatever_there_is(garage: Garage) -> None:
    demand = demand_for(garage)

    def cost(seeker: str, days: int) -> int:
        asked: dict[str, Any] = {"first_day": MONDAY, "last_day": MONDAY + timedelta(days=days), "now": NOW}
        with CaptureQueriesContext(connection) as captured:
            note_unmet(
                dealership=garage.dealership, demand=demand, source=UnmetSource.WEB, seeker=seeker, **asked
            )
        return len([one for one in captured if "SAVEPOINT" not in one["sql"]])

    # the look, rules, pools, insert
    assert cost("one", 0) == 4
    for number in range(3):
        note(garage, seeker=f"web:{number}")
    assert cost("two", 18) == 4
