"""The manager changes when a reminder goes out, and looks first at what it would send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment
from dealerships.models import Role
from lib import clock
from notifications.models import Cadence, Message
from tests.garage import Garage, make_staff
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_desk import sign_in

Visit = Callable[..., Page]
PAGE = "/en/desk/boreal/messages/cadence/"


def book_ahead(garage: Garage) -> Appointment:
    """Somebody who comes in twelve days or so, on a day when it is open."""
    day = clock.local(clock.now(), garage.dealership.zone).date() + timedelta(days=12)
    while day.weekday() == 6:
        day += timedelta(days=1)
    return garage.book(garage.at(9, day=day), now=clock.now(), name="Anne-Sophie Roy")


def open_page(visit: Visit, garage: Garage, *, width: int = 1280, javascript: bool = True) -> Page:
    make_staff(garage.dealership, Role.MANAGER, email="isabelle@boreal.example")
    page = visit(PAGE, width=width, javascript=javascript)
    sign_in(page, email="isabelle@boreal.example")
    expect(page.get_by_role("heading", name="When messages go out")).to_be_visible()
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_manager_looks_before_saving(visit: Visit, garage: Garage, width: int) -> None:
    book_ahead(garage)
    planned = Message.objects.count()
    page = open_page(visit, garage, width=width)
    assert_accessible(page)
    card = page.locator("#reminder_1d")
    card.locator("summary").click()
    card.get_by_label("At", exact=True).fill("11:30")
    card.get_by_label("By", exact=True).select_option("both")
    card.get_by_role("button", name="Show what it would send").click()
    expect(card.locator(".cadence-next li")).to_have_count(2)
    expect(card.locator(".cadence-next li").first).to_contain_text("11:30 a.m.")
    assert (Cadence.objects.count(), Message.objects.count()) == (0, planned)
    assert_accessible(page)
    card.get_by_role("button", name="Save").last.click()
    expect(page.locator("#reminder_1d .cadence-sentence")).to_contain_text(
        "at 11:30 a.m., by e-mail and by text"
    )
    assert Cadence.objects.get().way == "both"


def test_without_javascript_too(visit: Visit, garage: Garage) -> None:
    book_ahead(garage)
    page = open_page(visit, garage, javascript=False)
    card = page.locator("#reminder_1d")
    card.locator("summary").click()
    card.get_by_label("At", exact=True).fill("11:30")
    card.get_by_role("button", name="Show what it would send").click()
    expect(page.locator("#reminder_1d .cadence-next li")).to_have_count(1)
    assert not Cadence.objects.exists()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_hour_at_which_nothing_commercial_leaves_is_refused_at_its_field(
    visit: Visit, garage: Garage, width: int
) -> None:
    page = open_page(visit, garage, width=width)
    card = page.locator("#review")
    card.locator("summary").click()
    card.get_by_label("At", exact=True).fill("20:30")
    card.get_by_label("Nothing leaves from").fill("23:00")
    card.get_by_role("button", name="Save").last.click()
    hour = page.locator("#review_at")
    expect(hour).to_have_attribute("aria-invalid", "true")
    expect(hour).to_have_value("20:30")
    expect(page.locator("#review_at_error")).to_contain_text("it would wait until 9:00 a.m.")
    assert_accessible(page)
    assert not Cadence.objects.exists()
    hour.fill("19:30")
    page.locator("#review").get_by_role("button", name="Save").last.click()
    expect(page.locator("#review .cadence-last")).to_contain_text("Last changed by")
    assert Cadence.objects.get().kind == "review"
