"""The wait-list's pages: joining, the links, the entry's page, answering an offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from booking.actions.expiry import release_expired_holds
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
from booking.waiting import Wishes
from lib import clock
from tests.booking.storm import assert_sound
from tests.booking.views.conftest import LUC, Visitor, said
from tests.booking.views.test_appointment import strip_csrf
from tests.booking.waiters import expire, offer_of, offer_token, wait, wait_list_token, wait_with
from tests.garage import Garage, make_garage


def noon(garage: Garage) -> datetime:
    """Today at noon, whatever the time is: offers are made by day only."""
    today = clock.local(clock.now(), garage.dealership.zone).date()
    return clock.at_local(today, time(12), garage.dealership.zone)


def today(garage: Garage):
    return noon(garage).date()


@pytest.fixture
def booked(garage: Garage, visitor: Visitor) -> Appointment:
    """Two weeks ahead, in this visitor's browser."""
    starts = visitor.starts(today(garage) + timedelta(days=14))
    return visitor.book(starts[4])


def wishes(garage: Garage, **more) -> dict[str, str]:
    first = today(garage) + timedelta(days=1)
    last = today(garage) + timedelta(days=8)
    return {"first_day": first.isoformat(), "last_day": last.isoformat(), **more}


def an_offer(garage: Garage, entry: WaitListEntry) -> WaitListOffer:
    offer = offer_of(entry)
    assert offer is not None
    return offer


@pytest.fixture
def bound(garage: Garage, booked: Appointment) -> WaitListOffer:
    """A place that is kept for the booked customer, in a later week than today."""
    first = today(garage) + timedelta(days=2)
    entry = wait_with(booked, first=first, last=first + timedelta(days=6), now=noon(garage))
    return an_offer(garage, entry)


@pytest.fixture
def unbound(garage: Garage) -> WaitListOffer:
    first = today(garage) + timedelta(days=2)
    return an_offer(garage, wait(garage, first=first, last=first + timedelta(days=6), now=noon(garage)))


def open_offer(client: Client, offer: WaitListOffer) -> HttpResponse:
    return client.get(f"/o/{offer_token(offer)}")


def test_one_tap_on_the_appointment_s_page_joins_for_every_day_before_it(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    assert said("Move me forward") in visitor.get("appointment/").content.decode()

    answer = visitor.post("appointment/wait-list/")

    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("wait-list/"))
    entry = WaitListEntry.objects.get()
    assert (entry.appointment, entry.weekdays, entry.parts) == (booked, [], [])
    assert (entry.first_day, entry.last_day) == (today(garage), booked.local_date - timedelta(days=1))
    assert said("You are on the wait-list") in visitor.get("wait-list/").content.decode()
    page = visitor.get("appointment/").content.decode()
    assert said("Move me forward") not in page
    assert said("See or leave the list") in page


def test_a_second_tap_finds_the_same_entry(visitor: Visitor, booked: Appointment) -> None:
    for _tap in range(2):
        assert visitor.post("appointment/wait-list/").headers["Location"] == visitor.url("wait-list/")
    assert visitor.get("appointment/wait-list/").headers["Location"] == visitor.url("wait-list/")
    assert WaitListEntry.objects.count() == 1


def test_the_days_may_be_chosen_and_a_refused_form_keeps_them(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    assert visitor.get("appointment/wait-list/").status_code == 200
    late = wishes(garage, last_day=(booked.local_date + timedelta(days=1)).isoformat(), parts="am")
    refused = visitor.post("appointment/wait-list/", late)
    assert refused.status_code == 422
    assert said("Choose a last day before your appointment.") in refused.content.decode()
    assert f'value="{late["last_day"]}"' in refused.content.decode()

    assert visitor.post("appointment/wait-list/", wishes(garage, weekdays=["1", "2"])).status_code == 303
    assert WaitListEntry.objects.get().weekdays == [1, 2]


@pytest.mark.parametrize(
    "bad",
    [
        {"first_day": ""},
        {"last_day": "demain"},
        {"weekdays": ["9"]},
        {"weekdays": ["x"]},
        {"parts": ["night"]},
    ],
)
def test_nonsense_in_the_form_is_refused_with_a_sentence(
    visitor: Visitor, garage: Garage, booked: Appointment, bad: dict
) -> None:
    answer = visitor.post("appointment/wait-list/", wishes(garage, **bad))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not WaitListEntry.objects.exists()


def test_without_a_day_before_the_visit_there_is_nothing_to_wait_for(
    visitor: Visitor, booked: Appointment
) -> None:
    Appointment.objects.update(local_date=today(visitor.garage), starts_at=clock.now() + timedelta(hours=1))
    assert said("Move me forward") not in visitor.get("appointment/").content.decode()
    assert visitor.post("appointment/wait-list/").headers["Location"] == visitor.url("appointment/")
    assert not WaitListEntry.objects.exists()


def test_the_time_page_always_leads_to_the_list_and_more_plainly_when_nothing_is_open(
    visitor: Visitor, garage: Garage
) -> None:
    visitor.to_time()
    link = f'href="{visitor.url("book/wait-list/")}"'
    assert visitor.get("book/time/").content.decode().count(link) == 1
    CapacityPool.objects.filter(kind=PoolKind.SHOP_DAY).update(closed=True)
    empty = visitor.get("book/time/").content.decode()
    assert empty.count(link) == 2
    assert said("Join the wait-list") in empty


def test_somebody_without_an_appointment_joins_with_what_was_filled_in_before(
    visitor: Visitor, garage: Garage
) -> None:
    visitor.to_time()
    assert visitor.get("book/wait-list/").status_code == 200

    answer = visitor.post("book/wait-list/", {**LUC, **wishes(garage, parts=["am"])})

    assert answer.headers["Location"] == visitor.url("wait-list/")
    entry = WaitListEntry.objects.get()
    assert (entry.appointment, entry.contact_phone, entry.parts) == (None, "+15145550123", ["am"])
    assert (entry.basket["services"], entry.vehicle_title) == (["tire_swap"], "Honda Civic 2019")
    page = visitor.get("wait-list/").content.decode()
    for fact in ("Honda Civic 2019", "Changement de pneus", said("You are on the wait-list")):
        assert fact in page
    assert not Appointment.objects.exists()


def test_who_cannot_be_reached_cannot_wait(visitor: Visitor, garage: Garage) -> None:
    visitor.to_time()
    answer = visitor.post("book/wait-list/", {"name": "Luc", **wishes(garage)})
    assert answer.status_code == 422
    assert (
        said("Enter a mobile number or an e-mail address, so that we can confirm.") in answer.content.decode()
    )
    assert 'value="Luc"' in answer.content.decode()


def test_without_vehicle_and_work_the_list_asks_for_them_first(visitor: Visitor) -> None:
    assert visitor.get("book/wait-list/").headers["Location"] == visitor.url("book/")


def test_whoever_books_after_all_waits_no_more(visitor: Visitor, garage: Garage) -> None:
    visitor.to_time()
    visitor.post("book/wait-list/", {**LUC, **wishes(garage)})
    visitor.book()
    assert WaitListEntry.objects.get().state == EntryState.SERVED
    assert not WaitListOffer.objects.filter(state=OfferState.OPEN).exists()
    assert_sound()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_entry_s_link_opens_it_in_its_language_and_only_there(
    garage: Garage, another: Callable[..., Visitor], unbound: WaitListOffer, language: str
) -> None:
    WaitListEntry.objects.update(language=language)
    phone = another(language=language)
    answer = phone.client.get(f"/l/{wait_list_token(unbound.entry)}")
    assert (answer.status_code, answer.headers["Location"]) == (303, phone.url("wait-list/"))
    assert said("You are on the wait-list", language) in phone.get("wait-list/").content.decode()
    assert another().get("wait-list/").headers["Location"] == another().url()


def test_links_and_pages_stay_out_of_caches_referrers_and_search_engines(
    another: Callable[..., Visitor], unbound: WaitListOffer
) -> None:
    phone = another()
    links = [open_offer(phone.client, unbound), phone.client.get(f"/l/{wait_list_token(unbound.entry)}")]
    pages = [phone.get("offer/"), phone.get("wait-list/")]
    for answer in (*links, *pages):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert {link.headers["Referrer-Policy"] for link in links} == {"no-referrer"}
    assert {page.headers["Referrer-Policy"] for page in pages} == {"same-origin"}
    assert [page.status_code for page in pages] == [200, 200]


def test_links_that_open_nothing_are_the_same_404_as_any_other(
    another: Callable[..., Visitor], unbound: WaitListOffer
) -> None:
    stranger, token = another(), offer_token(unbound)
    paths = ["/m/" + "A" * 22, "/o/" + "A" * 22, "/l/" + "A" * 22, "/o/x", "/l/%00", f"/l/{token}", f"/m/{token}",
             f"/o/{wait_list_token(unbound.entry)}", f"/o/{token}A"]  # fmt: skip
    long_ago = clock.now() - timedelta(days=8)
    answers = [stranger.client.get(path) for path in paths]
    WaitListOffer.objects.update(starts_at=long_ago)
    answers.append(stranger.client.get(f"/o/{token}"))
    pages = {strip_csrf(answer).replace("/o/", "/m/").replace("/l/", "/m/") for answer in answers}
    assert {answer.status_code for answer in answers} == {404}
    assert len({page.split("<main")[1].split("</main>")[0] for page in pages}) == 1


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


def test_the_page_of_the_entry_shows_its_open_offer(
    another: Callable[..., Visitor], unbound: WaitListOffer
) -> None:
    phone = another()
    phone.client.get(f"/l/{wait_list_token(unbound.entry)}")
    page = phone.get("wait-list/").content.decode()
    assert f'href="{phone.url("offer/")}"' in page
    assert said("Yes, book it") in phone.get("offer/").content.decode()


def test_other_wishes_are_saved_and_bad_ones_refused(
    another: Callable[..., Visitor], garage: Garage, unbound: WaitListOffer
) -> None:
    phone = another()
    phone.client.get(f"/l/{wait_list_token(unbound.entry)}")
    bad = wishes(garage, last_day=(today(garage) - timedelta(days=1)).isoformat())
    assert phone.post("wait-list/", bad).status_code == 422
    assert phone.post("wait-list/", wishes(garage, parts=["pm"])).status_code == 303
    entry = WaitListEntry.objects.get()
    assert Wishes(entry.first_day, entry.last_day, (), tuple(entry.parts)) == Wishes(
        today(garage) + timedelta(days=1), today(garage) + timedelta(days=8), (), ("pm",)
    )


def test_leaving_is_one_button_and_twice_is_harmless(
    another: Callable[..., Visitor], unbound: WaitListOffer
) -> None:
    phone = another()
    phone.client.get(f"/l/{wait_list_token(unbound.entry)}")
    for _tap in range(2):
        assert phone.post("wait-list/leave/").headers["Location"] == phone.url("wait-list/")
    page = phone.get("wait-list/").content.decode()
    assert said("You are no longer on the wait-list") in page
    assert WaitListEntry.objects.get().state == EntryState.LEFT
    assert_sound()


def test_what_people_type_is_not_markup(visitor: Visitor, garage: Garage) -> None:
    visitor.to_time(make="<b>Honda</b>", model="{{ 7|add:7 }}", year="2019")
    visitor.post("book/wait-list/", {**LUC, **wishes(garage)})
    page = visitor.get("wait-list/").content.decode()
    assert "<b>Honda</b>" not in page
    assert "{{ 7|add:7 }}" in page
