"""The counter: see the day, know who is calling, book for them, and say what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.models import Appointment, CallRequest, Source, Status, WaitListEntry
from dealerships.models import Role, StaffMember, User
from lib import clock
from notifications.models import Message
from tests.booking.storm import assert_sound
from tests.booking.waiters import close
from tests.garage import Garage, make_staff
from tests.journeys.conftest import EVERYWHERE, assert_accessible

Visit = Callable[..., Page]
PASSWORD = "a long password"


def workday(garage: Garage) -> date:
    """The first day, tomorrow or later, on which the garage is open."""
    day = clock.local(clock.now(), garage.dealership.zone).date() + timedelta(days=1)
    return day if day.weekday() < 6 else day + timedelta(days=1)


@pytest.fixture
def julie(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.ADVISOR, email="julie@boreal.example")


@pytest.fixture
def day(garage: Garage) -> date:
    return workday(garage)


@pytest.fixture
def booked(garage: Garage, day: date) -> Appointment:
    """One customer on the day."""
    return garage.book(garage.at(8, day=day), name="Anne O’Brien", plate="K4T7QF", now=clock.now())


def sign_in(page: Page, *, email: str = "julie@boreal.example") -> None:
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


@EVERYWHERE
def test_every_page_of_the_desk_is_accessible(
    visit: Visit,
    garage: Garage,
    julie: User,
    booked: Appointment,
    day: date,
    prefix: str,
    width: int,
    other: int,
) -> None:
    page = visit(f"{prefix}/desk/boreal/day/{day}/", width=width)
    assert_accessible(page, other=other)
    sign_in(page)
    expect(page).to_have_url(re.compile(f"{prefix}/desk/boreal/day/{day}/"))
    for path in (
        f"day/{day}/",
        f"day/{day + timedelta(days=(6 - day.weekday()) % 7)}/",
        "week/",
        f"appointment/{booked.reference}/",
        f"appointment/{booked.reference}/move/",
        f"appointment/{booked.reference}/cancel/",
        "book/",
        f"book/?service=tire_swap&customer={booked.customer_id}",
    ):
        page.goto(page.url.split("/desk/")[0] + f"/desk/boreal/{path}")
        assert_accessible(page, other=other)
    for path in ("caller/?q=obrien", "caller/?q=personne", f"caller/{booked.customer_id}/"):
        page.goto(page.url.split("/desk/")[0] + f"/desk/{path}")
        assert_accessible(page, other=other)


def test_an_advisor_sees_the_day_and_marks_who_arrived(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date
) -> None:
    page = visit(f"/desk/boreal/day/{day}/", width=1280, height=800)
    sign_in(page)

    page.get_by_role("link", name=re.compile("O’Brien")).first.click()
    panel = page.locator("#panel")
    expect(panel.get_by_text("Anne O’Brien").first).to_be_visible()
    assert_accessible(page)
    panel.get_by_role("button", name="Véhicule reçu").click()
    expect(panel.get_by_role("button", name="Terminé")).to_be_visible()
    panel.get_by_role("button", name="Terminé").click()
    expect(panel.get_by_role("button", name="Terminé")).to_be_hidden()

    booked.refresh_from_db()
    assert booked.status == Status.COMPLETED
    assert list(booked.events.values_list("kind", "user")) == [
        ("booked", None), ("arrived", julie.pk), ("completed", julie.pk),
    ]  # fmt: skip
    assert_sound()


@pytest.mark.parametrize("words", ["obrien", "5145550123", "k4t 7qf", "reference"])
def test_a_caller_is_found_by_what_they_know(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date, words: str
) -> None:
    page = visit(f"/desk/boreal/day/{day}/", width=1280)
    sign_in(page)

    page.keyboard.press("/")
    page.keyboard.type(booked.reference if words == "reference" else words)
    page.keyboard.press("Enter")

    expect(
        page.get_by_role("heading", name="Anne O’Brien").or_(page.get_by_role("link", name="Anne O’Brien"))
    ).to_be_visible()


def test_an_advisor_books_for_a_caller(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date
) -> None:
    page = visit(f"/desk/caller/{booked.customer_id}/", width=1280)
    sign_in(page)
    page.get_by_role("link", name=re.compile("Réserver")).first.click()
    page.get_by_role("checkbox", name=re.compile("Vidange")).check()
    page.locator("[name=start]").first.wait_for(state="attached")
    page.locator(".pick-start").first.click()
    page.get_by_role("button", name="Réserver le rendez-vous").click()
    expect(page.get_by_text(re.compile("^Réservé\xa0: "))).to_be_visible()

    appointment = Appointment.objects.exclude(pk=booked.pk).get()
    assert (appointment.customer, appointment.vehicle) == (booked.customer, booked.vehicle)
    assert (appointment.source, appointment.created_by) == (Source.PHONE, julie)
    assert Message.objects.filter(about=appointment.about, kind="confirmation").exists()
    assert_sound()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_advisor_helps_a_caller_for_whom_nothing_fits_in_two_clicks(
    visit: Visit, garage: Garage, julie: User, width: int
) -> None:
    close(garage)
    page = visit("/desk/boreal/book/?services=oil_change", width=width)
    sign_in(page)
    full, typed = (
        page.url,
        {"name": "Luc Tremblay", "phone": "514 555-0123", "make": "Honda", "model": "Civic"},
    )

    for number, (way, there) in enumerate({"wait": "wait-list", "call": "calls"}.items()):
        page.goto(full)
        for name, value in typed.items():
            page.locator(f"#id_{name}").fill(value)
        page.locator(".book-else summary").nth(number).click()
        assert_accessible(page)
        page.locator(f"button[name={way}]").click()
        expect(page).to_have_url(re.compile(f"/{there}/$"))
        expect(page.get_by_role("heading", name="Luc Tremblay")).to_be_visible()

    asked, entry = CallRequest.objects.get(), WaitListEntry.objects.get()
    assert (asked.phone, asked.vehicle) == (entry.contact_phone, entry.vehicle_title)
    assert (asked.services, entry.basket["services"]) == (["oil_change"], ["oil_change"])
    assert Message.objects.filter(about=entry.about, kind="wait_list_joined").exists()
    assert_sound()


def test_what_a_customer_does_online_shows_on_the_board(
    visit: Visit, garage: Garage, julie: User, booked: Appointment, day: date
) -> None:
    page = visit(f"/desk/boreal/day/{day}/", width=1280)
    sign_in(page)
    expect(page.get_by_role("link", name=re.compile("O’Brien")).first).to_be_visible()

    garage.book(garage.at(9, day=day), name="Thi Lan Nguyễn", now=clock.now())
    page.reload()

    expect(page.get_by_role("link", name=re.compile("Nguyễn")).first).to_be_visible()


def test_an_advisor_of_another_dealership_sees_nothing_here(
    visit: Visit, garage: Garage, julie: User, booked: Appointment
) -> None:
    StaffMember.objects.filter(user=julie).delete()
    page = visit("/desk/", width=1280)
    sign_in(page)

    assert "O’Brien" not in page.content()
