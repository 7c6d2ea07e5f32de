"""Links from other sites into the funnel: read by GET, kept by POST."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib import clock
from tests.booking.views.conftest import CIVIC, TIRES, Visitor

LINK = "?service=oil_change&service=tire_swap&make=Honda&model=Civic&year=2019"


def fields(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<input type="hidden" name="')[1:]]


def test_the_link_fills_the_form_and_carries_the_rest_along(visitor: Visitor) -> None:
    page = visitor.client.get(
        visitor.url(f"book/{LINK}&advisor={visitor.garage.advisors[0].pk}&day=2030-01-07")
    )
    text = page.content.decode()
    assert 'value="Honda"' in text
    assert 'value="Civic"' in text
    assert 'value="2019"' in text
    assert [name for name in fields(text) if name in ("service", "advisor", "day")] == [
        "service",
        "service",
        "advisor",
        "day",
    ]


def test_looking_at_a_link_changes_nothing(visitor: Visitor) -> None:
    visitor.client.get(visitor.url(f"book/{LINK}"))
    assert "draft:boreal" not in visitor.client.session


def test_the_form_keeps_what_the_link_asked_for(visitor: Visitor) -> None:
    advisor = visitor.garage.advisors[0]
    asked = {"service": ["oil_change", "tire_swap"], "advisor": str(advisor.pk), "day": "2030-01-07"}
    visitor.post("book/", {**CIVIC, **asked})
    draft = visitor.client.session["draft:boreal"]
    assert (draft["services"], draft["advisor"], draft["day"]) == (
        ["oil_change", "tire_swap"],
        advisor.pk,
        "2030-01-07",
    )


def test_services_of_a_second_link_are_added_to_those_of_the_first(visitor: Visitor) -> None:
    visitor.post("book/", {**CIVIC, "service": "brakes"})
    visitor.post("book/", {**CIVIC, "service": ["oil_change", "brakes"]})
    assert visitor.client.session["draft:boreal"]["services"] == ["brakes", "oil_change"]


def test_the_time_page_opens_on_the_day_that_was_asked_for(visitor: Visitor) -> None:
    zone = visitor.garage.dealership.zone
    near = clock.local(visitor.starts()[0].starts_at, zone).date()
    day = clock.local(visitor.starts(near + timedelta(days=2))[0].starts_at, zone).date()
    visitor.post("book/", {**CIVIC, "day": day.isoformat()})
    visitor.post("book/services/", TIRES)
    assert f">{clock.say_date(day, 'fr')}</h2>" in visitor.get("book/time/").content.decode()
    other = clock.local(visitor.starts(day + timedelta(days=1))[0].starts_at, zone).date()
    page = visitor.get("book/time/", day=other.isoformat()).content.decode()
    assert f">{clock.say_date(other, 'fr')}</h2>" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"service": "nothing"}, {"service": ["oil_change"] * 30}, {"advisor": "9" * 30}, {"advisor": "-1"}, {"day": "tomorrow"},
        {"day": "2030-13-45"}, {"service": "\x00"}, {"advisor": "٣"},
    ],
)  # fmt: skip
def test_a_link_that_makes_no_sense_is_no_error(visitor: Visitor, asked: dict) -> None:
    assert visitor.client.get(visitor.url("book/"), asked).status_code == 200
    assert visitor.post("book/", {**CIVIC, **asked}).status_code == 303
    draft = visitor.client.session["draft:boreal"]
    assert draft["services"] in ([], ["oil_change"])
    assert draft["advisor"] is None
    assert draft["day"] == ""
    assert visitor.post("book/services/", TIRES).status_code == 303
    assert visitor.get("book/time/").status_code == 200


def test_an_advisor_who_is_not_there_any_more_is_said_on_the_time_page(visitor: Visitor) -> None:
    visitor.post("book/", {**CIVIC, "advisor": "999999"})
    visitor.post("book/services/", TIRES)
    assert visitor.get("book/time/").status_code == 200
