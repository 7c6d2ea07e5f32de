"""An account without a password, after a booking: a code by e-mail lets the customer in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from booking.answers import manage_token
from lib import clock
from notifications.models import Message
from tests.garage import Garage
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_desk import workday

Visit = Callable[..., Page]


@pytest.mark.parametrize(
    ("prefix", "keep", "title"),
    [("", "Garder mes infos", "Mes rendez-vous"), ("/en", "Keep my details", "My appointments")],
    ids=["fr", "en"],
)
def test_a_customer_keeps_their_details_with_a_code(
    visit: Visit, garage: Garage, prefix: str, keep: str, title: str
) -> None:
    language = "en" if prefix else "fr"
    booked = garage.book(garage.at(8, day=workday(garage)), now=clock.now())
    booked.language = language
    booked.save()
    page = visit(f"/m/{manage_token(booked)}")

    page.get_by_role("button", name=keep).click()
    expect(page.locator("[name=code]")).to_be_visible()
    assert_accessible(page)
    [code] = Message.objects.filter(kind="account_code")
    assert (code.to, code.language) == (booked.contact_email, language)
    page.locator("[name=code]").fill(code.payload["code"])
    page.locator("main form button[type=submit]").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(title))
    expect(page.get_by_text("Honda Civic 2019").first).to_be_visible()
    assert_accessible(page)
    booked.customer.refresh_from_db()
    assert booked.customer.user.email == booked.contact_email


@pytest.mark.parametrize("path", ["/demo/outbox/", "/en/demo/outbox/", "/account/login/", "/en/account/login/",
                                  "/account/login/code/", "/", "/en/", "/boreal/privacy/", "/en/boreal/privacy/",
                                  "/boreal/find/", "/en/boreal/find/", "/boreal/nowhere/"])  # fmt: skip
@pytest.mark.parametrize("width", [390, 1280])
def test_the_other_pages_are_accessible(visit: Visit, garage: Garage, path: str, width: int) -> None:
    garage.book(garage.at(8, day=workday(garage)), now=clock.now())

    assert_accessible(visit(path, width=width))
