"""Lost demand as managers and advisors read it, and what the desk itself keeps of it."""

from __future__ import annotations

import csv
import html
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityPool, PoolKind, UnmetDemand, UnmetSource
from booking.unmet import monday_of
from dealerships.models import Dealership, Role
from lib import clock
from tests.desk.conftest import Workshop

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"


@pytest.fixture
def monday(workshop) -> date:
    return monday_of(workshop.day)


def lost(dealership: Dealership, seeker: str, day: date, *services: str, **more) -> UnmetDemand:
    kept = {
        "source": UnmetSource.WEB, "transport": "drop_off", "minutes": 45, "cap_kind": PoolKind.SKILL_DAY,
        "cap_subject": "tires", "cap_day": day, "short_by": 15, "first_day": day, "last_day": day, **more,
    }  # fmt: skip
    return UnmetDemand.objects.create(
        dealership=dealership, seeker=seeker, services=list(services) or ["tire_swap"], **kept
    )


def see(client: Client, monday: date | str, language: str = "en") -> str:
    prefix = "/en" if language == "en" else ""
    answer = client.get(f"{prefix}/desk/boreal/capacity/unmet/", {"week": str(monday)})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_week_says_what_was_lost_why_and_what_an_hour_more_would_have_saved(workshop, advisor, monday):
    here = workshop.garage.dealership
    for seeker in "ab":
        lost(here, seeker, monday)
    lost(here, "c", monday, "oil_change", cap_kind=None, cap_subject="", rule="too_soon", short_by=0)
    lost(
        here,
        "d",
        monday,
        source=UnmetSource.WAIT_LIST,
        cap_kind=PoolKind.SHOP_DAY,
        cap_subject="",
        rule="shut",
    )
    lost(here, "e", monday, met_at=clock.now())

    said = see(advisor, monday)

    assert "4 demands lost. 1 more found a time after all." in said
    assert "Web 3 · Wait-list 1" in said
    assert f"+1.0{NBSP}h: up to 2" in said
    for label in ("Hours (tires)", "Notice", "Shop hours, closed", "no limit to raise"):
        assert label in said


def test_a_week_without_any_says_so(workshop, advisor, monday):
    assert "Nothing was lost that week" in see(advisor, monday)


def test_only_a_manager_is_shown_the_way_to_change_a_limit_and_not_of_a_week_gone_by(
    workshop, sign_in, monday
):
    manager, advisor = sign_in(Role.MANAGER), sign_in(Role.ADVISOR)
    gone = monday - timedelta(days=21)
    for day in (monday, gone):
        lost(workshop.garage.dealership, "a", day)

    assert "capacity/change/?what=skill%3Atires" in see(manager, monday)
    assert "capacity/change/" not in see(advisor, monday)
    assert "capacity/change/" not in see(manager, gone)


@pytest.mark.parametrize("week", ["", "nonsense", "9999-12-31", "2026-02-30"])
def test_an_address_without_a_week_shows_the_present_one(workshop, advisor, week):
    assert "aria-current" in see(advisor, week)


def test_the_sheet_has_a_row_a_demand_in_words_and_nothing_that_says_who(workshop, advisor, monday):
    kept = lost(workshop.garage.dealership, "digest-of-somebody", monday, "oil_change", "tire_swap")
    lost(
        workshop.garage.dealership,
        "b",
        monday + timedelta(days=7),
        cap_kind=None,
        rule="closed",
        met_at=clock.now(),
    )

    answer = advisor.get("/en/desk/boreal/capacity/unmet/sheet/", {"week": monday.isoformat()})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"boreal-{monday}.csv" in answer["Content-Disposition"]
    text = answer.content.decode()
    assert kept.seeker not in text
    _head, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert first[1:] == [
        monday.isoformat(), monday.isoformat(), "Web", "Oil change, Tire change", "Drops it off", "45",
        "Hours (tires)", "15", "no",
    ]  # fmt: skip
    assert second[7:] == ["Closed day", "", "yes"]


def test_what_strangers_may_put_into_a_sheet_is_no_formula(workshop, advisor, monday):
    lost(workshop.garage.dealership, "a", monday, "=HYPERLINK(1)")

    text = advisor.get("/en/desk/boreal/capacity/unmet/sheet/", {"week": monday.isoformat()}).content.decode()

    assert "'=HYPERLINK(1)" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_whatever_there_is(workshop, advisor, monday, rows):
    for number in range(rows):
        lost(workshop.garage.dealership, str(number), monday + timedelta(days=number))
    see(advisor, monday)
    with CaptureQueriesContext(connection) as captured:
        see(advisor, monday)
    assert len(captured) == 10


# --- What the counter keeps --------------------------------------------------------------------------

WORK = {"services": "tire_swap", "answer-rims": "on", "answer-tires": "own", "transport": "drop_off"}


def fill(workshop: Workshop) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=workshop.day).update(cap=0)


def test_a_full_day_at_the_counter_is_kept_once_a_call_and_explained_for_the_same_work(workshop, advisor):
    fill(workshop)
    asked = {"day": workshop.day.isoformat(), "key": "call1", **WORK}

    for _again in range(2):
        said = html.unescape(advisor.post("/en/desk/boreal/book/", asked).content.decode())

    kept = UnmetDemand.objects.get()
    assert (kept.source, kept.services, kept.cap_kind) == (
        UnmetSource.STAFF,
        ["tire_swap"],
        PoolKind.SHOP_DAY,
    )
    assert (kept.first_day, kept.last_day) == (workshop.day, workshop.day)
    link = f"/en/desk/boreal/capacity/why/?day={workshop.day}&who=staff&services=tire_swap&transport=drop_off"
    assert link in said
    explained = advisor.get(link + "&answer-rims=on&answer-tires=own").content.decode()
    assert "Shop hours: none open, the limit is 0" in explained


def test_a_day_with_room_is_not_kept(workshop, advisor):
    advisor.post("/desk/boreal/book/", {"day": workshop.day.isoformat(), "key": "call1", **WORK})

    assert not UnmetDemand.objects.exists()


def test_a_call_that_ends_with_a_booking_is_not_lost(workshop, advisor):
    fill(workshop)
    advisor.post("/desk/boreal/book/", {"day": workshop.day.isoformat(), "key": "call1", **WORK})
    other = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, local_date__gt=workshop.day).earliest(
        "starts_at"
    )
    start = clock.local(other.starts_at, workshop.garage.dealership.zone)

    booked = advisor.post(
        "/desk/boreal/book/",
        {
            "key": "call1", "book": "1", "start": start.strftime("%Y-%m-%dT%H:%M"), "name": "Luc Roy",
            "phone": "514 555-0188", "make": "Honda", "model": "Civic", "year": "2019", "vehicle": "new",
            "language": "fr", **WORK,
        },
    )  # fmt: skip

    assert booked.status_code == 302
    assert UnmetDemand.objects.get().met_at is not None
