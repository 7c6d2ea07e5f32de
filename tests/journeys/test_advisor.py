"""Choosing an advisor, as a customer does it: opened when asked for, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment
from dealerships.models import StaffMember
from tests.garage import Garage
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_booking import (
    ENGLISH,
    FRENCH,
    Words,
    press,
    say_the_vehicle,
    say_the_work,
    say_who_comes,
)

Visit = Callable[..., Page]
LINK = {"": "Choisir un conseiller", "/en": "Choose an advisor"}
ANYBODY = {"": "Peu importe, le plus tôt", "/en": "Anyone, soonest"}
NAMES = ("Mathieu Gagnon", "Fabienne Joseph", "Mai Nguyễn")


@pytest.mark.parametrize(
    ("words", "width", "javascript"),
    [(FRENCH, 390, True), (FRENCH, 1280, False), (ENGLISH, 1280, True), (ENGLISH, 390, False)],
    ids=["fr phone", "fr desktop, no script", "en desktop", "en phone, no script"],
)
def test_an_advisor_is_chosen_and_receives_the_customer(
    visit: Visit, garage: Garage, words: Words, width: int, javascript: bool
) -> None:
    for advisor, name in zip(garage.advisors, NAMES, strict=True):
        StaffMember.objects.filter(pk=advisor.pk).update(name=name)
    page = visit(f"{words.prefix}/boreal/book/", width=width, javascript=javascript)
    say_the_vehicle(page, words)
    say_the_work(page, words, javascript=javascript)
    assert page.get_by_text("Fabienne").count() == 0

    page.get_by_role("link", name=LINK[words.prefix]).click()
    expect(page.get_by_role("link", name="Fabienne")).to_be_visible()
    if javascript:
        assert_accessible(page)
    page.get_by_role("link", name="Fabienne").click()
    chosen = page.locator("a[aria-current]", has_text="Fabienne")
    expect(chosen).to_be_visible()
    page.get_by_role("link", name=ANYBODY[words.prefix]).click()
    expect(chosen).to_have_count(0)
    page.go_back()
    expect(chosen).to_be_visible()
    if javascript:
        assert_accessible(page)
    press(page, words.choose)
    say_who_comes(page, words)
    press(page, words.confirm)

    expect(page.get_by_role("heading", level=1)).to_contain_text(words.booked)
    assert Appointment.objects.get().advisor.name == "Fabienne Joseph"
