"""The problem in one’s own words, and the earlier visit that did not cure it."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Status
from dealerships.models import User
from lib import clock
from tests.booking.views.conftest import CIVIC, Visitor
from tests.booking.views.services_page import (
    BRAKES,
    draft_of,
    drive,
    finish,
    page_of,
    past_visit,
)
from tests.garage import Garage


def test_a_problem_is_told_in_one_s_own_words(visitor: Visitor) -> None:
    visitor.post("book/services/", {**BRAKES, "problem": "  Ça  grince\u202e\r\n\r\n\r\n\r\nà gauche \x00"})
    assert finish(visitor).problem == "Ça grince\n\nà gauche"


def test_a_problem_that_is_too_long_gets_a_sentence_and_stays_typed(visitor: Visitor) -> None:
    text = "é" * 1001
    answer = visitor.post("book/services/", {**BRAKES, "problem": text})
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.content.decode()
    assert 'href="#id_problem"' in answer.content.decode()
    assert draft_of(visitor).problem == ""
    assert visitor.post("book/services/", {**BRAKES, "problem": "é" * 1000}).status_code == 303


def test_a_signed_in_customer_may_say_that_it_is_the_same_problem(
    visitor: Visitor, garage: Garage, account: User
) -> None:
    earlier = past_visit(garage, account)
    assert "same_as" not in page_of(visitor)  # a guest learns nothing
    visitor.client.force_login(account)
    visitor.post("book/", CIVIC)
    page = page_of(visitor)
    assert f'name="same_as" id="id_same_as_1" value="{earlier.reference}"' in page
    assert clock.say_date(earlier.local_date, "fr", year=True) in page
    visitor.post("book/services/", {**BRAKES, "same_as": earlier.reference})
    booked = finish(visitor)
    assert booked.same_as == earlier


def test_at_most_three_visits_of_this_vehicle_are_listed_newest_first(
    visitor: Visitor, garage: Garage, account: User
) -> None:
    visits = [past_visit(garage, account, days=days) for days in (10, 20, 30, 40)]
    other = past_visit(garage, account, days=5)
    Appointment.objects.filter(pk=other.pk).update(vehicle_title="Mazda 3 2020", vehicle_plate="ZZZ999")
    cancelled = past_visit(garage, account, days=6)
    Appointment.objects.filter(pk=cancelled.pk).update(status=Status.CANCELLED)
    visitor.client.force_login(account)
    visitor.post("book/", CIVIC)
    listed = re.findall(r'name="same_as"[^>]* value="(\w+)"', page_of(visitor))
    assert listed == [visit.reference for visit in visits[:3]]


def test_somebody_else_s_visit_is_not_accepted(visitor: Visitor, garage: Garage, account: User) -> None:
    strangers = past_visit(garage)
    mine = past_visit(garage, account, name="Autre Personne", days=12)
    Appointment.objects.filter(pk=mine.pk).update(contact_email="autre@example.com")
    visitor.client.force_login(account)
    visitor.post("book/", CIVIC)
    for reference in (strangers.reference, mine.reference, "AAAAAA", "\x00", "x" * 500):
        visitor.post("book/services/", {**BRAKES, "same_as": reference, "search": "1", "q": "x"})
        assert draft_of(visitor).same_as == ""
    assert finish_after(visitor).same_as is None


def finish_after(visitor: Visitor) -> Appointment:
    visitor.post("book/services/", BRAKES)
    return finish(visitor)


def test_the_page_costs_as_many_queries_with_three_visits_as_with_one(
    visitor: Visitor, garage: Garage, account: User
) -> None:
    past_visit(garage, account, days=10)
    visitor.client.force_login(account)
    visitor.post("book/", CIVIC)
    drive(visitor, odometer="94900")
    page_of(visitor)
    counts = []
    for days in (20, 30):
        with CaptureQueriesContext(
            connection,
        ) as one:
            page_of(visitor)
        counts.append(len(one))
        past_visit(garage, account, days=days)
    with CaptureQueriesContext(connection) as three:
        page_of(visitor)
    assert [*counts, len(three)] == [counts[0]] * 3, counts
    assert counts[0] <= 14
