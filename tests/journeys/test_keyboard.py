"""The funnel without a mouse, on a narrow or enlarged page, and as a screen reader is told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from booking.models import Appointment
from lib import clock
from tests.garage import Garage
from tests.journeys.conftest import assert_accessible
from tests.journeys.test_booking import BOTH, FRENCH, Words, book, field, say_the_vehicle, say_the_work

Visit = Callable[..., Page]
MOST_TABS = 80


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus; each one on the way must show where the focus is."""
    for _step in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
        outline = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || one === document.body) return "nothing";
                const style = getComputedStyle(one);
                const label = one.closest("label");
                const around = label ? getComputedStyle(label) : style;
                return [style.outlineStyle, around.outlineStyle].some((said) => said !== "none")
                    || [style.boxShadow, around.boxShadow].some((said) => said !== "none") ? "" : one.outerHTML;
            }"""
        )
        assert outline in ("", "nothing"), f"the focus can't be seen on {outline}"
    raise AssertionError(f"{wanted} is not reached by Tab")


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, field(page, label))
    page.keyboard.type(text)


def choose(page: Page, wanted: Locator) -> None:
    tab_to(page, wanted)
    page.keyboard.press("Space")


def press(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("button", name=name, exact=True).first)
    page.keyboard.press("Enter")


@BOTH
def test_a_guest_books_with_the_keyboard_alone(visit: Visit, garage: Garage, words: Words) -> None:
    page = visit(f"{words.prefix}/boreal/book/", width=1280)
    for label, text in ((words.make, "Honda"), (words.model, "Civic"), (words.year, "2019")):
        type_into(page, label, text)
    press(page, words.go_on)
    choose(page, page.get_by_role("checkbox", name=words.tires))
    choose(page, page.get_by_role("radio", name=words.on_rims))
    choose(page, page.get_by_role("radio", name=words.with_me))
    press(page, words.go_on)
    press(page, words.choose)
    type_into(page, words.name, "Luc O’Tremblay")
    type_into(page, words.mobile, "514 555-0123")
    press(page, words.go_on)
    press(page, words.confirm)
    expect(page.get_by_role("heading", name=words.booked)).to_be_visible()
    assert Appointment.objects.get().dealership == garage.dealership


@pytest.mark.parametrize(
    ("width", "height"), [pytest.param(320, 640, id="320px"), pytest.param(640, 400, id="200%")]
)
@pytest.mark.usefixtures("garage")
def test_every_step_fits_a_narrow_screen_and_an_enlarged_one(visit: Visit, width: int, height: int) -> None:
    page = visit("/boreal/", width=width, height=height)
    assert_accessible(page)
    book(page, FRENCH, look=assert_accessible)


def to_the_times(visit: Visit, words: Words) -> Page:
    page = visit(f"{words.prefix}/boreal/book/")
    say_the_vehicle(page, words)
    say_the_work(page, words, javascript=True)
    return page


@BOTH
@pytest.mark.usefixtures("garage")
def test_the_days_and_the_times_say_what_they_are(visit: Visit, words: Words) -> None:
    page = to_the_times(visit, words)
    english = words.prefix == "/en"
    days = page.get_by_role("navigation", name="Days" if english else "Jours")
    chosen = days.locator("[aria-current=date]")
    expect(chosen).to_have_count(1)
    # Each day by its full name and how much is left, not by a bare number.
    day = days.get_by_role("link").last
    found = re.search(r"day=(\d{4}-\d{2}-\d{2})", day.get_attribute("href") or "")
    assert found
    said = re.escape(clock.say_date(date.fromisoformat(found[1]), "en" if english else "fr"))
    expect(day).to_have_accessible_name(re.compile(rf"{said}, .*\d+ (times?|places?)$"))
    # The times are one group, named by the whole date; each says when the vehicle is ready.
    times = page.get_by_role("group", name=re.compile(r"20\d\d$"))
    expect(times.get_by_role("radio").first).to_have_accessible_name(
        re.compile("ready around" if english else "prêt vers")
    )
    day.click()
    # What was swapped in is announced by the focus on its heading.
    expect(page.locator("h2.day-title")).to_be_focused()
