"""What the funnel refuses: a sentence in the page's language, nothing written, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse

from booking.actions.holds import hold_start
from booking.models import Appointment, CapacityPool, Hold, HoldState, PoolKind
from customers.models import Customer
from lib import clock
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor, hidden, said
from tests.garage import Garage, make_garage

WEIRD = [
    "\x00",
    "\u202e\u2066x",
    "𝕷𝖚𝖈 👩‍👩‍👧 " + "e" + "\u0301" * 40,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "٣" * 9,
]


def fill_up(start_holder: Visitor, start: object) -> None:
    """Take every advisor's cell at this start."""
    CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, starts_at=start).update(closed=True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_vehicle_is_refused_with_a_sentence_at_the_field(garage: Garage, language: str) -> None:
    visitor = Visitor(garage, language)
    answer = visitor.post("book/", {"plate": "", "make": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said("Tell us the make and model, the plate or the VIN of your vehicle.", language) in page
    assert 'href="#id_make"' in page


def test_what_was_typed_is_kept_beside_the_sentence(visitor: Visitor) -> None:
    page = visitor.post("book/", {"make": "Honda", "model": "Civic", "year": "19"}).content.decode()
    assert said("Enter the year with four digits, such as 2019.") in page
    assert 'value="Honda"' in page


def test_a_vin_that_does_not_add_up_is_a_warning_and_its_misread_letters_are_shown(visitor: Visitor) -> None:
    assert visitor.post("book/", {"vin": "1m8gdm9a1kpo42788"}).status_code == 303
    page = visitor.get("book/services/").content.decode()
    vin = "1M8GDM9A1KP042788"
    assert (
        said(
            "The VIN %(vin)s does not add up; a character may be wrong. You can go on, we will check it with you."
        )
        % {"vin": vin}
        in page
    )
    assert said("A VIN has no letter I, O or Q: we read %(vin)s.") % {"vin": vin} in page


def test_a_vin_of_sixteen_characters_is_refused(visitor: Visitor) -> None:
    page = visitor.post("book/", {"vin": "1M8GDM9A1KP04278"})
    assert page.status_code == 422
    assert (
        said("A VIN has 17 letters and digits. Check it against the registration certificate.")
        in page.content.decode()
    )


def test_no_service_is_refused(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    answer = visitor.post("book/services/", {"service": ["nothing", "\x00"]})
    assert answer.status_code == 422
    assert said("Choose at least one service.") in answer.content.decode()


def test_without_javascript_the_questions_come_with_a_second_look(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    first = visitor.post("book/services/", {"service": ["tire_swap"]})
    page = first.content.decode()
    assert first.status_code == 200
    assert said("A few details, and we know how long it takes.") in page
    assert hidden(page, "asked") == "tire_swap"
    second = visitor.post("book/services/", {"service": ["tire_swap"], "asked": ["tire_swap"]})
    assert second.status_code == 422
    assert said("Please choose an answer.") in second.content.decode()


def test_an_answer_that_does_not_exist_is_no_answer(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    answer = visitor.post("book/services/", {**TIRES, "tire_swap-rims": "square"})
    assert answer.status_code == 200
    assert visitor.get("book/time/").headers["Location"] == visitor.url("book/services/")


@pytest.mark.parametrize(
    "start",
    [
        "",
        "yesterday",
        "2026-13-40T99:99",
        "2030-01-01T10:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00+14:00",
        *WEIRD,
    ],
)
def test_a_start_that_is_no_moment_is_refused(visitor: Visitor, start: str) -> None:
    visitor.to_time()
    answer = visitor.post("book/time/", {"start": start, "transport": "drop_off"})
    assert answer.status_code == 422
    assert said("Choose one of the times.") in answer.content.decode()
    assert Hold.objects.count() == 0


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (-timedelta(days=30), "That time is in the past. Please choose another one."),
        (timedelta(days=300), "That day is not open for booking yet."),
        (timedelta(minutes=7), "That time is not offered. Please choose one from the list."),
    ],
)
def test_a_tampered_start_is_refused_by_name(visitor: Visitor, shift: timedelta, sentence: str) -> None:
    visitor.to_time()
    answer = visitor.choose(visitor.starts()[0].starts_at + shift)
    assert answer.status_code == 422
    assert said(sentence) in answer.content.decode()
    assert Hold.objects.count() == 0


def test_another_dealership_s_start_is_refused(visitor: Visitor) -> None:
    """Vancouver opens at 7:30 there, which is 10:30 here; it closes when nobody checks in here any more."""
    today = clock.local(clock.now(), "America/Vancouver").date()
    west = Visitor(make_garage(slug="ouest", zone="America/Vancouver", today=today))
    visitor.to_time()
    late = west.starts()[-1]
    answer = visitor.choose(late)
    assert answer.status_code == 422
    assert said("That time is not offered. Please choose one from the list.") in answer.content.decode()


def test_a_transport_that_is_not_offered_is_refused(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    visitor.post("book/services/", {"service": ["brakes"]})
    for transport in ("wait", "helicopter", "\x00"):
        answer = visitor.choose(visitor.starts()[0], transport=transport)
        assert answer.status_code == 422
        assert (
            said("That way of bringing the vehicle is not offered for this work.") in answer.content.decode()
        )


@pytest.mark.parametrize("value", WEIRD)
def test_exotic_text_is_cleaned_or_refused_and_never_breaks_a_page(visitor: Visitor, value: str) -> None:
    assert visitor.post("book/", {"make": value, "model": value, "plate": value}).status_code in (303, 422)
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    answer = visitor.post("book/contact/", {"name": value, "email": value, "phone": value, "note": value})
    assert answer.status_code in (303, 422)
    assert "<script>alert" not in answer.content.decode()
    assert visitor.get("book/time/", day=value, transport=value).status_code == 200
    assert visitor.post("find/", {"reach": value, "reference": value}).status_code == 422


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_note_of_a_megabyte_is_refused_with_its_form_and_nothing_is_written(
    garage: Garage, language: str
) -> None:
    visitor = Visitor(garage, language)
    visitor.to_check()
    answer = visitor.post("book/check/", {**visitor.confirmation(), "note": "x" * 2**20})
    assert answer.status_code == 422
    page = answer.content.decode()
    sentence = said("Please keep this to {limit} characters; it has {length}.", language)
    assert sentence.format(limit=1000, length=2**20) in page
    assert LUC["email"] in page
    assert "x" * 2**20 in page
    assert not Appointment.objects.exists()


def test_a_note_that_is_too_long_says_so_and_the_rest_is_kept(visitor: Visitor) -> None:
    visitor.to_check()
    answer = visitor.post("book/check/", {**visitor.confirmation(), "note": "x" * 1500, "keep_parts": "on"})
    assert answer.status_code == 422
    assert "1500" in answer.content.decode()
    assert "checked" in answer.content.decode().split('name="keep_parts"')[1].split(">")[0]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_time_just_taken_brings_three_others_and_keeps_the_page(garage: Garage, language: str) -> None:
    visitor = Visitor(garage, language)
    visitor.to_time()
    start = visitor.starts()[5]
    fill_up(visitor, start.starts_at)
    answer = visitor.choose(start)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert said("Someone just took that time. Here are three close to it.", language) in page
    assert page.count('class="chip chip-link chip-time"') == 3
    assert Hold.objects.count() == 0


def lose_the_hold(visitor: Visitor) -> Hold:
    """Its ten minutes are over, and somebody else has every advisor at that moment."""
    hold = Hold.objects.get(state=HoldState.HELD)
    Hold.objects.filter(pk=hold.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    fill_up(visitor, hold.starts_at)
    return hold


def test_a_hold_lost_while_typing_keeps_the_form_and_offers_three_times(visitor: Visitor) -> None:
    visitor.to_time()
    visitor.choose(visitor.starts()[5])
    lose_the_hold(visitor)
    assert (
        said("This time is no longer held. Nothing you typed is lost.")
        in visitor.get("book/contact/").content.decode()
    )
    answer = visitor.post("book/contact/", LUC)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("chip-time") == 3
    assert 'value="Luc Tremblay"' in page
    # One of the three, and the rest is still there: the next page is the last one.
    other = visitor.starts()[2]
    assert visitor.choose(other).headers["Location"] == visitor.url("book/check/")


def test_a_hold_lost_at_the_last_step_is_answered_on_the_same_page(visitor: Visitor) -> None:
    visitor.to_check(visitor.starts()[5])
    asked = visitor.confirmation()
    lose_the_hold(visitor)
    answer = visitor.post("book/check/", {**asked, "note": "Un bruit à gauche"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("chip-time") == 3
    assert "Luc Tremblay" in page
    assert "Un bruit à gauche" in page
    assert "Un bruit à gauche" in visitor.get("book/check/").content.decode()
    assert (Appointment.objects.count(), Customer.objects.count()) == (0, 0)


def test_a_hold_that_ran_out_while_nobody_wanted_the_time_still_books_it(visitor: Visitor) -> None:
    start = visitor.to_check()
    Hold.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert visitor.post("book/check/", visitor.confirmation()).status_code == 303
    assert Appointment.objects.get().starts_at == start.starts_at


def test_a_hold_is_extended_once_by_its_button(visitor: Visitor) -> None:
    visitor.to_time()
    visitor.choose(visitor.starts()[0])
    assert 'action="/boreal/book/hold/?step=contact"' in visitor.get("book/contact/").content.decode()
    first = Hold.objects.get().expires_at
    answer = visitor.client.post(visitor.url("book/hold/?step=contact"))
    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("book/contact/"))
    assert Hold.objects.get().expires_at > first
    assert "book/hold/?step=contact" not in visitor.get("book/contact/").content.decode()


def test_a_lost_time_can_be_held_again_while_it_is_free(visitor: Visitor) -> None:
    visitor.to_check()
    Hold.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    visitor.client.post(visitor.url("book/hold/?step=check"))
    assert Hold.objects.filter(state=HoldState.HELD, expires_at__gt=clock.now()).count() == 1


def test_two_browsers_cannot_hold_the_last_place(visitor: Visitor, another: Callable[..., Visitor]) -> None:
    start = visitor.starts()[5]
    for number in range(len(visitor.garage.advisors)):
        hold_start(
            dealership=visitor.garage.dealership, basket=visitor.garage.basket(), start=start.starts_at,
            holder=f"other {number}",
        )  # fmt: skip
    second = another()
    second.to_time()
    assert second.choose(start).status_code == 409


def confirm_twice(visitor: Visitor) -> tuple[HttpResponse, HttpResponse]:
    asked = visitor.confirmation()
    return visitor.post("book/check/", asked), visitor.post("book/check/", asked)


def test_the_same_confirmation_sent_twice_books_once_and_answers_twice_the_same(visitor: Visitor) -> None:
    visitor.to_check()
    first, second = confirm_twice(visitor)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"] == visitor.url("appointment/")
    assert Appointment.objects.count() == 1


def test_a_replay_by_another_browser_books_nothing(visitor: Visitor, another: Callable[..., Visitor]) -> None:
    visitor.to_check()
    asked = visitor.confirmation()
    visitor.post("book/check/", asked)
    stranger = another()
    assert stranger.post("book/check/", asked).headers["Location"] == stranger.url("book/")
    assert stranger.get("appointment/").headers["Location"] == stranger.url("find/")


@pytest.mark.parametrize("broken", [{"key": ""}, {"key": "x"}, {"seen": ""}, {"key": "\x00" * 36}])
def test_a_half_sent_confirmation_is_shown_again(visitor: Visitor, broken: dict[str, str]) -> None:
    visitor.to_check()
    answer = visitor.post("book/check/", {**visitor.confirmation(), **broken})
    assert answer.status_code == 409
    assert (
        said("Something changed since this page was shown. Please check it once more, then confirm.")
        in answer.content.decode()
    )
    assert Appointment.objects.count() == 0


def test_what_changed_in_another_tab_is_never_booked_unseen(visitor: Visitor) -> None:
    visitor.to_check()
    asked = visitor.confirmation()
    visitor.post("book/", {"make": "Mazda", "model": "3"})
    assert visitor.post("book/check/", asked).status_code == 409
    assert Appointment.objects.count() == 0


def test_the_same_vehicle_twice_at_one_time_is_refused_with_a_way_on(visitor: Visitor) -> None:
    vin = {"vin": "1M8GDM9AXKP042788"}
    start = visitor.starts()[0]
    for expected in (303, 409):
        visitor.to_time(**vin)
        visitor.choose(start)
        visitor.post("book/contact/", LUC)
        answer = visitor.post("book/check/", visitor.confirmation())
        assert answer.status_code == expected
    page = answer.content.decode()
    assert said("This vehicle already has an appointment at that time.") in page
    assert said("Choose another time") in page


def test_an_unknown_dealership_is_a_404_on_every_page(visitor: Visitor) -> None:
    for path in ("", "book/", "book/time/", "find/", "privacy/", "brand.css"):
        assert visitor.client.get(f"/nowhere/{path}").status_code == 404


def test_what_only_posts_is_not_opened_by_a_link(visitor: Visitor) -> None:
    visitor.book()
    for path in ("book/hold/", "appointment/confirm/", "appointment/messages/"):
        assert visitor.get(path).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_while_somebody_holds_up_the_shop_the_page_comes_back_with_a_503_and_books_on_the_next_try(
    garage: Garage,
) -> None:
    visitor = Visitor(garage)
    start = visitor.to_check()
    Hold.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    asked = visitor.confirmation()
    settings = connection.get_connection_params()
    with psycopg.connect(
        **{name: settings[name] for name in ("dbname", "user", "host", "port") if name in settings}
    ) as other:
        other.execute("SELECT 1 FROM booking_capacitypool FOR UPDATE")
        answer = visitor.post("book/check/", asked)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    page = answer.content.decode()
    assert said("Many people are booking at this moment. Nothing is lost: please try again.") in page
    assert Appointment.objects.count() == 0
    again = {name: hidden(page, name) for name in ("key", "seen")}
    assert visitor.post("book/check/", again).status_code == 303
    assert Appointment.objects.get().starts_at == start.starts_at
