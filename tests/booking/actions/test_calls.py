"""Calls that are promised and made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from booking.actions.calls import Caller, NoOpening, ask_for_call, finish_call
from booking.models import CallRequest
from dealerships.models import OpeningHours, Role
from lib.errors import Refusal
from tests.garage import NOW, make_garage, make_staff

LUC = Caller(name="Luc Tremblay", phone="+15145550123", language="fr", wish="un samedi")


@pytest.fixture
def garage(db):
    return make_garage()


def test_who_asks_twice_keeps_the_first_promise_and_name_and_adds_to_the_words(garage):
    first = ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW)
    later = Caller(
        name="Luc O’Tremblay", phone=LUC.phone, language="en", services=("tire_swap",), wish="any day"
    )
    again = ask_for_call(dealership=garage.dealership, caller=later, now=NOW + timedelta(hours=30))
    assert (again.pk, again.promised_by) == (first.pk, first.promised_by)
    assert (again.name, again.language, again.wish, again.services) == (
        "Luc Tremblay", "fr", "un samedi / any day", ["tire_swap"],
    )  # fmt: skip


def test_a_call_that_was_made_leaves_room_for_another_one(garage):
    manager = make_staff(garage.dealership, Role.MANAGER)
    first = ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW)
    assert finish_call(request=first, by=manager, outcome="Rendez-vous pris")
    assert not finish_call(request=first, by=manager, outcome="une autre fois")
    first.refresh_from_db()
    assert (first.done_by, first.outcome) == (manager, "Rendez-vous pris")
    assert ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW).pk != first.pk


def test_an_outcome_that_is_too_long_is_refused_and_the_call_stays_open(garage):
    asked = ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW)
    with pytest.raises(Refusal):
        finish_call(request=asked, by=make_staff(garage.dealership, Role.MANAGER), outcome="x" * 301)
    assert CallRequest.objects.get().done_at is None


def test_nobody_promises_a_call_where_nobody_opens(garage):
    OpeningHours.objects.all().delete()
    with pytest.raises(NoOpening):
        ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW)
    assert not CallRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_make_one_promise():
    garage = make_garage()

    def press(_number: int) -> int:
        try:
            return ask_for_call(dealership=garage.dealership, caller=LUC, now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(press, range(10)))) == 1
    assert CallRequest.objects.count() == 1
