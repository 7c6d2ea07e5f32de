"""A manager who has never seen the pages: close the alignment rack for an afternoon, move who is in it, undo."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from booking.actions.refresh import refresh_pools
from booking.models import Appointment, CapacityEdit, GroupMember, Service, ServiceGroup
from booking.stranded import stranded_visits
from dealerships.models import Role, User
from lib import clock
from notifications.models import Message
from tests.booking.storm import assert_sound
from tests.garage import Garage, make_staff
from tests.journeys.conftest import EVERYWHERE, assert_accessible
from tests.journeys.test_desk import sign_in, workday

Visit = Callable[..., Page]
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"], ids=["fr", "en"])


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER, email="isabelle@boreal.example")


@pytest.fixture
def day(garage: Garage) -> date:
    return workday(garage)


@pytest.fixture
def rack(garage: Garage) -> ServiceGroup:
    """Brakes stand in for alignment: they need the rack."""
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="rack", name_fr="Banc d’alignement", name_en="Alignment rack"
    )
    brakes = Service.objects.get(dealership=garage.dealership, code="brakes")
    GroupMember.objects.create(group=group, service=brakes)
    refresh_pools(dealership=garage.dealership)
    return group


@pytest.fixture
def booked(garage: Garage, rack: ServiceGroup, day: date) -> Appointment:
    """One visit on the rack in the afternoon."""
    return garage.book(
        garage.at(14, day=day), basket=garage.basket("brakes"), name="Anne O’Brien", now=clock.now()
    )


def enter(visit: Visit, path: str, *, width: int = 1280, javascript: bool = True) -> Page:
    page = visit(path, width=width, height=800, javascript=javascript)
    sign_in(page, email="isabelle@boreal.example")
    return page


@LANGUAGES
def test_the_rack_is_closed_for_an_afternoon_its_visit_moved_and_the_closing_undone(
    visit: Visit, garage: Garage, manager: User, booked: Appointment, day: date, prefix: str
) -> None:
    page = enter(visit, f"{prefix}/desk/boreal/day/{day}/")
    page.locator(f"a[href$='/capacity/week/{day}/']").click()
    page.locator(f"a.cap-link[href*='what=group:rack&first={day}']").click()
    page.locator("[name=part][value=pm]").check()
    page.locator("[name=reason]").fill("Banc en réparation")
    page.locator("button[name=preview]").click()

    expect(page.locator(".stray")).to_have_count(1)
    expect(page.locator(".stray").get_by_text("Anne O’Brien").first).to_be_visible()
    assert_accessible(page)
    assert not CapacityEdit.objects.exists()
    page.locator("[data-capacity-pick-all]").click()
    expect(page.locator(".stray [data-capacity-nearest]")).to_be_checked()
    page.locator("button[name=apply]").click()

    expect(page).to_have_url(re.compile(r"/capacity/week/.*done="))
    expect(page.locator(".cap-closed").filter(has_text="Banc en réparation")).to_have_count(1)
    assert_accessible(page)
    booked.refresh_from_db()
    assert booked.version == 2
    assert not Message.objects.filter(about=booked.about, kind="moved").exists()
    assert stranded_visits(garage.dealership, day, day) == []

    page.locator(".cap-done button").click()
    expect(page.locator(".cap-done")).to_have_count(0)
    expect(page.locator(".cap-closed").filter(has_text="Banc en réparation")).to_have_count(0)
    assert CapacityEdit.objects.get().undone_by == manager
    assert_sound()


def test_all_of_it_works_without_javascript(
    visit: Visit, garage: Garage, manager: User, booked: Appointment, day: date
) -> None:
    page = enter(visit, f"/desk/boreal/capacity/change/?what=group:rack&first={day}", javascript=False)
    page.locator("[name=part][value=pm]").check()
    page.locator("[name=reason]").fill("Banc en réparation")
    page.locator("button[name=preview]").click()
    page.locator("button[name=apply]").click()
    page.locator("a[href$='/capacity/to-move/']").click()
    page.locator("button[name=pick]").click()
    page.locator(f"[name='tell-{booked.reference}']").check()
    page.locator("button[name=move]").click()
    expect(page.locator(".stray")).to_have_count(0)

    assert Message.objects.filter(about=booked.about, kind="moved").exists()
    assert_sound()


def test_a_day_is_declared_full_from_its_heading_by_keyboard(
    visit: Visit, garage: Garage, manager: User, day: date
) -> None:
    page = enter(visit, f"/desk/boreal/capacity/week/{day}/")
    heading = page.locator("th.cap-day").filter(has=page.locator(f"a[href$='/day/{day}/']")).first
    heading.locator("summary").focus()
    page.keyboard.press("Enter")
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cap-done")).to_be_visible()
    expect(page.locator(".cap-note-late")).to_have_count(1)


@EVERYWHERE
def test_every_page_of_capacity_is_accessible(
    visit: Visit,
    garage: Garage,
    manager: User,
    booked: Appointment,
    day: date,
    prefix: str,
    width: int,
    other: int,
) -> None:
    page = enter(visit, f"{prefix}/desk/boreal/capacity/change/?what=group:rack&first={day}", width=width)
    assert_accessible(page, other=other)
    page.locator("button[name=preview]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page, other=other)
    page.locator("[name=reason]").fill("Banc en réparation")
    page.locator("button[name=preview]").click()
    assert_accessible(page, other=other)
    page.locator("button[name=apply]").click()
    for path in ("", f"week/{day}/", "to-move/", "journal/", "copy/"):
        page.goto(page.url.split("/desk/")[0] + f"/desk/boreal/capacity/{path}")
        assert_accessible(page, other=other)
