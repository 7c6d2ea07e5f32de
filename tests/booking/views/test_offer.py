"""Answering an offer of the wait-list: yes, no, too late, and by whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from booking.actions.expiry import release_expired_holds
from booking.models import (
    Appointment,
    OfferState,
    Source,
    WaitListOffer,
)
from lib import clock
from tests.booking.storm import assert_sound
from tests.booking.views.conftest import Visitor, said
from tests.booking.views.offered import book_ahead, offer_to, open_offer, today
from tests.booking.waiters import expire
from tests.garage import Garage, make_garage


@pytest.fixture
def booked(visitor: Visitor) -> Appointment:
    return book_ahead(visitor)


@pytest.fixture
def bound(garage: Garage, booked: Appointment) -> WaitListOffer:
    return offer_to(garage, booked)


@pytest.fixture
def unbound(garage: Garage) -> WaitListOffer:
    return offer_to(garage)


def test_looking_at_an_offer_changes_nothing(another: Callable[..., Visitor], bound: WaitListOffer) -> None:
    phone = another()
    open_offer(phone.client, bound)
    page = phone.get("offer/").content.decode()
    assert said("Yes, move it") in page
    assert "Honda Civic 2019" in page
    bound.refresh_from_db()
    assert bound.state == OfferState.OPEN
    assert Appointment.objects.get().version == 1


def test_an_offer_says_how_many_days_are_gained_and_what_it_replaces(
    another: Callable[..., Visitor], bound: WaitListOffer, booked: Appointment
) -> None:
    phone = another()
    open_offer(phone.client, bound)
    page = phone.get("offer/").content.decode()
    zone = booked.zone
    gained = (booked.local_date - clock.local(bound.starts_at, zone).date()).days
    assert str(gained) in page.split("<h1>")[1].split("</h1>")[0]
    assert clock.say_date(booked.local_date, "fr") in page
    assert clock.say_time(clock.local(bound.expires_at, zone), "fr") in page


def test_one_tap_moves_the_appointment_and_a_second_shows_it_again(
    another: Callable[..., Visitor], bound: WaitListOffer
) -> None:
    phone = another()
    open_offer(phone.client, bound)
    for _tap in range(2):
        answer = phone.post("offer/", {"answer": "accept"})
        assert (answer.status_code, answer.headers["Location"]) == (303, phone.url("appointment/"))
    moved = Appointment.objects.get()
    assert (moved.starts_at, moved.version) == (bound.starts_at, 2)
    assert phone.get("offer/").headers["Location"] == phone.url("appointment/")
    page = phone.get("appointment/").content.decode()
    assert said("Your appointment is earlier now. The new time is in your messages too.") in page
    assert_sound()


def test_one_tap_books_for_who_had_no_appointment(
    another: Callable[..., Visitor], unbound: WaitListOffer
) -> None:
    phone = another()
    open_offer(phone.client, unbound)
    phone.post("offer/", {"answer": "accept"})
    booked = Appointment.objects.get()
    assert (booked.source, booked.starts_at) == (Source.WAIT_LIST, unbound.starts_at)
    assert said("It’s booked") in phone.get("appointment/").content.decode()
    assert_sound()


def test_no_thank_you_shows_the_same_calm_page_twice(
    another: Callable[..., Visitor], bound: WaitListOffer
) -> None:
    phone = another()
    open_offer(phone.client, bound)
    for _tap in range(2):
        assert phone.post("offer/", {"answer": "decline"}).headers["Location"] == phone.url("offer/")
        assert said("The place goes to someone else") in phone.get("offer/").content.decode()
    bound.refresh_from_db()
    assert bound.state == OfferState.DECLINED
    assert_sound()


def test_an_offer_that_is_over_says_so_calmly_and_that_one_still_waits(
    another: Callable[..., Visitor], bound: WaitListOffer
) -> None:
    phone = another()
    open_offer(phone.client, bound)
    expire(bound)
    release_expired_holds()
    phone.post("offer/", {"answer": "accept"})
    answer = phone.get("offer/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said("This place is no longer kept") in page
    assert said("You are still on the wait-list: we write to you when the next place is free.") in page
    assert said("Yes, move it") not in page
    assert Appointment.objects.get().version == 1


def test_a_strange_answer_changes_nothing(another: Callable[..., Visitor], bound: WaitListOffer) -> None:
    phone = another()
    open_offer(phone.client, bound)
    assert phone.post("offer/", {"answer": "perhaps"}).status_code == 303
    bound.refresh_from_db()
    assert bound.state == OfferState.OPEN


def test_an_answer_from_another_site_is_refused(bound: WaitListOffer) -> None:
    client = Client(enforce_csrf_checks=True)
    open_offer(client, bound)
    assert client.post("/boreal/offer/", {"answer": "accept"}).status_code == 403
    assert Appointment.objects.get().version == 1


def test_the_right_to_answer_counts_at_one_dealership_only(
    another: Callable[..., Visitor], bound: WaitListOffer, garage: Garage
) -> None:
    make_garage(slug="riviere", today=today(garage))
    phone = another()
    open_offer(phone.client, bound)
    assert phone.client.post("/riviere/offer/", {"answer": "accept"}).headers["Location"] == "/riviere/"
    assert another().post("offer/", {"answer": "accept"}).headers["Location"] == another().url()
    assert Appointment.objects.get().version == 1
