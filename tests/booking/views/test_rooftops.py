"""Going to another rooftop of the group with what is filled in, and the page of all of them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import CapacityPool, Choice, Hold, HoldState, Photo, Service
from dealerships.models import Dealership, Group
from lib import clock
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor, said
from tests.garage import Garage, make_garage


def open_garage(slug: str, name: str, **more) -> Garage:
    today = clock.local(clock.now(), "America/Toronto").date()
    garage = make_garage(slug=slug, today=today, horizon_days=30, **more)
    Dealership.objects.filter(slug=slug).update(name=name)
    return garage


@pytest.fixture
def there(garage: Garage) -> Garage:
    return open_garage("riviere", "Garage de la Rivière")


def draft_at(visitor: Visitor, slug: str) -> dict:
    return visitor.client.session[f"draft:{slug}"]


def test_alone_in_its_group_a_dealership_names_no_other(visitor: Visitor) -> None:
    open_garage("ailleurs", "Ailleurs", group=Group.objects.create(slug="autre", name="Autre"))
    visitor.to_time()
    assert "elsewhere" not in visitor.get("book/time/").content.decode()


def test_the_time_page_leads_to_the_others_without_asking_the_database_for_them(
    visitor: Visitor, there: Garage
) -> None:
    visitor.to_time()
    with CaptureQueriesContext(connection) as queries:
        page = visitor.get("book/time/").content.decode()
    assert f'href="{visitor.url("book/elsewhere/")}"' in page
    assert "Garage de la Rivière" not in page
    slots = [
        one["sql"]
        for one in queries
        if f"dealership_id = {there.dealership.pk}\n" in one["sql"] and "capacitypool" in one["sql"]
    ]
    assert slots == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_says_where_when_and_until_what_time(visitor: Visitor, there: Garage, language: str) -> None:
    visitor = Visitor(visitor.garage, language, visitor.client)
    visitor.to_time()
    page = visitor.get("book/elsewhere/").content.decode()
    assert "Garage de la Rivière" in page
    assert 'name="to" value="riviere"' in page
    assert said("First available", language) in page
    assert "<html" in page


def test_htmx_gets_the_list_alone(visitor: Visitor, there: Garage) -> None:
    visitor.to_time()
    part = visitor.client.get(visitor.url("book/elsewhere/"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "Garage de la Rivière" in part.content.decode()


def test_with_nothing_open_here_the_others_are_shown_at_once(visitor: Visitor, there: Garage) -> None:
    visitor.to_time()
    CapacityPool.objects.filter(dealership=visitor.garage.dealership).update(closed=True)
    page = visitor.get("book/time/").content.decode()
    assert page.count("Garage de la Rivière") >= 1
    assert 'name="to" value="riviere"' in page


def test_looking_changes_nothing_and_going_there_takes_everything_along(
    visitor: Visitor, there: Garage
) -> None:
    visitor.to_check()
    visitor.get("book/elsewhere/")
    assert "draft:riviere" not in visitor.client.session
    here = draft_at(visitor, "boreal")
    answer = visitor.post("book/elsewhere/", {"to": "riviere"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/riviere/book/time/")
    carried = draft_at(visitor, "riviere")
    same = ("vehicle", "services", "answers", "transport", "contact")
    assert {name: carried[name] for name in same} == {name: here[name] for name in same}
    assert (carried["start"], carried["advisor"]) == ("", None)


def test_the_time_that_was_held_here_is_free_again(visitor: Visitor, there: Garage) -> None:
    visitor.to_check()
    assert Hold.objects.filter(state=HoldState.HELD).exists()
    visitor.post("book/elsewhere/", {"to": "riviere"})
    assert not Hold.objects.filter(state=HoldState.HELD).exists()
    assert draft_at(visitor, "boreal")["start"] == ""
    # Pressed twice, nothing else happens.
    assert visitor.post("book/elsewhere/", {"to": "riviere"}).status_code == 303


def test_the_visit_is_booked_there_without_typing_anything_again(visitor: Visitor, there: Garage) -> None:
    visitor.to_check()
    visitor.post("book/elsewhere/", {"to": "riviere"})
    other = Visitor(there, "fr", visitor.client)
    assert other.choose(other.starts()[0]).headers["Location"] == "/riviere/book/check/"
    assert other.post("book/check/", other.confirmation()).status_code == 303
    booked = there.dealership.appointments.get()
    assert (booked.customer.name, booked.vehicle.model) == (LUC["name"], CIVIC["model"])


def test_questions_that_only_the_other_rooftop_asks_are_asked_there(visitor: Visitor, there: Garage) -> None:
    visitor.to_time()
    Choice.objects.filter(question__service__dealership=there.dealership, code="on").update(code="on_steel")
    answer = visitor.post("book/elsewhere/", {"to": "riviere"})
    assert answer.headers["Location"] == "/riviere/book/services/"
    assert draft_at(visitor, "riviere")["answers"] == {"tires": "own"}


def test_a_rooftop_that_stopped_doing_this_work_says_so(visitor: Visitor, there: Garage) -> None:
    visitor.to_time()
    Service.objects.filter(dealership=there.dealership, code="tire_swap").update(active=False)
    answer = visitor.post("book/elsewhere/", {"to": "riviere"})
    assert answer.status_code == 422
    sentence = said("%(name)s does not do this work. Here are those that do.") % {
        "name": "Garage de la Rivière"
    }
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("to", ["", "nulle-part", "ailleurs", "é\x00"])
def test_only_rooftops_of_the_group_can_be_gone_to(visitor: Visitor, there: Garage, to: str) -> None:
    open_garage("ailleurs", "Ailleurs", group=Group.objects.create(slug="autre", name="Autre"))
    visitor.to_time()
    assert visitor.post("book/elsewhere/", {"to": to}).status_code == 404
    assert visitor.post("book/elsewhere/", {"to": "boreal"}).headers["Location"] == "/boreal/book/time/"


def test_without_services_one_begins_at_the_beginning(visitor: Visitor, there: Garage) -> None:
    assert visitor.get("book/elsewhere/").headers["Location"] == "/boreal/book/"
    assert visitor.post("book/elsewhere/", {"to": "riviere"}).headers["Location"] == "/boreal/book/"


@pytest.mark.parametrize("rooftops", [2, 3])
def test_the_page_of_all_rooftops_shows_each_first_opening_in_few_queries(
    visitor: Visitor, there: Garage, rooftops: int
) -> None:
    if rooftops == 3:
        open_garage("tiers", "Tiers")
    visitor.client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page = visitor.client.get("/").content.decode()
    assert len(queries) == 1 + rooftops
    assert page.count(said("First available")) == rooftops
    assert page.count("Vidange") >= rooftops


def test_a_rooftop_with_nothing_open_is_listed_without_a_time(visitor: Visitor, there: Garage) -> None:
    CapacityPool.objects.filter(dealership=there.dealership).update(closed=True)
    page = visitor.client.get("/").content.decode()
    assert 'href="/riviere/"' in page
    assert page.count(said("First available")) == 1


def test_the_services_that_were_posted_are_what_is_shown(visitor: Visitor, there: Garage) -> None:
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", {**TIRES, "service": ["brakes"]})
    Service.objects.filter(dealership=there.dealership, code="brakes").update(active=False)
    page = visitor.get("book/elsewhere/").content.decode()
    assert said("None of our other garages does this work online.") in page


def test_photos_go_along_and_what_was_agreed_to_here_does_not(visitor: Visitor, there: Garage) -> None:
    visitor.to_check(consents=["email:offers"])
    holder = visitor.client.session["draft:boreal"]["name"]
    for number in range(2):
        Photo.objects.create(
            dealership=visitor.garage.dealership, holder=holder, file=f"{number}.jpg", width=1, height=1
        )
    assert visitor.post("book/elsewhere/", {"to": "riviere"}).status_code == 303
    assert set(Photo.objects.values_list("dealership__slug", flat=True)) == {"riviere"}
    assert draft_at(visitor, "riviere")["consents"] == []
    assert there
