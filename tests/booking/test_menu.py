"""What a basket demands of the dealership."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.menu import Basket, load_menu, plan
from booking.models import Service
from lib.errors import Refusal
from tests.garage import Garage, make_garage

pytestmark = pytest.mark.django_db


@pytest.fixture
def garage() -> Garage:
    return make_garage(advisors=0)


def test_the_menu_is_one_query_with_its_questions_in_order(garage: Garage) -> None:
    with CaptureQueriesContext(connection) as captured:
        menu = load_menu(garage.dealership)

    assert len(captured) == 1
    assert list(menu) == ["tire_swap", "oil_change", "brakes"]
    assert [question.code for question in menu["tire_swap"].questions] == ["rims", "tires"]
    assert [choice.code for choice in menu["tire_swap"].questions[0].choices] == ["on", "off"]
    assert menu["oil_change"].questions == ()


def test_a_service_that_is_off_the_menu_cannot_be_chosen(garage: Garage) -> None:
    Service.objects.filter(code="oil_change").update(active=False)

    with pytest.raises(Refusal) as refused:
        plan(load_menu(garage.dealership), Basket(services=("oil_change",), transport="drop_off"))
    assert refused.value.code == "unknown_service"


def test_minutes_prices_and_skills_add_up(garage: Garage) -> None:
    demand = plan(load_menu(garage.dealership), garage.basket("tire_swap", "oil_change", rims="off"))

    assert demand.minutes == 45 + 30 + 40
    assert demand.skill_minutes == {"tires": 75, "express": 40}
    assert demand.price == 8995 + 7995


def test_one_line_on_estimate_leaves_the_whole_without_a_price(garage: Garage) -> None:
    assert plan(load_menu(garage.dealership), garage.basket("oil_change", "brakes")).price is None


def test_the_longest_notice_counts(garage: Garage) -> None:
    assert plan(load_menu(garage.dealership), garage.basket(tires="stored")).notice == timedelta(hours=48)


def test_for_a_first_look_an_unanswered_question_counts_as_its_longest_choice(garage: Garage) -> None:
    basket = Basket(services=("tire_swap",), transport="drop_off")

    assert plan(load_menu(garage.dealership), basket, assume_answers=True).minutes == 75
    with pytest.raises(Refusal):
        plan(load_menu(garage.dealership), basket)


def test_a_basket_survives_its_journey_through_a_session(garage: Garage) -> None:
    basket = garage.basket("tire_swap", transport="wait", advisor=3)

    assert Basket.from_json(basket.as_json()) == basket
