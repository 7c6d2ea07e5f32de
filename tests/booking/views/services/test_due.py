"""The maintenance that is due, on the page where services are chosen and in the account."""

from __future__ import annotations

import re

import pytest

from booking.models import Appointment, Service
from customers.models import Customer
from dealerships.models import User
from tests.booking.views.conftest import CIVIC, Visitor, said
from tests.booking.views.services_page import (
    BRAKES,
    draft_of,
    drive,
    finish,
    page_of,
    past_visit,
)
from tests.garage import Garage


@pytest.mark.parametrize("typed", ["94 900", "94900 km", "94\u00a0900", "94,900", "94.900 KM"])
def test_the_kilometres_are_asked_in_place_and_answered_with_what_is_due(
    visitor: Visitor, typed: str
) -> None:
    assert 'name="odometer"' in page_of(visitor)
    answer = visitor.post("book/services/", {**BRAKES, "odometer": typed, "look": "1"})
    assert answer.headers["Location"] == visitor.url("book/services/")
    assert (draft_of(visitor).vehicle["odometer"], draft_of(visitor).services) == ("94900", ["brakes"])
    page = page_of(visitor)
    for words in (
        "Entretien D",
        "96\u00a0000\u00a0km",
        "94\u00a0900\u00a0km",
        "Bougies d’allumage remplacées",
    ):
        assert words in page
    assert said("Due soon") in page
    assert 'name="add_service" value="maintenance"' in page


@pytest.mark.parametrize("typed", ["beaucoup", "-5", "1e9", "12345678", "٣٤٥", "\x00", "9" * 30])
def test_kilometres_that_are_none_get_a_sentence_and_stay_typed(visitor: Visitor, typed: str) -> None:
    answer = visitor.post("book/services/", {**BRAKES, "odometer": typed, "look": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said("Enter the kilometres in digits, such as 84,500.") in page
    assert 'href="#id_odometer"' in page
    assert draft_of(visitor).services == ["brakes"]
    assert draft_of(visitor).vehicle.get("odometer", "") == ""


def test_one_tap_adds_the_maintenance_to_what_is_chosen(visitor: Visitor) -> None:
    drive(visitor, odometer="94900")
    answer = visitor.post("book/services/", {**BRAKES, "add_service": "maintenance"})
    assert answer.headers["Location"] == visitor.url("book/services/") + "#services"
    assert draft_of(visitor).services == ["brakes", "maintenance"]
    assert 'name="add_service" value="maintenance"' not in page_of(visitor)


def test_nothing_near_is_said_calmly_and_offered_to_nobody(visitor: Visitor) -> None:
    drive(visitor, odometer="90000")
    page = page_of(visitor)
    assert said("Next maintenance: %(name)s, %(at)s. No hurry.").split("%(name)s")[0] in page
    assert 'name="add_service" value="maintenance"' not in page


def test_the_kilometres_go_with_the_booking(visitor: Visitor) -> None:
    drive(visitor, odometer="94900")
    visitor.post("book/services/", {"service": ["maintenance"]})
    assert finish(visitor).odometer == 94900


def test_the_last_maintenance_is_counted_when_it_is_theirs(
    visitor: Visitor, garage: Garage, account: User
) -> None:
    visit = past_visit(garage, account, days=20)
    line = visit.lines.get()
    line.service = Service.objects.get(code="maintenance")
    line.save()
    Appointment.objects.filter(pk=visit.pk).update(odometer=95_500)
    visitor.client.force_login(account)
    visitor.post("book/", CIVIC)
    drive(visitor, odometer="96500")
    page = page_of(visitor)
    assert "104\u00a0000\u00a0km" in page
    assert 'name="add_service" value="maintenance"' not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Entretien D, à 96\u00a0000\u00a0km", "Bientôt dû"]),
        ("en", ["Service D, at 96,000\u00a0km", "Due soon"]),
    ],
)
def test_the_account_says_in_the_same_words_what_is_due(
    visitor: Visitor, account: User, language: str, words: list[str]
) -> None:
    visitor = Visitor(visitor.garage, language, visitor.client)
    visitor.post("book/services/", {**BRAKES, "odometer": "94 900", "look": "1"})
    services = page_of(visitor)
    booked = finish(visitor)
    Customer.objects.update(user=account)
    visitor.client.force_login(account)
    prefix = "/en" if language == "en" else ""
    home = visitor.client.get(f"{prefix}/account/").content.decode()
    vehicle = visitor.client.get(f"{prefix}/account/vehicles/{booked.vehicle_id}/").content.decode()
    for page in (services, home, vehicle):
        assert [said_ for said_ in words if said_ not in page] == []
    badge = re.compile(rf'<span class="(chip[^"]*)">(?:(?!</span>).)*{words[1]}')
    badges = {tuple(badge.findall(page)) for page in (services, home, vehicle)}
    assert badges == {("chip chip-brand",)}
