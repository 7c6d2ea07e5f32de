"""Booking again in one tap, and the next season's tire change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from booking.models import Appointment, Hold, Status
from booking.views import again as module
from booking.views.again import vehicle_of
from customers.models import Vehicle
from lib import clock
from tests.booking.views.conftest import CIVIC, LUC, Visitor, said


def test_one_tap_fills_everything_but_the_time(visitor: Visitor) -> None:
    booked = visitor.book()
    Appointment.objects.update(status=Status.COMPLETED)
    answer = visitor.post("appointment/again/")
    assert (answer.status_code, answer.headers["Location"]) == (303, visitor.url("book/time/"))
    assert not Hold.objects.filter(state="held").exists()
    assert visitor.get("book/time/").status_code == 200
    another = visitor.starts()[3]
    assert visitor.choose(another).headers["Location"] == visitor.url("book/check/")
    answer = visitor.post("book/check/", visitor.confirmation())
    assert answer.status_code == 303
    new = Appointment.objects.latest("pk")
    assert (new.vehicle_id, new.customer_id) == (booked.vehicle_id, booked.customer_id)
    assert (new.contact_phone, new.contact_email) == (booked.contact_phone, booked.contact_email)
    assert [line.answers for line in new.lines.all()] == [line.answers for line in booked.lines.all()]


def test_a_service_that_is_gone_is_left_out_and_asked_for(visitor: Visitor) -> None:
    visitor.book()
    visitor.garage.dealership.services.update(active=False)
    assert visitor.post("appointment/again/").headers["Location"] == visitor.url("book/services/")


def test_an_answer_that_is_no_longer_possible_is_asked_again(visitor: Visitor) -> None:
    visitor.book()
    tires = visitor.garage.dealership.services.get(code="tire_swap")
    tires.questions.get(code="rims").choices.filter(code="on").delete()
    assert visitor.post("appointment/again/").headers["Location"] == visitor.url("book/services/")


def test_pressing_it_twice_books_nothing(visitor: Visitor) -> None:
    visitor.book()
    for _press in range(2):
        visitor.post("appointment/again/")
    assert Appointment.objects.count() == 1


def test_without_the_right_it_leads_to_finding_the_appointment(visitor: Visitor) -> None:
    for path in ("again", "next-season", "late", "note"):
        assert visitor.post(f"appointment/{path}/").headers["Location"] == visitor.url("find/")
    assert visitor.get("appointment/next-season.ics").headers["Location"] == visitor.url("find/")
    for path in ("again", "next-season", "late", "note"):
        assert visitor.get(f"appointment/{path}/").status_code == 405


def test_what_can_t_be_booked_yet_says_from_when(visitor: Visitor) -> None:
    visitor.book()
    page = visitor.get("appointment/").content.decode()
    assert said("Remind me in my calendar") in page
    assert visitor.url("appointment/next-season.ics") in page
    assert visitor.post("appointment/next-season/").headers["Location"] == visitor.url("appointment/")
    assert (
        "draft:boreal" not in visitor.client.session or not visitor.client.session["draft:boreal"]["services"]
    )


def test_what_can_be_booked_goes_to_its_first_week(visitor: Visitor) -> None:
    visitor.book()
    visitor.garage.dealership.horizon_days = 400
    visitor.garage.dealership.save()
    page = visitor.get("appointment/").content.decode()
    assert said("Choose the time") in page
    answer = visitor.post("appointment/next-season/")
    change = module.change_after(Appointment.objects.get())
    assert change is not None
    assert answer.headers["Location"] == f"{visitor.url('book/time/')}?from={change.first_day}"
    assert visitor.client.get(answer.headers["Location"]).status_code == 200
    assert visitor.client.session["draft:boreal"]["services"] == ["tire_swap"]


def test_the_next_change_takes_the_tires_only(visitor: Visitor) -> None:
    visitor.post("book/", CIVIC)
    both = {"service": ["tire_swap", "oil_change"], "tire_swap-rims": "on", "tire_swap-tires": "own"}
    visitor.post("book/services/", both)
    visitor.choose(visitor.starts()[0])
    visitor.post("book/contact/", LUC)
    visitor.post("book/check/", visitor.confirmation())
    visitor.garage.dealership.horizon_days = 400
    visitor.garage.dealership.save()
    visitor.post("appointment/next-season/")
    assert visitor.client.session["draft:boreal"]["services"] == ["tire_swap"]
    visitor.post("appointment/again/")
    assert visitor.client.session["draft:boreal"]["services"] == ["tire_swap", "oil_change"]


def test_the_record_s_own_plate_and_vin_are_not_told_to_who_never_gave_them(visitor: Visitor) -> None:
    visitor.book()
    Vehicle.objects.update(vin="2T3ZZZZZ6RW000001", plate="ABC123")
    filled = vehicle_of(Appointment.objects.select_related("vehicle").get())
    assert filled == {"make": "Honda", "model": "Civic", "year": "2019", "plate": "", "vin": ""}


@pytest.mark.parametrize(
    ("title", "plate", "filled"),
    [
        (
            "Honda Civic 2019",
            "A12BCD",
            {"make": "Honda", "model": "Civic", "year": "2019", "plate": "A12BCD"},
        ),
        ("2T3ZZZZZ6RW000001", "", {"vin": "2T3ZZZZZ6RW000001"}),
        ("ABC123", "", {"plate": "ABC123"}),
        ("Honda Accord 2020", "", {"make": "Honda", "model": "Accord", "year": "2020"}),
    ],
)
def test_the_vehicle_is_filled_in_as_it_was_named(title: str, plate: str, filled: dict[str, str]) -> None:
    vehicle = Vehicle(make="Honda", model="Civic", year=2019, vin="2T3ZZZZZ6RW000001", plate="ABC123")
    visit = Appointment(vehicle=vehicle, vehicle_title=title, vehicle_plate=plate)
    assert {name: value for name, value in vehicle_of(visit).items() if value} == filled


def test_somebody_else_s_browser_gets_nothing_filled_in(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    visitor.book()
    visitor.post("appointment/again/")
    stranger = another()
    assert stranger.get("book/time/").headers["Location"] == visitor.url("book/")


def test_a_visit_long_over_offers_the_times_of_today(visitor: Visitor) -> None:
    visitor.book()
    gone = clock.now() - timedelta(days=3)
    Appointment.objects.update(starts_at=gone, ready_at=gone + timedelta(hours=2), status=Status.COMPLETED)
    assert visitor.post("appointment/again/").headers["Location"] == visitor.url("book/time/")
