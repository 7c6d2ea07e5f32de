"""The vehicle step in a browser: lists that follow, the fuel, what the device remembers, one's own in a tap."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from customers.actions.identify import identify_vehicle
from customers.details import VehicleDetails
from customers.models import Customer
from dealerships.models import User
from tests.booking.views.conftest import said
from tests.garage import Garage
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_booking import BOTH, Words, field, press

Visit = Callable[..., Page]
KEPT = "JSON.parse(localStorage.getItem('vehicles') || '[]')"


@BOTH
@pytest.mark.parametrize("width", [390, 1280])
def test_lists_and_fuels_follow_what_is_typed(visit: Visit, garage: Garage, words: Words, width: int) -> None:
    page = visit(f"{words.prefix}/boreal/book/", width=width)
    field(page, words.make).fill("Hyundai")
    field(page, words.year).fill("2022")
    expect(page.locator('#models option[value="Kona"]')).to_have_count(1)
    expect(page.locator('#models option[value="Civic"]')).to_have_count(0)
    expect(page.get_by_role("radio")).to_have_count(0)

    field(page, words.model).fill("Kona")

    expect(page.get_by_role("radio")).to_have_count(2)
    assert_accessible(page)
    page.get_by_role("radio").last.check()
    press(page, words.go_on)
    expect(page).to_have_url(re.compile("/book/services/$"))
    expect(page.locator("[name=drives]")).to_have_count(0)
    assert_accessible(page)


@BOTH
def test_the_fuel_is_asked_once_more_without_javascript_and_a_tap_answers(
    visit: Visit, garage: Garage, words: Words
) -> None:
    page = visit(f"{words.prefix}/boreal/book/", javascript=False)
    expect(page.get_by_role("checkbox")).to_have_count(0)  # nothing can be remembered
    field(page, words.make).fill("Kia")
    field(page, words.model).fill("Niro")
    field(page, words.year).fill("2023")
    press(page, words.go_on)

    page.locator("[name=drives][value=electric]").click()

    expect(page).to_have_url(re.compile("/book/services/$"))
    expect(page.locator("[name=drives]")).to_have_count(0)


@BOTH
def test_a_vehicle_is_remembered_only_when_asked_and_forgotten_at_a_tap(
    visit: Visit, garage: Garage, words: Words
) -> None:
    language = "en" if words.prefix else "fr"
    page = visit(f"{words.prefix}/boreal/book/")
    start = page.url
    field(page, words.make).fill("Hyundai")
    field(page, words.model).fill("Kona")
    field(page, words.year).fill("2022")
    page.get_by_role("radio").last.check()
    press(page, words.go_on)
    expect(page).to_have_url(re.compile("/book/services/$"))
    assert page.evaluate(KEPT) == []

    page.goto(start)
    page.get_by_role("checkbox").check()
    press(page, words.go_on)
    expect(page).to_have_url(re.compile("/book/services/$"))
    assert page.evaluate(KEPT) == [{"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "electric"}]
    assert {cookie["name"] for cookie in page.context.cookies()} <= {
        "sessionid",
        "csrftoken",
        "django_language",
    }

    page.context.clear_cookies()
    page.goto(start)
    expect(field(page, words.make)).to_have_value("")
    assert_accessible(page)
    page.get_by_role("button", name="Hyundai Kona 2022", exact=True).click()
    expect(field(page, words.model)).to_have_value("Kona")
    expect(page.get_by_role("radio").last).to_be_checked()
    expect(page.locator("#status")).to_contain_text("Hyundai Kona 2022")
    page.get_by_role("button", name=re.compile(f"^{said('Forget', language)}")).click()
    expect(page.get_by_role("button", name="Hyundai Kona 2022", exact=True)).to_have_count(0)
    assert page.evaluate(KEPT) == []


def test_a_vin_is_never_remembered_but_what_it_says_is(visit: Visit, garage: Garage) -> None:
    page = visit("/en/boreal/book/")
    page.get_by_text("Use the VIN").click()
    page.get_by_label(re.compile("^VIN")).fill("2HGFC2F59KH000001")
    page.get_by_role("checkbox").check()
    press(page, "Continue")
    page.wait_for_url("**/book/services/")  # until it is loaded, scripts and all

    assert page.evaluate(KEPT) == [{"make": "Honda", "model": "Civic", "year": "2019", "fuel": "gasoline"}]
    assert "2HGFC2F59KH000001" not in page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    )
    assert_accessible(page)


@BOTH
def test_one_s_own_vehicle_is_one_tap(visit: Visit, garage: Garage, words: Words) -> None:
    page = visit(f"{words.prefix}/boreal/book/")
    start = page.url
    user = User.objects.create_user("luc@example.com")
    luc = Customer.objects.create(
        group=garage.dealership.group, user=user, name="Luc", email="luc@example.com"
    )
    for model in ("Civic", "Fit"):
        identify_vehicle(customer=luc, details=VehicleDetails(make="Honda", model=model, year=2019))
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": start}])
    page.goto(start)
    expect(field(page, words.make)).to_be_hidden()
    assert_accessible(page)

    page.get_by_role("button", name=re.compile("Honda Fit 2019")).click()

    expect(page).to_have_url(re.compile("/book/services/$"))
    page.goto(start)
    expect(page.get_by_role("button", name=re.compile("Honda Fit 2019"))).to_have_attribute(
        "aria-current", "true"
    )
    page.get_by_text(said("Another vehicle", "en" if words.prefix else "fr")).click()
    expect(field(page, words.make)).to_be_visible()
    assert_accessible(page)


def test_a_button_that_is_being_pressed_does_not_move_away(visit: Visit, garage: Garage) -> None:
    """To press it leaves the year, whose answer takes the fuels away above the button."""
    page = visit("/boreal/book/", width=390)
    field(page, "Marque").fill("Honda")
    field(page, "Modèle").fill("Civic")
    expect(page.get_by_role("radio").first).to_be_visible()
    button = page.get_by_role("button", name="Continuer", exact=True)
    button.scroll_into_view_if_needed()
    field(page, "Année").fill("2019")
    place = button.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    with page.expect_response(re.compile(r"fuels/.*year=2019")):
        page.mouse.down()
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(page).to_have_url(re.compile("/book/services/$"))
