"""The funnel from the first page to the appointment, by its forms, as a browser without JavaScript sends them."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.models import Appointment, Hold, HoldState, Source, Status
from lib import clock
from notifications.models import Message
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor, hidden, said
from tests.garage import Garage


@pytest.mark.parametrize("language", ["fr", "en"])
def test_five_posts_book_an_appointment_in_the_page_s_language(garage: Garage, language: str) -> None:
    visitor = Visitor(garage, language)
    start = visitor.starts()[3]
    steps = [
        ("book/", CIVIC, "book/services/"),
        ("book/services/", TIRES, "book/time/"),
        ("book/time/", {"start": start.starts_at.isoformat(), "transport": "drop_off"}, "book/contact/"),
        ("book/contact/", LUC, "book/check/"),
    ]
    for path, data, following in steps:
        page = visitor.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}-CA">' in page.content.decode()
        answer = visitor.post(path, data)
        assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url(following))
    answer = visitor.post("book/check/", visitor.confirmation())
    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("appointment/"))

    booked = Appointment.objects.get()
    assert (booked.starts_at, booked.ready_at) == (start.starts_at, start.ready_at)
    assert (booked.contact_name, booked.contact_phone) == ("Luc Tremblay", "+15145550123")
    assert (booked.language, booked.source, booked.status) == (language, Source.WEB, Status.BOOKED)
    assert [line.service.code for line in booked.lines.select_related("service")] == ["tire_swap"]
    assert {message.language for message in Message.objects.all()} == {language}
    page = visitor.get("appointment/").content.decode()
    assert said("It’s booked", language) in page
    assert clock.say_date(clock.local(start.starts_at, booked.zone), language) in page


def test_the_check_page_shows_everything_with_a_way_back_to_each_piece(visitor: Visitor) -> None:
    start = visitor.to_check()
    page = visitor.get("book/check/").content.decode()
    zone = visitor.garage.dealership.zone
    shown = [
        "Honda Civic 2019", "Changement de pneus", "Sur jantes", "Luc Tremblay", "514 555-0123", "luc@example.com",
        said("I want my replaced parts back"), "89,95\u00a0$",
        said("Indicative price, plus tax. Any extra work needs your approval."),
        clock.say_date(clock.local(start.starts_at, zone), "fr"),
        clock.say_time(clock.local(start.starts_at, zone), "fr"),
        clock.say_time(clock.local(start.ready_at, zone), "fr"),
    ]  # fmt: skip
    assert [text for text in shown if text not in page] == []
    for step in ("book/", "book/services/", "book/time/", "book/contact/"):
        assert f'class="check-edit" href="{visitor.url(step)}"' in page


def test_the_note_and_the_wish_for_the_old_parts_reach_the_shop(visitor: Visitor) -> None:
    booked = visitor.book(note="Un bruit à gauche", keep_parts="on")
    assert booked.note == f"{said('I want my replaced parts back.')}\nUn bruit à gauche"


def test_a_guest_fills_in_no_more_than_eight_things(visitor: Visitor) -> None:
    """Make, model, service, two questions, a time, a name, one way to be reached."""
    visitor.post("book/", {"make": "Honda", "model": "Civic"})
    visitor.post("book/services/", TIRES)
    visitor.post("book/time/", {"start": visitor.starts()[0].starts_at.isoformat(), "transport": "drop_off"})
    visitor.post("book/contact/", {"name": "Luc", "phone": "514 555-0123"})
    assert visitor.post("book/check/", visitor.confirmation()).headers["Location"] == visitor.url(
        "appointment/"
    )


def test_the_home_page_s_tile_preselects_its_service(visitor: Visitor) -> None:
    assert f'href="{visitor.url("book/")}?service=oil_change"' in visitor.get().content.decode()
    page = visitor.get("book/", service="oil_change").content.decode()
    assert hidden(page, "service") == "oil_change"
    # Nothing is asked about an oil change, so the next question is when.
    answer = visitor.post("book/", {**CIVIC, "service": "oil_change"})
    assert answer.headers["Location"] == visitor.url("book/time/")


def test_an_unknown_service_in_the_address_is_forgotten(visitor: Visitor) -> None:
    assert 'name="service"' not in visitor.get("book/", service="<script>").content.decode()
    answer = visitor.post("book/", {**CIVIC, "service": "\x00nothing"})
    assert answer.headers["Location"] == visitor.url("book/services/")


def test_looking_writes_nothing_into_the_session(visitor: Visitor) -> None:
    for path in ("", "book/", "find/", "privacy/"):
        visitor.get(path, service="oil_change")
    assert set(visitor.client.cookies) <= {"csrftoken"}


def test_going_back_and_changing_the_language_lose_nothing(visitor: Visitor) -> None:
    visitor.to_check()
    english = Visitor(visitor.garage, "en", visitor.client)
    assert 'value="Civic"' in english.get("book/").content.decode()
    assert 'value="Luc Tremblay"' in english.get("book/contact/").content.decode()
    assert "Tire change" in english.get("book/check/").content.decode()


def test_changing_one_piece_comes_back_to_the_check_page(visitor: Visitor) -> None:
    visitor.to_check()
    answer = visitor.post("book/", {"make": "Mazda", "model": "3"})
    assert answer.headers["Location"] == visitor.url("book/check/")
    assert "Mazda 3" in visitor.get("book/check/").content.decode()


def test_other_work_needs_another_time_and_gives_the_held_one_back(visitor: Visitor) -> None:
    visitor.to_check()
    answer = visitor.post("book/services/", {"service": ["oil_change"]})
    assert answer.headers["Location"] == visitor.url("book/time/")
    assert Hold.objects.get().state == HoldState.RELEASED


def test_the_same_work_sent_again_keeps_the_time(visitor: Visitor) -> None:
    visitor.to_check()
    assert visitor.post("book/services/", TIRES).headers["Location"] == visitor.url("book/check/")
    assert Hold.objects.get().state == HoldState.HELD


@pytest.mark.parametrize(
    ("path", "first"),
    [("services", "book/"), ("time", "book/"), ("contact", "book/"), ("check", "book/")],
)
def test_a_step_opened_too_early_leads_to_the_first_that_is_missing(
    visitor: Visitor, path: str, first: str
) -> None:
    for answer in (visitor.get(f"book/{path}/"), visitor.post(f"book/{path}/", {"start": "x", "name": "x"})):
        assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url(first))
    assert Appointment.objects.count() == 0


def test_after_the_services_the_time_is_the_next_missing_step(visitor: Visitor) -> None:
    visitor.to_time()
    assert visitor.get("book/check/").headers["Location"] == visitor.url("book/time/")


def test_every_form_is_refused_without_its_csrf_token(garage: Garage) -> None:
    visitor = Visitor(garage, client=Client(enforce_csrf_checks=True))
    for path in (
        "book/",
        "book/services/",
        "book/time/",
        "book/contact/",
        "book/check/",
        "book/hold/",
        "find/",
    ):
        assert visitor.post(path, {**CIVIC, **TIRES}).status_code == 403


def test_with_its_csrf_token_a_form_is_taken(garage: Garage) -> None:
    visitor = Visitor(garage, client=Client(enforce_csrf_checks=True))
    token = hidden(visitor.get("book/").content.decode(), "csrfmiddlewaretoken")
    assert visitor.post("book/", {**CIVIC, "csrfmiddlewaretoken": token}).status_code == 303


def test_once_booked_the_draft_is_gone_and_the_next_booking_starts_empty(visitor: Visitor) -> None:
    visitor.book()
    assert visitor.get("book/check/").headers["Location"] == visitor.url("book/")
    assert 'value="Civic"' not in visitor.get("book/").content.decode()
