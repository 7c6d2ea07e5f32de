"""The account's first page: visits, vehicles, booking again; and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Source, Status
from customers.actions.accounts import prove_phone
from customers.models import VehicleDriver
from dealerships.models import User
from lib import clock, tokens
from tests.booking.views.conftest import Visitor, said


def copy_visit(status: str = Status.COMPLETED, *, days: int = 30) -> Appointment:
    """Another visit of the same customer, so many days ago."""
    visit = Appointment.objects.order_by("pk")[0]
    lines = list(visit.lines.all())
    starts = clock.now() - timedelta(days=days)
    visit.pk, visit.reference, visit.link_digest = None, tokens.new_reference(), tokens.new_nonce()
    visit.starts_at, visit.ready_at, visit.status = starts, starts + timedelta(hours=2), status
    visit.local_date = starts.date()
    visit.save()
    for line in lines:
        line.pk, line.appointment = None, visit
        line.save()
    return visit


def test_the_account_shows_what_comes_what_was_and_the_vehicle(visitor: Visitor, luc: User) -> None:
    past = copy_visit()
    page = visitor.client.get("/account/").content.decode()
    assert said("See, move or cancel") in page
    assert f"/account/appointments/{tokens.show_reference(past.reference)}/again/" in page
    assert page.count("Changement de pneus") == 2
    assert "/account/vehicles/" in page
    assert "Luc" in page


def test_a_past_visit_is_booked_again_in_one_tap(visitor: Visitor, luc: User) -> None:
    past = copy_visit()
    url = f"/account/appointments/{past.reference}/again/"
    assert visitor.client.get(url).status_code == 405
    assert visitor.client.post(url).headers["Location"] == visitor.url("book/time/")
    draft = visitor.client.session["draft:boreal"]
    assert (draft["services"], draft["contact"]["name"]) == (["tire_swap"], "Luc Tremblay")
    assert draft["vehicle"]["own"] == str(past.vehicle_id)


def test_only_one_s_own_visits_are_opened_and_booked_again(
    visitor: Visitor, luc: User, another: Callable[..., Visitor]
) -> None:
    theirs = another().book(
        visitor.starts()[4], name="Anne Roy", email="anne@example.com", phone="450 555-0199"
    )
    for reference in (theirs.reference, "nothing", "x" * 400, "%00"):
        assert visitor.client.get(f"/account/appointments/{reference}/").status_code == 404
        assert visitor.client.post(f"/account/appointments/{reference}/again/").status_code == 404


def test_what_a_stranger_booked_under_one_s_name_is_not_one_s_own(
    visitor: Visitor, luc: User, another: Callable[..., Visitor]
) -> None:
    theirs = another().book(visitor.starts()[4], email="stranger@example.com")
    assert theirs.customer.user is None  # another address makes another record
    page = visitor.client.get("/account/").content.decode()
    assert tokens.show_reference(theirs.reference) not in page
    assert visitor.client.get(f"/account/appointments/{theirs.reference}/").status_code == 404


def test_a_proved_number_shows_what_was_booked_with_it(
    visitor: Visitor, luc: User, another: Callable[..., Visitor]
) -> None:
    theirs = another().book(visitor.starts()[4], email="")
    assert visitor.client.get(f"/account/appointments/{theirs.reference}/").status_code == 404
    prove_phone(user=luc, phone="+15145550123")
    assert visitor.client.get(f"/account/appointments/{theirs.reference}/").status_code == 303


def test_an_account_without_an_address_does_not_see_visits_without_one(visitor: Visitor, luc: User) -> None:
    Appointment.objects.update(contact_email="", contact_phone="+15145550177", source=Source.WEB)
    User.objects.update(email=None, phone="+15145550123")
    assert "own-visit" not in visitor.client.get("/account/").content.decode()


def test_the_page_stays_out_of_caches(visitor: Visitor, luc: User) -> None:
    for path in ("", "preferences/", "data/", "passkeys/", "close/", "data.json", "data.zip"):
        answer = visitor.client.get(f"/account/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow", path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "preferences/",
        "data/",
        "data.json",
        "data.zip",
        "passkeys/",
        "close/",
        "vehicles/1/",
        "appointments/X/",
    ],
)
def test_a_guest_signs_in_first(visitor: Visitor, path: str) -> None:
    answer = visitor.client.get(f"/account/{path}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/code/")


def test_the_queries_do_not_grow_with_visits_and_vehicles(visitor: Visitor, luc: User) -> None:
    copy_visit(days=40)
    visitor.client.get("/account/")
    with CaptureQueriesContext(connection) as one:
        visitor.client.get("/account/")
    for number in range(3):
        visit = copy_visit(days=50 + number)
        vehicle = visit.vehicle
        vehicle.pk, vehicle.plate = None, f"B{number}23"
        vehicle.save()
        VehicleDriver.objects.create(vehicle=vehicle, customer=visit.customer)
        Appointment.objects.filter(pk=visit.pk).update(vehicle=vehicle)
    with CaptureQueriesContext(connection) as many:
        assert visitor.client.get("/account/").content.decode().count("own-vehicle") == 4
    assert len(many) == len(one)


def test_a_visit_booked_while_signed_in_is_in_the_account_whatever_address_it_has(
    visitor: Visitor, another: Callable[..., Visitor]
) -> None:
    luc = User.objects.create_user("luc@work.example")
    visitor.client.force_login(luc)
    booked = visitor.book(name="Rita Roy", email="rita@example.com", phone="450 555-0199")
    shown = tokens.show_reference(booked.reference)
    page = visitor.client.get("/account/").content.decode()
    assert shown in page
    assert "Rita" not in page  # the account is not hers
    stranger = another()
    stranger.client.force_login(User.objects.create_user("anne@example.com"))
    assert shown not in stranger.client.get("/account/").content.decode()
    assert stranger.client.get(f"/account/appointments/{shown}/").status_code == 404
    # A guest's visit is not taken for the next one who signs in with the same browser.
    guest = another()
    theirs = guest.book(visitor.starts()[6], name="Max Cyr", email="max@example.com", phone="450 555-0177")
    guest.client.force_login(luc)
    assert tokens.show_reference(theirs.reference) not in guest.client.get("/account/").content.decode()
