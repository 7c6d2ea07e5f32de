"""The manager's quiet hour and the morning of the first snow: a vacation given, the mode prepared, on, and off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment, CapacityPool, FirstSnow, PoolKind, ServiceGroup
from dealerships.models import Closure, Role, User
from lib import clock
from tests.booking.storm import assert_sound
from tests.garage import Garage, make_staff
from tests.journeys.conftest import EVERYWHERE, assert_accessible
from tests.journeys.test_desk import sign_in, workday

Visit = Callable[..., Page]
MANAGER = "isabelle@boreal.example"


@pytest.fixture
def isabelle(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER, email=MANAGER)


@pytest.fixture
def day(garage: Garage) -> date:
    return workday(garage)


@pytest.fixture
def booked(garage: Garage, day: date) -> Appointment:
    """One customer of the first advisor."""
    basket = garage.basket(advisor=garage.advisors[0].pk)
    return garage.book(garage.at(9, day=day), basket=basket, name="Anne O’Brien", now=clock.now())


def open_rules(
    visit: Visit, path: str, *, width: int = 1280, prefix: str = "/en", javascript: bool = True
) -> Page:
    page = visit(f"{prefix}/desk/boreal/capacity/{path}", width=width, javascript=javascript)
    sign_in(page, email=MANAGER)
    expect(page).to_have_url(re.compile(re.escape(path)))
    return page


def tire_minutes(garage: Garage, day: date) -> int | None:
    pools = CapacityPool.objects.filter(dealership=garage.dealership, local_date=day)
    return pools.get(kind=PoolKind.SKILL_DAY, subject="tires").cap


@EVERYWHERE
def test_every_page_of_the_rules_is_accessible(
    visit: Visit, garage: Garage, isabelle: User, day: date, prefix: str, width: int, other: int
) -> None:
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="rack", name_fr="Banc", name_en="Rack"
    )
    julie = garage.advisors[0].pk
    page = open_rules(visit, "people/", width=width, prefix=prefix)
    for path in (
        "people/", f"people/{julie}/", "people/add/?role=technician", f"people/{julie}/away/", f"people/{julie}/leave/",
        "rules/", "rules/kept/", "rules/conditions/", "rules/groups/", f"rules/groups/{group.pk}/",
        f"rules/groups/{group.pk}/delete/", "rules/closures/", "rules/closures/add/", f"rules/hours/add/?day={day}",
        "rules/carry-over/", "first-snow/", "first-snow/prepare/",
    ):  # fmt: skip
        page.goto(page.url.split("/capacity/")[0] + f"/capacity/{path}")
        assert_accessible(page, other=other)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_an_advisor_goes_on_vacation(
    visit: Visit, garage: Garage, isabelle: User, booked: Appointment, day: date, javascript: bool
) -> None:
    page = open_rules(visit, "people/", javascript=javascript)
    page.get_by_role("row", name=re.compile("Conseiller 1")).get_by_role(
        "link", name=re.compile("Vacation")
    ).click()
    page.get_by_label("First day").fill(day.isoformat())
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_text("1 visit has to be moved")).to_be_visible()
    expect(page.get_by_text("Anne O’Brien").first).to_be_visible()
    assert not Closure.objects.filter(staff_member__isnull=False).exists()
    if javascript:
        assert_accessible(page)
    page.locator(f"label[for='choice-{booked.reference}-1']").click()
    page.get_by_role("button", name="Give the days off").click()

    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    if javascript:
        assert_accessible(page)
    closure = Closure.objects.get(staff_member__isnull=False)
    assert (closure.staff_member, closure.first_day, closure.last_day) == (garage.advisors[0], day, day)
    booked.refresh_from_db()
    assert (booked.local_date, booked.advisor != garage.advisors[0]) == (day, True)
    assert_sound()


def test_what_was_typed_wrong_is_said_at_its_field(visit: Visit, garage: Garage, isabelle: User) -> None:
    page = open_rules(visit, "rules/", width=390)
    page.get_by_label("Tires, Monday").fill("-2")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_label("Tires, Monday")).to_have_value("-2")
    expect(page.get_by_label("Tires, Monday")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)


def test_the_first_snow_is_prepared_switched_on_and_off(
    visit: Visit, garage: Garage, isabelle: User, day: date
) -> None:
    before = tire_minutes(garage, day)
    page = open_rules(visit, "first-snow/")
    page.get_by_role("link", name="Prepare the first snow").click()
    for name, value in (("opens", "17:30"), ("closes", "19:30"), ("hours", "6")):
        page.locator(f"[name={name}-{day.weekday()}]").fill(value)
    page.get_by_label("More tire work on each open day, hours").fill("2")
    page.get_by_role("button", name="Preview").click()
    assert_accessible(page)
    page.get_by_role("button", name="Keep this preparation").click()

    row = page.get_by_role("row", name=clock.say_short_date(day, "en"))
    expect(row).to_contain_text("16 h")
    assert_accessible(page)
    assert tire_minutes(garage, day) == before
    page.get_by_role("button", name="Switch first snow on").click()

    expect(page.get_by_role("heading", name="First snow is on")).to_be_visible()
    expect(page.get_by_text("Switched on by Manager")).to_be_visible()
    assert_accessible(page)
    assert FirstSnow.objects.get().switched_on_by == isabelle
    assert tire_minutes(garage, day) == (before or 0) + 480
    booked = garage.book(garage.at(18, day=day), now=clock.now())
    page.get_by_role("button", name="Switch it off").click()

    expect(page.get_by_text("What was booked in it stays booked")).to_be_visible()
    assert tire_minutes(garage, day) == before
    booked.refresh_from_db()
    assert booked.status == "booked"
    assert_sound()
