"""The manager reads what the system writes, in its frames."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dealerships.models import Role
from tests.garage import Garage, make_staff
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_desk import sign_in

Visit = Callable[..., Page]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_words_are_read_in_both_languages_and_in_the_dark(
    visit: Visit, garage: Garage, width: int
) -> None:
    make_staff(garage.dealership, Role.MANAGER, email="isabelle@boreal.example")
    page = visit("/en/desk/boreal/messages/wording/?kind=review", width=width)
    sign_in(page, email="isabelle@boreal.example")
    expect(page.locator("article.wording")).to_have_count(1)
    french = page.frame_locator("iframe").first
    expect(french.get_by_role("heading", name="Comment s’est passée votre visite?")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Message", exact=True).select_option("reminder_1d")
    page.get_by_label("E-mails").select_option("dark")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("iframe")).to_have_count(4)
    dark = page.frame_locator("iframe").first.locator("body")
    assert dark.evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(16, 23, 31)"
