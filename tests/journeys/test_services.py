"""Choosing the work on a phone: search while typing, what is due, the sum in sight, a problem told with photos."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from booking.demo.maintenance import make_maintenance
from booking.models import Photo, Service, Skill
from booking.models.photo import photo_storage
from tests.booking.pictures import jpeg
from tests.booking.views.conftest import said
from tests.garage import EVERY_WAY, Garage
from tests.journeys.conftest import assert_accessible

Visit = Callable[..., Page]


@pytest.fixture
def garage(garage: Garage) -> Iterator[Garage]:
    services = garage.dealership.services
    services.filter(code="brakes").update(
        asks_problem=True, keywords_fr="plaquettes, grincement, balancement"
    )
    Service.objects.create(
        dealership=garage.dealership, code="maintenance", name_fr="Entretien périodique", minutes=60, price=24995,
        name_en="Scheduled maintenance", skill=Skill.MECHANICAL, transports=EVERY_WAY,
    )  # fmt: skip
    Service.objects.create(
        dealership=garage.dealership, code="diagnosis", name_fr="Diagnostic", name_en="Diagnosis", minutes=60,
        price=14995, skill=Skill.DIAGNOSIS, transports=EVERY_WAY, asks_problem=True,
    )  # fmt: skip
    make_maintenance(garage.dealership)
    yield garage
    for photo in Photo.objects.all():
        photo_storage().delete(str(photo.file.name))


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Two photos, and a drawing that only calls itself one."""
    for name, data in (("a.jpg", jpeg(800, 600)), ("b.jpg", jpeg()), ("c.jpg", b"<svg/>")):
        (tmp_path / name).write_bytes(data)
    return [str(tmp_path / name) for name in ("a.jpg", "b.jpg", "c.jpg")]


def to_services(page: Page) -> None:
    page.get_by_label(re.compile(rf"^{said('Make')}\b")).first.fill("Honda")
    page.get_by_label(re.compile(rf"^{said('Model')}\b")).first.fill("Civic")
    page.get_by_role("button", name=said("Continue"), exact=True).click()
    expect(page.get_by_role("heading", name=said("What can we do for you?"))).to_be_visible()


def box(page: Page, name: str):
    return page.get_by_role("checkbox", name=re.compile(name))


def total(page: Page):
    return page.locator("[data-basket-total]")


def test_typing_finds_a_service_and_what_is_chosen_stays(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/book/")
    to_services(page)
    box(page, "Vidange").check()
    search = page.get_by_role("searchbox")
    search.fill("balencement")
    expect(box(page, "Freins")).to_be_visible()
    expect(box(page, "Vidange")).to_be_visible()
    expect(box(page, "Changement de pneus")).to_be_hidden()
    search.fill("tondeuse")
    expect(page.get_by_text(said("We have no service by that name."))).to_be_visible()
    expect(box(page, "Changement de pneus")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=said("Say it in my words")).click()
    expect(box(page, "Diagnostic")).to_be_checked()
    expect(page.get_by_label(re.compile(said("In your own words")))).to_be_focused()
    search.fill("loaner")
    expect(page.locator("[data-getting-on]")).to_be_visible()
    search.press("Enter")  # it filters already: nothing is sent
    expect(search).to_have_value("loaner")


def test_the_sum_follows_each_choice(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/book/")
    to_services(page)
    box(page, "Changement de pneus").check()
    expect(total(page)).to_have_text(f"{said('1 service')} · 45\u00a0min · 89,95\u00a0$")
    page.get_by_role("radio", name=re.compile("Sans jantes")).check()
    box(page, "Vidange").check()
    expect(total(page)).to_have_text(
        f"{said('{count} services').format(count=2)} · 1\u00a0h\u00a055 · 169,90\u00a0$"
    )
    box(page, "Freins").check()
    expect(total(page)).to_contain_text(said("from {price}").format(price="169,90\u00a0$"))
    for name in ("Changement de pneus", "Vidange", "Freins"):
        box(page, name).uncheck()
    expect(total(page)).to_have_text("")


def test_what_is_due_is_added_with_one_tap(visit: Visit, garage: Garage) -> None:
    page = visit("/boreal/book/")
    to_services(page)
    box(page, "Vidange").check()
    kilometres = page.get_by_label(re.compile(said("Your kilometres")))
    kilometres.fill("94 900")
    kilometres.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"96\s000\skm"))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=said("Add it")).click()
    expect(box(page, "Entretien")).to_be_checked()
    expect(box(page, "Vidange")).to_be_checked()
    expect(page.get_by_text(said("In your visit"))).to_be_visible()
    expect(total(page)).to_contain_text("329,90\u00a0$")


@pytest.mark.parametrize("width", [390, 1280])
def test_photos_are_sent_as_they_are_chosen(
    visit: Visit, garage: Garage, pictures: list[str], width: int
) -> None:
    page = visit("/boreal/book/", width=width)
    to_services(page)
    problem = page.get_by_label(re.compile(said("In your own words")))
    expect(problem).to_be_hidden()
    box(page, "Freins").check()
    problem.fill("Ça grince")
    page.get_by_label(said("Choose photos")).set_input_files(pictures)
    expect(page.locator(".photo-list img")).to_have_count(2)
    expect(page.get_by_text("c.jpg")).to_be_visible()
    expect(problem).to_have_value("Ça grince")
    assert_accessible(page)
    page.get_by_role("button", name=said("Remove photo %(number)s") % {"number": 1}).click()
    expect(page.locator(".photo-list img")).to_have_count(1)
    expect(page.get_by_label(said("Choose photos"))).to_be_focused()
    page.get_by_role("button", name=said("Continue"), exact=True).click()
    expect(page.get_by_role("heading", name=said("When are you coming?"))).to_be_visible()
    assert Photo.objects.count() == 1


def test_a_film_is_refused_before_it_is_sent(visit: Visit, garage: Garage, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(13 * 1024 * 1024)
    page = visit("/boreal/book/")
    to_services(page)
    box(page, "Freins").check()
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url))
    page.get_by_label(said("Choose photos")).set_input_files(str(film))
    expect(page.get_by_text(said("This file is larger than 12 MB. Choose a smaller photo."))).to_be_visible()
    assert not any("photos" in url for url in sent)


def test_without_javascript_everything_is_a_form(visit: Visit, garage: Garage, pictures: list[str]) -> None:
    page = visit("/boreal/book/", javascript=False)
    to_services(page)
    box(page, "Freins").check()
    page.get_by_role("searchbox").fill("vidanje")
    page.get_by_role("button", name=said("Search"), exact=True).click()
    expect(box(page, "Vidange")).to_be_visible()
    expect(box(page, "Freins")).to_be_checked()
    expect(box(page, "Changement de pneus")).to_have_count(0)
    page.get_by_label(re.compile(said("In your own words"))).fill("Ça grince")
    page.get_by_label(said("Choose photos")).set_input_files(pictures[:2])
    page.get_by_role("button", name=said("Add"), exact=True).click()
    expect(page.locator(".photo-list img")).to_have_count(2)
    expect(page.get_by_label(re.compile(said("In your own words")))).to_have_value("Ça grince")
    page.get_by_role("button", name=said("Remove photo %(number)s") % {"number": 2}).click()
    expect(page.locator(".photo-list img")).to_have_count(1)
    page.get_by_role("button", name=said("Continue"), exact=True).click()
    expect(page.get_by_role("heading", name=said("When are you coming?"))).to_be_visible()
