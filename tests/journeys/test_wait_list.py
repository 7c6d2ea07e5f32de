"""Coming earlier: joining the wait-list on a phone, answering the offer by its link, and the desk that looks on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from booking.actions.wait_list import serve_wait_list
from booking.answers import manage_token
from booking.models import (
    Appointment,
    CapacityPool,
    EntryState,
    OfferState,
    PoolKind,
    Source,
    WaitListEntry,
    WaitListOffer,
)
from dealerships.models import Role
from lib import clock
from tests.booking.storm import assert_sound
from tests.booking.views.conftest import said
from tests.booking.waiters import offer_token, wait, wait_list_token
from tests.garage import Garage, make_staff
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_booking import (
    BOTH,
    ENGLISH,
    FRENCH,
    Words,
    field,
    press,
    say_the_vehicle,
    say_the_work,
)

Visit = Callable[..., Page]


def noon(garage: Garage) -> datetime:
    """Today at noon: places are offered by day only, whenever this runs."""
    today = clock.local(clock.now(), garage.dealership.zone).date()
    return clock.at_local(today, time(12), garage.dealership.zone)


@pytest.fixture(autouse=True)
def nothing_today(garage: Garage) -> None:
    """What is offered at noon must still be to come at whatever time it is."""
    CapacityPool.objects.filter(local_date=noon(garage).date()).update(closed=True)


def offer_of(garage: Garage) -> WaitListOffer:
    """The open offer of the one who waits, made now if it was not made when they joined."""
    serve_wait_list(dealership=garage.dealership, now=noon(garage))
    return WaitListOffer.objects.select_related("hold").get(state=OfferState.OPEN)


def book_late(garage: Garage) -> Appointment:
    """An appointment two weeks ahead."""
    day = noon(garage).date() + timedelta(days=14)
    cells = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, local_date__gte=day)
    start = cells.order_by("starts_at").values_list("starts_at", flat=True)[4]
    return garage.book(start, now=clock.now(), name="Éloïse L’Heureux")


def language(words: Words) -> str:
    return "en" if words is ENGLISH else "fr"


@BOTH
@pytest.mark.parametrize("width", [390, 1280])
def test_an_appointment_comes_forward_with_three_taps(
    visit: Visit, garage: Garage, words: Words, width: int
) -> None:
    booked = book_late(garage)
    Appointment.objects.update(language=language(words))
    page = visit(_manage(booked), width=width)
    press(page, said("Move me forward", language(words)))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        said("You are on the wait-list", language(words))
    )
    assert_accessible(page)

    phone = visit(f"/o/{offer_token(offer_of(garage))}", width=width)
    expect(phone).to_have_url(re.compile(rf"{words.prefix}/boreal/offer/$"))
    assert_accessible(phone)
    press(phone, said("Yes, move it", language(words)))

    expect(phone).to_have_url(re.compile(rf"{words.prefix}/boreal/appointment/$"))
    assert_accessible(phone)
    moved = Appointment.objects.get()
    assert (moved.reference, moved.version) == (booked.reference, 2)
    assert moved.starts_at < booked.starts_at
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("You have your place", language(words)))
    assert_accessible(page)
    assert_sound()


def test_the_days_are_chosen_and_changed_and_the_list_is_left(visit: Visit, garage: Garage) -> None:
    booked = book_late(garage)
    page = visit(_manage(booked))
    page.get_by_role("link", name=said("Choose the days")).click()
    assert_accessible(page)
    page.get_by_role("checkbox", name="Mardi").check()
    page.get_by_role("checkbox", name=said("Morning")).check()
    press(page, said("Put me on the list"))
    entry = WaitListEntry.objects.get()
    assert (entry.weekdays, entry.parts) == ([1], ["am"])

    page.get_by_text(said("Change the days")).click()
    assert_accessible(page)
    page.get_by_role("checkbox", name="Mardi").uncheck()
    press(page, said("Save"))
    expect(page.get_by_text(said("Your choice is saved."))).to_be_visible()
    press(page, said("Leave the wait-list"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("You are no longer on the wait-list"))
    assert_accessible(page)
    entry.refresh_from_db()
    assert (entry.weekdays, entry.state) == ([], EntryState.LEFT)


@BOTH
@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_nothing_suits_so_one_waits_without_an_account(
    visit: Visit, garage: Garage, words: Words, javascript: bool
) -> None:
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(closed=True)
    page = visit(f"{words.prefix}/boreal/book/", javascript=javascript)
    say_the_vehicle(page, words)
    say_the_work(page, words, javascript=javascript)
    if javascript:
        assert_accessible(page)
    page.get_by_role("link", name=said("Join the wait-list", language(words))).first.click()
    press(page, said("Put me on the list", language(words)))
    expect(page.get_by_role("alert")).to_be_visible()
    if javascript:
        assert_accessible(page)
    field(page, words.name).fill("Éloïse L’Heureux-Nguyễn")
    field(page, words.email).fill("eloise@example.com")
    press(page, said("Put me on the list", language(words)))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        said("You are on the wait-list", language(words))
    )

    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY, local_date__gt=noon(garage).date()).update(
        closed=False
    )
    phone = visit(f"/o/{offer_token(offer_of(garage))}", javascript=javascript)
    press(phone, said("Yes, book it", language(words)))
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile(words.booked))
    booked = Appointment.objects.get()
    assert (booked.source, booked.contact_email) == (Source.WAIT_LIST, "eloise@example.com")
    assert booked.language == language(words)
    assert_sound()


def test_no_thank_you_and_too_late_are_calm_pages(visit: Visit, garage: Garage) -> None:
    tomorrow = noon(garage).date() + timedelta(days=1)
    entry = wait(garage, first=tomorrow, last=tomorrow + timedelta(days=9), now=noon(garage))
    offer = offer_of(garage)
    page = visit(f"/o/{offer_token(offer)}")
    press(page, said("No, thank you"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("The place goes to someone else"))
    assert_accessible(page)
    press_again = visit(f"/o/{offer_token(offer)}")
    expect(press_again.get_by_role("heading", level=1)).to_have_text(said("The place goes to someone else"))
    theirs = visit(f"/l/{wait_list_token(entry)}")
    expect(theirs.get_by_role("heading", level=1)).to_have_text(said("You are on the wait-list"))
    assert not Appointment.objects.exists()


def test_a_double_tap_on_yes_books_once(visit: Visit, garage: Garage) -> None:
    tomorrow = noon(garage).date() + timedelta(days=1)
    wait(garage, first=tomorrow, last=tomorrow + timedelta(days=9), now=noon(garage))
    page = visit(f"/o/{offer_token(offer_of(garage))}")
    page.get_by_role("button", name=said("Yes, book it")).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(FRENCH.booked))
    assert Appointment.objects.count() == 1
    assert_sound()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_sees_who_was_offered_what_and_puts_somebody_first(
    visit: Visit, garage: Garage, width: int
) -> None:
    manager = make_staff(garage.dealership, Role.MANAGER)
    tomorrow = noon(garage).date() + timedelta(days=1)
    for name in ("Ann Roy", "Bob Roy"):
        wait(garage, name, first=tomorrow, last=tomorrow + timedelta(days=9), now=noon(garage))
    page = visit("/account/login/?next=/desk/boreal/capacity/wait-list/", width=width)
    page.locator("[name=login]").fill(manager.email)
    page.locator("[name=password]").fill("a long password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/capacity/wait-list/")
    assert_accessible(page)

    bob = page.locator(".wl-entry", has_text="Bob Roy")
    bob.get_by_text(said("Change")).click()
    assert_accessible(page)
    bob.get_by_label(said("Put first, because")).fill("Rappel")
    bob.get_by_role("button", name=said("Put first")).click()

    expect(page.locator(".wl-entry").first).to_contain_text("Bob Roy")
    expect(page.locator(".wl-entry").first).to_contain_text("Rappel")
    assert_accessible(page)


def _manage(appointment: Appointment) -> str:
    return f"/m/{manage_token(appointment)}"
