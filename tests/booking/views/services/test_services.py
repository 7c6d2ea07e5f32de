"""The services page: search, electric vehicles, the tire questions, and what it costs."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Hold, HoldState
from booking.views import winter
from tests.booking.views.conftest import CIVIC, TIRES, Visitor, said
from tests.booking.views.services_page import (
    BRAKES,
    KONA,
    draft_of,
    drive,
    finish,
    offered,
    page_of,
)
from tests.garage import Garage

# --- Search ---


def test_a_search_shows_what_it_leads_to_and_what_is_chosen(visitor: Visitor) -> None:
    visitor.post("book/services/", {**BRAKES, "search": "1", "q": "x"})
    page = page_of(visitor, q="vidanje")
    assert offered(page) == ["oil_change", "brakes"]
    assert 'value="vidanje"' in page
    assert said("Show every service") in page


def test_the_search_button_keeps_what_is_chosen_and_comes_back_with_the_search(visitor: Visitor) -> None:
    answer = visitor.post(
        "book/services/", {**BRAKES, "problem": "Un bruit", "search": "1", "q": " géométrie & co "}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == visitor.url("book/services/") + "?q=g%C3%A9om%C3%A9trie+%26+co"
    assert (draft_of(visitor).services, draft_of(visitor).problem) == (["brakes"], "Un bruit")


def test_the_enter_key_outside_the_search_goes_on(visitor: Visitor) -> None:
    answer = visitor.post("book/services/", {**TIRES, "search": "1", "q": "", "odometer": ""})
    assert answer.headers["Location"] == visitor.url("book/time/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_nobody_offers_leads_to_one_s_own_words_and_the_telephone(garage: Garage, language: str) -> None:
    visitor = Visitor(garage, language)
    visitor.post("book/", CIVIC)
    page = page_of(visitor, q="tondeuse")
    assert re.search(r"data-nothing-found>", page)
    assert said("We have no service by that name.", language) in page
    assert 'name="add_service" value="diagnosis"' in page
    assert 'href="tel:+14505550134"' in page
    assert len(offered(page)) == 5
    assert re.search(r"data-nothing-found hidden>", page_of(visitor, q="vidange"))


def test_a_courtesy_car_is_said_to_come_with_the_time(visitor: Visitor) -> None:
    page = page_of(visitor, q="loaner")
    assert re.search(r"data-getting-on>", page)
    assert re.search(r"data-nothing-found hidden>", page)


@pytest.mark.parametrize("typed", ["\x00", "' OR 1=1", "<script>", "x" * 5000, "٣", "%"])
def test_whatever_is_searched_for_is_answered(visitor: Visitor, typed: str) -> None:
    answer = visitor.get("book/services/", q=typed)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("data-service-search")[0]


def test_looking_changes_nothing(visitor: Visitor) -> None:
    before = dict(visitor.client.session)
    page_of(visitor, q="freins", service="brakes", odometer="5", add_service="brakes")
    assert dict(visitor.client.session) == before


# --- What does not fit the vehicle ---


def test_an_electric_vehicle_is_not_offered_an_oil_change(visitor: Visitor) -> None:
    assert "oil_change" in offered(page_of(visitor))
    drive(visitor, **KONA)
    assert "oil_change" not in offered(page_of(visitor))


def test_posted_all_the_same_it_is_refused_with_a_sentence_and_the_rest_is_kept(visitor: Visitor) -> None:
    drive(visitor, **KONA)
    answer = visitor.post("book/services/", {"service": ["oil_change", "brakes"]})
    assert answer.status_code == 422
    sentence = said("%(service)s is not offered for this vehicle: it does not need it.")
    assert sentence % {"service": "Vidange d’huile"} in answer.content.decode()
    assert draft_of(visitor).services == ["brakes"]


def test_chosen_before_the_vehicle_was_known_it_stops_the_booking_and_says_why(visitor: Visitor) -> None:
    visitor.post("book/services/", {"service": ["oil_change"]})
    drive(visitor, **KONA)
    assert visitor.get("book/time/").headers["Location"] == visitor.url("book/services/")
    sentence = said("%(service)s is not offered for this vehicle: it does not need it.")
    assert sentence % {"service": "Vidange d’huile"} in page_of(visitor)


# --- Tires ---


def test_an_optional_question_says_so_and_may_be_left_open(visitor: Visitor) -> None:
    page = page_of(visitor)
    legend = re.search(r"<legend>Capteurs\?.*?</legend>", page)
    assert legend
    assert said("(optional)") in legend[0]
    assert visitor.post("book/services/", TIRES).headers["Location"] == visitor.url("book/time/")
    booked = finish(visitor)
    assert booked.minutes == 45


def test_an_optional_answer_counts_when_it_is_given(visitor: Visitor) -> None:
    visitor.post("book/services/", {**TIRES, "tire_swap-tpms": "yes"})
    booked = finish(visitor)
    assert booked.minutes == 55
    assert {"tpms", "rims", "tires"} == {answer["question"] for answer in booked.lines.get().answers}


def test_each_choice_says_what_it_changes(visitor: Visitor) -> None:
    page = page_of(visitor)
    assert "+30\u00a0min" in page
    assert "+10\u00a0min" in page
    assert said("at least %(hours)s h ahead") % {"hours": 48} in page


def test_what_is_chosen_is_summed_up(visitor: Visitor) -> None:
    visitor.post(
        "book/services/",
        {"service": ["tire_swap", "oil_change"], "tire_swap-rims": "off", "search": "1", "q": "x"},
    )
    page = page_of(visitor)
    total = re.search(r"data-basket-total[^>]*>([^<]*)<", page)
    assert total
    assert total[1] == f"{said('%(count)s services') % {'count': 2}} · 1\u00a0h\u00a055 · 169,90\u00a0$"


def test_a_sum_with_work_on_estimate_is_a_beginning(visitor: Visitor) -> None:
    visitor.post("book/services/", {"service": ["oil_change", "brakes"], "search": "1", "q": "x"})
    assert said("from %(price)s") % {"price": "79,95\u00a0$"} in page_of(visitor)


@pytest.mark.parametrize(
    ("today", "law", "caution"),
    [(date(2026, 10, 20), True, False), (date(2026, 12, 1), True, True), (date(2027, 5, 1), False, False)],
)
def test_the_law_is_said_with_the_tires_and_with_their_day(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, today: date, *, law: bool, caution: bool
) -> None:
    monkeypatch.setattr(winter, "today_at", lambda _dealership: today)
    monkeypatch.setattr("booking.views.service_tiles.today_at", lambda _dealership: today)
    sentence = said("Winter tires are mandatory from December 1 to March 15.")
    assert (sentence in page_of(visitor)) is law
    visitor.post("book/services/", TIRES)
    page = visitor.get("book/time/").content.decode()
    assert (sentence in page) is law
    assert ("16 mars" in page) is caution
    visitor.post("book/services/", {"service": ["oil_change"]})
    assert sentence not in visitor.get("book/time/").content.decode()


# --- All of it ---


def test_a_guest_s_page_costs_few_queries(visitor: Visitor) -> None:
    page_of(visitor)
    with CaptureQueriesContext(connection) as queries:
        page_of(visitor)
    assert len(queries) <= 9, [query["sql"][:90] for query in queries]


def test_telling_more_keeps_the_time_that_is_held(visitor: Visitor) -> None:
    visitor.post("book/services/", BRAKES)
    page = visitor.get("book/time/").content.decode()
    start = re.search(r'name="start" value="([^"]+)"', page)
    assert start
    visitor.post("book/time/", {"start": start[1], "transport": "drop_off"})
    visitor.post("book/services/", {**BRAKES, "problem": "Ça grince"})
    assert Hold.objects.get().state == HoldState.HELD
