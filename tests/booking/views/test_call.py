"""Asking to be called when no time suits."""

from __future__ import annotations

import pytest

from booking.models import CallRequest
from tests.booking.views.conftest import CIVIC, TIRES, Visitor, said

ASKED = {"name": "Luc O’Tremblay", "phone": "514 555-0123", "wish": "un samedi\nmatin"}


def to_times(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", TIRES)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_promise_is_said_before_and_after_it_is_asked_for(visitor: Visitor, language: str):
    visitor.language = language
    to_times(visitor)
    assert visitor.url("book/call/") in visitor.get("book/time/").content.decode()
    page = visitor.get("book/call/")
    answer = visitor.post("book/call/", ASKED)
    assert answer.status_code == 303
    asked = CallRequest.objects.get()
    shown = visitor.client.get(answer["Location"])
    assert shown.context["promised"] == page.context["promise"]
    assert shown.context["promised"] in shown.content.decode()
    assert (asked.name, asked.phone, asked.wish) == ("Luc O’Tremblay", "+15145550123", "un samedi matin")
    assert (asked.services, asked.vehicle, asked.language) == (["tire_swap"], "Honda Civic 2019", language)


def test_nothing_of_the_funnel_is_needed_to_be_called(visitor: Visitor):
    assert visitor.get("book/call/").status_code == 200
    assert visitor.post("book/call/", {"name": "Luc", "phone": "5145550123"}).status_code == 303


def test_a_number_that_cannot_exist_is_refused_with_what_was_typed_kept(visitor: Visitor):
    page = visitor.post("book/call/", {**ASKED, "phone": "555"})
    assert page.status_code == 422
    assert "Luc O’Tremblay" in page.content.decode().replace("&#x27;", "’")
    assert "phone" in page.context["form"].errors
    assert not CallRequest.objects.exists()


@pytest.mark.parametrize("missing", ["name", "phone"])
def test_name_and_number_are_needed(visitor: Visitor, missing: str):
    page = visitor.post("book/call/", {**ASKED, missing: ""})
    assert page.status_code == 422
    assert missing in page.context["form"].errors


def test_words_that_are_too_long_get_a_sentence(visitor: Visitor):
    page = visitor.post("book/call/", {**ASKED, "wish": "x" * 301})
    assert page.status_code == 422
    assert "wish" in page.context["form"].errors


def test_another_browser_sees_nothing_of_it(visitor: Visitor):
    visitor.post("book/call/", ASKED)
    assert visitor.get("book/called/").status_code == 200
    stranger = Visitor(visitor.garage)
    assert stranger.get("book/called/").status_code == 303


def test_the_key_box_is_offered_where_nothing_suits(visitor: Visitor):
    to_times(visitor)
    page = visitor.get("book/time/").content.decode()
    assert said("Leave the key in the box the evening before") in page
    assert (
        said("Leave the key in the box the evening before")
        not in visitor.get("book/time/", transport="key_drop").content.decode()
    )
