"""A manager asks why a time is closed, and what was lost for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from booking.actions.unmet import note_unmet
from booking.menu import load_menu, plan
from booking.models import CapacityPool, PoolKind, UnmetSource
from dealerships.models import Role, User
from tests.garage import Garage, make_staff
from tests.journeys.conftest import EVERYWHERE, assert_accessible
from tests.journeys.test_desk import sign_in, workday

Visit = Callable[..., Page]
WORK = "services=tire_swap&answer-rims=on&answer-tires=own&transport=drop_off"


@pytest.fixture
def isabelle(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER, email="isabelle@boreal.example")


@pytest.fixture
def day(garage: Garage) -> date:
    """A day whose shop is full, and somebody who found nothing on it."""
    day = workday(garage)
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date=day).update(cap=30)
    demand = plan(load_menu(garage.dealership), garage.basket())
    note_unmet(
        dealership=garage.dealership, demand=demand, first_day=day, last_day=day, source=UnmetSource.WEB,
        seeker="somebody",
    )  # fmt: skip
    return day


@EVERYWHERE
def test_what_explains_capacity_is_accessible(
    visit: Visit, isabelle: User, day: date, prefix: str, width: int, other: int
) -> None:
    page = visit(f"{prefix}/desk/boreal/capacity/why/?day={day}", width=width)
    sign_in(page, email="isabelle@boreal.example")
    assert_accessible(page, other=other)
    base = page.url.split("/desk/")[0]
    for path in (
        f"why/?day={day}&{WORK}",
        f"why/?day={day}&time=10:00&{WORK}",
        f"unmet/?week={day}",
        "unmet/?week=2020-01-06",
    ):
        page.goto(f"{base}/desk/boreal/capacity/{path}")
        assert_accessible(page, other=other)


def test_from_the_day_to_the_cap_that_closes_it_and_on_to_its_limit(
    visit: Visit, isabelle: User, day: date
) -> None:
    page = visit(f"/en/desk/boreal/day/{day}/", width=1280, height=900)
    sign_in(page, email="isabelle@boreal.example")

    page.get_by_role("link", name="Why closed?").click()
    expect(page.get_by_role("heading", name="Why closed?")).to_be_visible()
    page.get_by_role("link", name="Tire change").first.click()
    expect(page.locator(".why-text")).to_contain_text("Shop hours")
    page.locator(".why-start").first.click()
    expect(page.locator(".why-way")).to_contain_text(re.compile(r"\+\d\.\d\sh opens \d+ starts\."))
    assert_accessible(page)

    page.get_by_role("link", name="Change this limit Shop hours").click()
    expect(page).to_have_url(re.compile(r"/capacity/change/\?what=shop"))


def test_a_closed_time_is_asked_about_by_hand_and_lost_demand_is_read_and_taken_along(
    visit: Visit, isabelle: User, day: date
) -> None:
    page = visit("/en/desk/boreal/capacity/why/", width=1280)
    sign_in(page, email="isabelle@boreal.example")
    page.get_by_label("Day", exact=True).fill(day.isoformat())
    page.get_by_label("Time", exact=True).fill("10:00")
    page.get_by_role("checkbox", name=re.compile("Oil change")).check()
    page.get_by_role("button", name="Say why").click()
    expect(page.locator(".why-verdict")).to_have_text("Closed")

    page.goto(page.url.split("/why/")[0] + f"/unmet/?week={day}")
    expect(page.locator(".why-text")).to_contain_text("1 demand lost.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Spreadsheet").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_a_callers_full_day_leads_to_its_explanation_for_the_same_work(
    visit: Visit, isabelle: User, day: date
) -> None:
    page = visit(f"/en/desk/boreal/book/?{WORK}&day={day}", width=1280)
    sign_in(page, email="isabelle@boreal.example")

    with page.expect_popup() as popup:
        page.get_by_role("link", name="Why closed?").click()

    expect(popup.value.locator(".why-text")).to_contain_text("Shop hours")
    expect(popup.value.get_by_role("checkbox", name=re.compile("Tire change"))).to_be_checked()
