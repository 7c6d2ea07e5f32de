"""The pages before the funnel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.views.site import today_at
from dealerships.models import Closure, Dealership
from lib import clock
from tests.booking.views.conftest import Visitor, said
from tests.garage import make_garage


def test_with_one_dealership_the_first_page_is_its_home(visitor: Visitor) -> None:
    assert visitor.client.get("/").headers["Location"] == "/boreal/"
    assert visitor.client.get("/en/").headers["Location"] == "/en/boreal/"


def test_with_two_both_are_listed(visitor: Visitor) -> None:
    Dealership.objects.filter(pk=make_garage(slug="riviere").dealership.pk).update(name="Garage Rivière")
    page = visitor.client.get("/").content.decode()
    assert 'href="/boreal/"' in page
    assert "Garage Rivière" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_home_page_shows_what_one_can_do_and_links_to_the_other_language(
    visitor: Visitor, language: str
) -> None:
    there = Visitor(visitor.garage, language)
    page = there.get().content.decode()
    other = "/boreal/" if language == "en" else "/en/boreal/"
    shown = [
        said("Book service", language), said("I already have an appointment", language), "1234, boulevard des Laurentides",
        said("today", language), "H7M 2Y1", f'href="{there.url("privacy/")}"', f'href="{other}"',
    ]  # fmt: skip
    assert [text for text in shown if text not in page] == []


def test_a_closure_shows_in_this_week_s_hours(visitor: Visitor) -> None:
    today = today_at(visitor.garage.dealership)
    monday = today - timedelta(days=today.weekday())
    Closure.objects.create(
        dealership=visitor.garage.dealership, first_day=monday, last_day=monday, reason_fr="Inventaire",
        reason_en="Stocktaking",
    )  # fmt: skip
    assert "Inventaire" in visitor.get().content.decode()


def test_the_privacy_page_names_the_person_in_charge(visitor: Visitor) -> None:
    page = visitor.get("privacy/").content.decode()
    assert "Anne Roy" in page
    assert "vieprivee@boreal.example" in page


def test_the_colours_are_a_stylesheet_that_may_be_kept_for_good(visitor: Visitor) -> None:
    answer = visitor.get("brand.css")
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--brand: #1f5f8b" in answer.content.decode()
    assert 'href="/boreal/brand.css?c=1f5f8b"' in visitor.get().content.decode()


def test_dates_and_prices_follow_the_page(visitor: Visitor) -> None:
    assert "89,95\u00a0$" in visitor.get().content.decode()
    assert "$89.95" in Visitor(visitor.garage, "en").get().content.decode()
    assert clock.NBSP in visitor.get().content.decode()
