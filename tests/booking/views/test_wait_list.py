"""The wait-list's pages: joining, the links, the entry's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest

from booking.models import (
    Appointment,
    CapacityPool,
    EntryState,
    OfferState,
    PoolKind,
    WaitListEntry,
    WaitListOffer,
)
from booking.waiting import Wishes, days_to_come
from dealerships.calendar import load_calendar
from dealerships.models import Closure, SpecialHours
from lib import clock
from tests.booking.storm import assert_sound
from tests.booking.views.conftest import LUC, Visitor, said
from tests.booking.views.offered import book_ahead, offer_to, open_offer, today
from tests.booking.views.test_appointment import strip_csrf
from tests.booking.waiters import offer_token, wait_list_token
from tests.garage import Garage


@pytest.fixture
def booked(visitor: Visitor) -> Appointment:
    return book_ahead(visitor)


@pytest.fixture
def unbound(garage: Garage) -> WaitListOffer:
    return offer_to(garage)


def wishes(garage: Garage, **more) -> dict[str, str]:
    first = today(garage) + timedelta(days=1)
    last = today(garage) + timedelta(days=8)
    return {"first_day": first.isoformat(), "last_day": last.isoformat(), **more}


def test_one_tap_on_the_appointment_s_page_joins_for_every_day_before_it(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    assert said("Move me forward") in visitor.get("appointment/").content.decode()

    answer = visitor.post("appointment/wait-list/")

    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("wait-list/"))
    entry = WaitListEntry.objects.get()
    assert (entry.appointment, entry.weekdays, entry.parts) == (booked, [], [])
    now = clock.now()
    calendar = load_calendar(garage.dealership, today(garage), booked.local_date)
    days = days_to_come(calendar, today(garage), booked.local_date - timedelta(days=1), now=now)
    assert (entry.first_day, entry.last_day) == (days[0], days[-1])
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


def offered_days(page: str) -> set[int]:
    return {int(day) for day in re.findall(r'name="weekdays" value="(\d)"', page)}


def closed(garage: Garage, *days: date) -> None:
    Closure.objects.bulk_create(
        Closure(
            dealership=garage.dealership, first_day=day, last_day=day, reason_fr="Férié", reason_en="Holiday"
        )
        for day in days
    )


def test_only_weekdays_on_which_the_shop_opens_before_the_visit_are_offered_and_taken(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    assert offered_days(visitor.get("appointment/wait-list/").content.decode()) == {0, 1, 2, 3, 4, 5}
    days = [today(garage) + timedelta(days=number) for number in range(16)]
    closed(garage, *(day for day in days if day.weekday() == 2))
    page = visitor.get("appointment/wait-list/").content.decode()
    assert offered_days(page) == {0, 1, 3, 4, 5}

    refused = visitor.post("appointment/wait-list/", wishes(garage, weekdays=["2", "3"]))
    assert refused.status_code == 422
    assert said("We are closed on one of those days. Choose among these.") in refused.content.decode()
    assert not WaitListEntry.objects.exists()
    assert visitor.post("appointment/wait-list/", wishes(garage, weekdays=["3"])).status_code == 303


def test_a_sunday_with_hours_of_its_own_is_offered(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    days = [today(garage) + timedelta(days=number) for number in range(1, 14)]
    sunday = next(day for day in days if day.weekday() == 6)
    SpecialHours.objects.create(dealership=garage.dealership, day=sunday, opens=time(9), closes=time(12))
    assert 6 in offered_days(visitor.get("appointment/wait-list/").content.decode())
    assert visitor.post("appointment/wait-list/", wishes(garage, weekdays=["6"])).status_code == 303


def test_a_range_of_closed_days_typed_by_hand_is_answered_with_a_sentence(
    visitor: Visitor, garage: Garage, booked: Appointment
) -> None:
    days = [today(garage) + timedelta(days=number) for number in (1, 2, 3, 4)]
    closed(garage, *days)
    range_ = {"first_day": days[0].isoformat(), "last_day": days[-1].isoformat()}
    refused = visitor.post("appointment/wait-list/", range_)
    assert refused.status_code == 422
    assert said("We are closed on those days. Choose others.") in refused.content.decode()
    tomorrow = str(days[0].weekday())
    if days[0].weekday() != 6:
        longer = {**range_, "last_day": (days[0] + timedelta(days=6)).isoformat(), "weekdays": [tomorrow]}
        sentence = "Between these dates, we are closed on every day that you ticked. Tick others, or none."
        assert said(sentence) in visitor.post("appointment/wait-list/", longer).content.decode()
    assert not WaitListEntry.objects.exists()


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


def test_when_the_shop_is_closed_until_the_visit_there_is_nothing_to_wait_for(
    visitor: Visitor, booked: Appointment
) -> None:
    assert said("Move me forward") in visitor.get("appointment/").content.decode()
    Closure.objects.create(
        dealership=visitor.garage.dealership, first_day=today(visitor.garage),
        last_day=booked.local_date - timedelta(days=1), reason_fr="Vacances", reason_en="Holidays",
    )  # fmt: skip
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
