"""The services page: search, electric vehicles, what is due, the tire questions, the problem and the visit before."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.demo.maintenance import make_maintenance
from booking.models import Appointment, Choice, Hold, HoldState, Question, Service, Skill, Status
from booking.views import winter
from booking.views.draft import load_draft
from customers.actions.accounts import open_account
from dealerships.models import User
from lib import clock
from tests.booking.views.conftest import CIVIC, LUC, TIRES, Visitor, said
from tests.garage import EVERY_WAY, Garage

BRAKES = {"service": ["brakes"]}
# Sold with a gasoline engine too.
KONA = {"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "electric"}


@pytest.fixture
def garage(garage: Garage) -> Garage:
    """With work for electric vehicles left out, scheduled maintenance, a problem to tell, and questions left open."""
    dealership = garage.dealership
    dealership.services.filter(code="oil_change").update(not_for=["electric"], keywords_fr="lubrification")
    dealership.services.filter(code="brakes").update(asks_problem=True, keywords_fr="plaquettes, grincement")
    Service.objects.create(
        dealership=dealership, code="maintenance", name_fr="Entretien périodique", name_en="Scheduled maintenance",
        minutes=60, price=24995, skill=Skill.MECHANICAL, transports=EVERY_WAY,
    )  # fmt: skip
    Service.objects.create(
        dealership=dealership, code="diagnosis", name_fr="Diagnostic", name_en="Diagnosis", minutes=60, price=14995,
        skill=Skill.DIAGNOSIS, transports=EVERY_WAY, asks_problem=True,
    )  # fmt: skip
    make_maintenance(dealership)
    tires = dealership.services.get(code="tire_swap")
    sensors = Question.objects.create(
        service=tires, code="tpms", label_fr="Capteurs?", label_en="Sensors?", required=False, position=5
    )
    Choice.objects.create(question=sensors, code="yes", label_fr="Oui", label_en="Yes", extra_minutes=10)
    Choice.objects.create(question=sensors, code="no", label_fr="Non", label_en="No")
    return garage


@pytest.fixture
def visitor(garage: Garage) -> Visitor:
    visitor = Visitor(garage)
    visitor.post("book/", CIVIC)
    return visitor


def drive(visitor: Visitor, **more: str) -> None:
    """What the vehicle step has learned of the vehicle."""
    session = visitor.client.session
    draft = session[f"draft:{visitor.garage.dealership.slug}"]
    draft["vehicle"] = {**draft["vehicle"], **more}
    session[f"draft:{visitor.garage.dealership.slug}"] = draft
    session.save()


def draft_of(visitor: Visitor) -> Any:
    class Asking:
        session = visitor.client.session

    return load_draft(Asking(), visitor.garage.dealership)  # type: ignore[arg-type]


def offered(page: str) -> list[str]:
    return re.findall(r'data-service="(\w+)"', page)


def page_of(visitor: Visitor, **query: str) -> str:
    return visitor.get("book/services/", **query).content.decode()


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


# --- What is due ---


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


# --- The problem, and the visit before ---


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


def finish(visitor: Visitor, **contact: str) -> Appointment:
    """From the services on: a time, who, and yes."""
    page = visitor.get("book/time/").content.decode()
    start = re.search(r'name="start" value="([^"]+)"', page)
    assert start
    visitor.post("book/time/", {"start": start[1], "transport": "drop_off"})
    visitor.post("book/contact/", {**LUC, **contact})
    answer = visitor.post("book/check/", visitor.confirmation())
    assert answer.status_code == 303, answer.content.decode()
    return Appointment.objects.latest("pk")


def past_visit(garage: Garage, user: User | None = None, *, days: int = 30, **more: Any) -> Appointment:
    """A visit that is done, by the customer of the account."""
    start = garage.at(8, day=(clock.now() + timedelta(days=days % 19 + 2)).date())
    while start.weekday() == 6:
        start += timedelta(days=1)
    visit = garage.book(start, now=clock.now(), basket=garage.basket("brakes"), **more)
    ago = clock.now() - timedelta(days=days)
    Appointment.objects.filter(pk=visit.pk).update(
        status=Status.COMPLETED, local_date=ago.date(), starts_at=ago, ready_at=ago + timedelta(hours=3),
        vehicle_title="Honda Civic 2019",
    )  # fmt: skip
    if user:
        visit.customer.user = user
        visit.customer.save()
    visit.refresh_from_db()
    return visit


@pytest.fixture
def account(garage: Garage) -> User:
    open_account(email="luc@example.com", language="fr")
    return User.objects.get(email="luc@example.com")


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
