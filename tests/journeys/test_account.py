"""An account without a password, after a booking: a code by e-mail lets the customer in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.answers import manage_token
from booking.models import Appointment, Status
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


@pytest.mark.parametrize(
    ("prefix", "again", "choose", "confirm", "booked"),
    [
        (
            "",
            "Reprendre le même rendez-vous",
            "Choisir cette plage",
            "Confirmer le rendez-vous",
            "C’est réservé",
        ),
        ("/en", "Book the same again", "Choose this time", "Confirm the appointment", "It’s booked"),
    ],
    ids=["fr", "en"],
)
def test_after_the_code_a_returning_customer_books_in_three_taps(
    visit: Visit, garage: Garage, prefix: str, again: str, choose: str, confirm: str, booked: str
) -> None:
    before = garage.book(garage.at(16, day=workday(garage)), now=clock.now())
    page = visit(f"/m/{manage_token(before)}")
    sign_in(page)
    # The visit is over by now.
    Appointment.objects.update(
        status=Status.COMPLETED,
        starts_at=before.starts_at - timedelta(days=20),
        ready_at=before.ready_at - timedelta(days=20),
        local_date=before.local_date - timedelta(days=20),
    )
    page.goto(page.url.split("/account")[0] + f"{prefix}/account/")

    for tap in (again, choose, confirm):
        page.get_by_role("button", name=tap, exact=True).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(booked))
    once_more = Appointment.objects.latest("pk")
    assert (once_more.vehicle, once_more.customer) == (before.vehicle, before.customer)


def test_a_passkey_is_kept_and_then_opens_the_account(visit: Visit, garage: Garage) -> None:
    booked = garage.book(garage.at(8, day=workday(garage)), now=clock.now())
    page = visit(f"/m/{manage_token(booked)}")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page)

    page.get_by_role("link", name="clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes clés d’accès")
    assert_accessible(page)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.locator(".people li")).to_have_count(1)
    assert_accessible(page)

    page.goto(page.url.replace("passkeys/", ""))
    origin = page.url.split("/account")[0]
    page.get_by_role("button", name="Fermer la session").click()
    expect(page).not_to_have_url(re.compile("/account/"))
    page.goto(f"{origin}/account/login/code/")
    page.locator("#passkey_login").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes rendez-vous")
    expect(page.get_by_text("Honda Civic 2019").first).to_be_visible()


@pytest.mark.parametrize(
    ("prefix", "width", "other"), [("", 320, 1280), ("/en", 1280, 320)], ids=["fr", "en"]
)
def test_every_page_of_the_account_is_accessible(
    visit: Visit, garage: Garage, prefix: str, width: int, other: int
) -> None:
    booked = garage.book(garage.at(8, day=workday(garage)), now=clock.now())
    page = visit(f"/m/{manage_token(booked)}", width=width)
    sign_in(page)
    origin = page.url.split("/account")[0]
    paths = (
        "", "preferences/", "data/", "close/", "passkeys/", "phone/change/", f"vehicles/{booked.vehicle_id}/",
    )  # fmt: skip
    for path in paths:
        page.goto(f"{origin}{prefix}/account/{path}")
        assert_accessible(page, other=other)
    page.goto(f"{origin}{prefix}/boreal/appointment/")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert_accessible(page, other=other)


@pytest.mark.parametrize("status", ["arrived", "completed", "cancelled", "no_show"])
def test_every_state_of_an_appointment_is_accessible(visit: Visit, garage: Garage, status: str) -> None:
    booked = garage.book(garage.at(8, day=workday(garage)), now=clock.now())
    booked.status = status
    booked.save()
    assert_accessible(visit(f"/m/{manage_token(booked)}"), other=1280)


def test_who_is_late_says_so_with_the_keyboard(visit: Visit, garage: Garage) -> None:
    booked = garage.book(garage.at(8, day=workday(garage)), now=clock.now())
    starts = clock.now() + timedelta(hours=1)
    Appointment.objects.update(starts_at=starts, ready_at=starts + timedelta(hours=2))
    page = visit(f"/m/{manage_token(booked)}", javascript=False)
    page.get_by_role("button", name="20 min").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.locator(".badges")).to_contain_text("+20")
    assert Appointment.objects.get().late_minutes == 20


def sign_in(page: Page) -> None:
    """From an appointment's page into its account, by the code that is sent."""
    page.locator("form[action$='/keep/'] button").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.locator("[name=code]").fill(Message.objects.get(kind="account_code").payload["code"])
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".own-visit").first).to_be_visible()


@pytest.mark.parametrize("path", ["/demo/outbox/", "/en/demo/outbox/", "/account/login/", "/en/account/login/",
                                  "/account/login/code/", "/", "/en/", "/boreal/privacy/", "/en/boreal/privacy/",
                                  "/boreal/find/", "/en/boreal/find/", "/boreal/nowhere/"])  # fmt: skip
def test_the_other_pages_are_accessible(visit: Visit, garage: Garage, path: str) -> None:
    garage.book(garage.at(8, day=workday(garage)), now=clock.now())

    assert_accessible(visit(path), other=1280)
