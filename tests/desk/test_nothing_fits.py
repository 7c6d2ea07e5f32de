"""A caller for whom nothing fits: the wait-list or a promised call, with what the booking page has so far."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking.actions.offers import accept_offer
from booking.models import Appointment, CallRequest, UnmetDemand, UnmetSource, WaitListEntry
from customers.models import ConsentEvent, Customer
from dealerships.models import OpeningHours, Role
from lib import clock
from notifications.models import Message
from tests.booking.waiters import close, open_again, serve
from tests.desk.conftest import Workshop
from tests.desk.test_book import URL

LIST = "/desk/boreal/capacity/wait-list/"
CALLS = "/desk/boreal/calls/"


@pytest.fixture
def typed(workshop: Workshop):
    """What an advisor has typed when nothing fits: no start is chosen."""
    return {
        "key": "k1", "source": "phone", "name": "Luc Tremblay", "phone": "514 555-0123", "email": "luc@example.com",
        "language": "en", "vehicle": "new", "make": "Honda", "model": "Civic", "services": ["tire_swap"],
        "answer-rims": "on", "answer-tires": "own", "transport": "shuttle", "advisor": "", "note": "Clé dans la boîte",
        "first_day": workshop.day.isoformat(), "last_day": (workshop.day + timedelta(days=7)).isoformat(),
        "weekdays": [str(workshop.day.weekday())], "parts": ["am"], "wish": "Avant un voyage",
    }  # fmt: skip


@pytest.fixture
def full(workshop: Workshop) -> None:
    close(workshop.garage)


def known(workshop: Workshop):
    booked = workshop.book(10)
    return booked.customer, booked.vehicle


def wait(advisor, typed, **other):
    return advisor.post(URL, {**typed, "wait": "1", **other})


def call(advisor, typed, **other):
    return advisor.post(URL, {**typed, "call": "1", **other})


def test_the_page_offers_both_with_the_bounds_that_customers_have(advisor, workshop):
    page = advisor.get(URL)
    shown = page.content.decode()
    assert 'name="wait"' in shown
    assert 'name="call"' in shown
    first, last = (page.context["wishes"].initial[name] for name in ("first_day", "last_day"))
    assert (last - first).days == 14
    assert page.context["promise"] in shown


@pytest.mark.usefixtures("full")
def test_a_caller_waits_with_everything_that_was_typed_and_is_told(advisor, workshop, typed):
    answer = wait(advisor, typed)
    assert answer.url == LIST
    entry = WaitListEntry.objects.get()
    reach = (entry.contact_name, entry.contact_phone, entry.contact_email, entry.language)
    assert reach == ("Luc Tremblay", "+15145550123", "luc@example.com", "en")
    assert (entry.vehicle_title, entry.note) == ("Honda Civic", "Clé dans la boîte")
    assert (entry.first_day, entry.weekdays, entry.parts) == (workshop.day, [workshop.day.weekday()], ["am"])
    work = {name: entry.basket[name] for name in ("services", "transport", "answers")}
    assert work == {
        "services": ["tire_swap"], "transport": "shuttle", "answers": {"rims": "on", "tires": "own"},
    }  # fmt: skip
    told = Message.objects.filter(about=entry.about, kind="wait_list_joined", language="en")
    assert sorted(told.values_list("channel", flat=True)) == ["email", "sms"]
    assert "Luc Tremblay" in advisor.get(answer.url).content.decode()
    assert not Appointment.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_a_caller_who_is_known_waits_by_their_record_and_takes_the_place_with_it(advisor, workshop, typed):
    customer, vehicle = known(workshop)
    close(workshop.garage)
    wait(advisor, typed, customer=customer.pk, vehicle=vehicle.pk, transport="drop_off")
    entry = WaitListEntry.objects.get()
    assert (entry.customer, entry.vehicle) == (customer, vehicle)
    assert Message.objects.filter(about=entry.about, customer=customer).count() == 2

    next_week = workshop.day + timedelta(days=7)
    open_again(workshop.garage, workshop.garage.at(9, day=next_week))
    zone = workshop.garage.dealership.zone
    serve(workshop.garage, now=clock.at_local(clock.local(clock.now(), zone).date(), time(12), zone))
    booked = accept_offer(offer=entry.offers.get())
    assert (booked.customer, booked.vehicle, booked.note) == (customer, vehicle, "Clé dans la boîte")
    assert Customer.objects.count() == 1


@pytest.mark.usefixtures("full")
def test_pressing_twice_makes_one_entry_and_one_message_a_channel(advisor, typed):
    assert wait(advisor, typed).url == wait(advisor, typed).url
    assert WaitListEntry.objects.count() == 1
    assert Message.objects.filter(kind="wait_list_joined").count() == 2


@pytest.mark.usefixtures("full")
def test_what_this_call_looked_for_in_vain_counts_once_as_waiting(advisor, typed):
    advisor.post(URL, typed)
    assert UnmetDemand.objects.get().source == UnmetSource.STAFF
    wait(advisor, typed)
    assert UnmetDemand.objects.get().source == UnmetSource.WAIT_LIST


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"name": ""}, "id_name"),
        ({"phone": "555"}, "id_phone"),
        ({"phone": "", "email": ""}, "id_phone"),
        ({"make": "", "model": ""}, "id_make"),
        ({"last_day": ""}, "id_last_day"),
        ({"first_day": "rubbish"}, "id_first_day"),
        ({"last_day": "2020-01-01"}, "id_last_day"),
        ({"last_day": "2090-01-01"}, "id_last_day"),
        ({"weekdays": ["9"]}, "id_weekdays_0"),
        ({"parts": ["night"]}, "id_parts_0"),
        ({"services": []}, "work"),
        ({"answer-rims": ""}, "work"),
        ({"note": "x" * 2001}, "id_note"),
    ],
)
def test_what_keeps_a_caller_off_the_list_is_said_at_its_field_and_nothing_is_lost(
    advisor, typed, wrong, marked
):
    answer = wait(advisor, typed, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [one["target"] for one in answer.context["mistakes"]] == [marked]
    assert f'href="#{marked}"' in page
    assert f'id="{marked}"' in page
    kept = {"name": "Luc Tremblay", "phone": "514 555-0123", "email": "luc@example.com", "make": "Honda",
            "last_day": typed["last_day"], "key": "k1"}  # fmt: skip
    for name, value in kept.items():
        assert name in wrong or f'value="{value}"' in page, name
    assert "Avant un voyage" in page
    assert ' name="nothing-fits" open>' in page
    assert not WaitListEntry.objects.exists()
    assert not Message.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(advisor, typed):
    answer = wait(advisor, typed, name="", services=[], last_day="")
    assert [one["target"] for one in answer.context["mistakes"]] == ["id_name", "id_last_day", "work"]


def test_a_caller_is_promised_a_call_with_everything_that_was_typed(advisor, typed):
    answer = call(advisor, typed)
    assert answer.url == CALLS
    asked = CallRequest.objects.get()
    assert (asked.name, asked.phone, asked.language) == ("Luc Tremblay", "+15145550123", "en")
    assert (asked.services, asked.vehicle) == (["tire_swap"], "Honda Civic")
    assert asked.wish.split(" · ")[0] == "Avant un voyage"
    assert asked.wish.split(" · ")[-2:] == ["Navette", "luc@example.com"]
    page = advisor.get(answer.url)
    [shown] = page.context["waiting"]
    assert (shown.name, shown.services) == ("Luc Tremblay", ["Changement de pneus"])
    assert shown.by
    assert not Message.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_a_call_needs_a_name_and_a_number_and_nothing_else(advisor):
    answer = advisor.post(URL, {"name": "Luc", "phone": "514 555-0123", "vehicle": "new", "call": "1"})
    assert answer.url == CALLS
    asked = CallRequest.objects.get()
    assert (asked.vehicle, asked.wish, asked.services, asked.language) == ("", "", [], "fr")


def test_a_vehicle_that_is_half_known_goes_along_as_it_was_said(advisor, typed):
    call(advisor, typed, model="", vin="123", year="19")
    assert CallRequest.objects.get().vehicle == "Honda 19"


def test_the_vehicle_on_the_record_is_named(advisor, workshop, typed):
    customer, vehicle = known(workshop)
    call(advisor, typed, customer=customer.pk, vehicle=vehicle.pk, make="", model="")
    assert CallRequest.objects.get().vehicle == vehicle.title


def test_long_words_of_the_caller_leave_out_what_does_not_fit(advisor, typed):
    call(advisor, typed, wish="x" * 298)
    assert CallRequest.objects.get().wish == "x" * 298


def test_pressing_twice_promises_one_call(advisor, typed):
    call(advisor, typed)
    first = CallRequest.objects.get()
    call(advisor, typed)
    assert CallRequest.objects.values("promised_by", "wish").get() == {
        "promised_by": first.promised_by, "wish": first.wish,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "marked"),
    [
        ({"name": ""}, ["id_name"]),
        ({"phone": ""}, ["id_phone"]),
        ({"phone": "", "email": ""}, ["id_phone"]),
        ({"name": "", "phone": ""}, ["id_name", "id_phone"]),
        ({"phone": "555"}, ["id_phone"]),
        ({"email": "luc@"}, ["id_email"]),
        ({"wish": "x" * 301}, ["id_wish"]),
    ],
)
def test_what_keeps_a_call_from_being_promised_is_said_at_its_field(advisor, typed, wrong, marked):
    answer = call(advisor, typed, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [one["target"] for one in answer.context["mistakes"]] == marked
    assert ("wish" in wrong) or "Avant un voyage" in page
    assert 'value="Honda"' in page
    assert not CallRequest.objects.exists()


def test_where_nobody_will_be_no_call_is_promised(advisor, workshop, typed):
    OpeningHours.objects.filter(dealership=workshop.garage.dealership).delete()
    page = advisor.get(URL)
    assert page.context["promise"] == ""
    assert 'name="call"' not in page.content.decode()
    answer = call(advisor, typed)
    assert answer.status_code == 422
    assert str(answer.context["way_problem"]) in answer.content.decode()
    assert "514 555-0123" in answer.content.decode()


def test_a_look_at_the_times_keeps_the_wishes_and_calls_nothing_wrong(advisor, typed):
    page = advisor.post(URL, {**typed, "last_day": "", "look": "1"}).content.decode()
    assert f'value="{typed["first_day"]}"' in page
    assert "Avant un voyage" in page
    assert 'value="am" id="id_parts_0" checked' in page
    assert "error-summary" not in page


def test_delivery_helps_a_caller_too_and_lands_where_they_may_be(sign_in, typed):
    delivery = sign_in(Role.DELIVERY)
    for deed in (wait, call):
        answer = deed(delivery, typed)
        assert answer.url == "/desk/boreal/day/"
        assert delivery.get(answer.url, follow=True).status_code == 200
    assert (WaitListEntry.objects.count(), CallRequest.objects.count()) == (1, 1)


@pytest.mark.parametrize("deed", [wait, call])
def test_who_may_not_book_helps_nobody(sign_in, typed, deed):
    assert deed(sign_in(Role.PARTS), typed).status_code == 403
    assert not WaitListEntry.objects.exists()
    assert not CallRequest.objects.exists()


def test_the_times_that_htmx_asks_for_come_without_the_rest(advisor, typed):
    answer = advisor.post(URL, typed, headers={"HX-Request": "true", "HX-Target": "plan"})
    assert 'name="wait"' not in answer.content.decode()


def test_a_button_sent_in_the_address_does_nothing(advisor, typed):
    assert advisor.get(URL, {**typed, "wait": "1", "call": "1"}).status_code == 200
    assert not WaitListEntry.objects.exists()
    assert not CallRequest.objects.exists()
