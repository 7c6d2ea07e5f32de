"""Step 1: which vehicle, by its forms, as a browser without JavaScript sends them."""

from __future__ import annotations

import re

import pytest

from booking.models import Appointment
from customers.models import Vehicle
from lib.vins import vin_with_check_digit
from tests.booking.views.conftest import CIVIC, Visitor, said

CIVIC_VIN = vin_with_check_digit("2HGFC2F50KH000001")


def draft(visitor: Visitor) -> dict[str, str]:
    """The vehicle as the session keeps it."""
    return visitor.client.session["draft:boreal"]["vehicle"]


def test_a_vin_alone_is_understood_and_the_next_page_says_how_with_a_way_to_correct_it(
    visitor: Visitor,
) -> None:
    assert visitor.post("book/", {"vin": CIVIC_VIN}).headers["Location"] == visitor.url("book/services/")

    page = visitor.get("book/services/").content.decode()
    assert f"Honda Civic LX 2019\u00a0· 2,0\u00a0L, 4\u00a0cyl.\u00a0· {said('Gasoline')}" in page
    assert f'<a href="{visitor.url("book/")}">{said("Correct it")}</a>' in page
    assert said("Look at it again") not in page
    assert (draft(visitor)["fuel"], draft(visitor)["make"]) == ("gasoline", "")


def test_the_engine_is_said_in_the_page_s_language(visitor: Visitor) -> None:
    visitor.language = "en"
    visitor.post("book/", {"vin": CIVIC_VIN})
    assert "2.0\u00a0L, 4\u00a0cyl." in visitor.get("book/services/").content.decode()


def test_a_wrong_check_digit_warns_and_does_not_block(visitor: Visitor) -> None:
    assert visitor.post("book/", {"vin": "2HGFC2F59KH000001"}).status_code == 303
    page = visitor.get("book/services/").content.decode()
    assert said("Look at it again") in page
    assert "Honda Civic LX 2019" in page


def test_what_the_vin_says_is_stored_on_a_new_vehicle(visitor: Visitor) -> None:
    visitor.to_check()
    visitor.post("book/", {"vin": CIVIC_VIN, "odometer": "86 500 km"})
    assert visitor.post("book/check/", visitor.confirmation()).status_code == 303

    vehicle = Vehicle.objects.get()
    assert (vehicle.title, vehicle.trim, vehicle.engine) == ("Honda Civic 2019", "LX", "2.0 L, 4 cyl.")
    assert (vehicle.fuel, vehicle.odometer) == ("gasoline", 86_500)
    assert vehicle.odometer_on
    assert Appointment.objects.get().odometer == 86_500


def test_a_misspelt_make_is_understood_and_said(visitor: Visitor) -> None:
    visitor.post("book/", {"make": "hunday", "model": "accent", "year": "2019"})

    page = visitor.get("book/services/").content.decode()
    assert "hunday" in page
    assert "Hyundai Accent 2019" in page
    form = visitor.get("book/").content.decode()
    assert 'value="Hyundai"' in form
    assert 'value="Accent"' in form


def test_a_misspelt_model_is_understood_and_said(visitor: Visitor) -> None:
    visitor.post("book/", {"make": "Honda", "model": "sivic", "year": "2019"})

    page = visitor.get("book/services/").content.decode()
    assert "« sivic »".replace(" ", "\u00a0") in page
    assert "Honda Civic 2019" in page
    assert 'value="Civic"' in visitor.get("book/").content.decode()


def test_what_no_list_knows_is_accepted(visitor: Visitor) -> None:
    assert visitor.post("book/", {"make": "Lada", "model": "Niva", "year": "1996"}).status_code == 303
    assert "Lada Niva 1996" in visitor.get("book/services/").content.decode()


@pytest.mark.parametrize("odometer", ["abc", "1000001", "-5", "86,5"])
def test_kilometres_that_make_no_sense_are_refused_with_a_sentence(visitor: Visitor, odometer: str) -> None:
    answer = visitor.post("book/", {**CIVIC, "odometer": odometer})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said("Enter the kilometres in digits, such as 84,500.") in page
    assert 'href="#id_odometer"' in page
    assert f'value="{odometer}"' in page


class TestFuel:
    def test_the_only_one_is_taken(self, visitor: Visitor) -> None:
        visitor.post("book/", {"make": "Tesla", "model": "Model 3", "year": "2021"})
        assert draft(visitor)["fuel"] == "electric"
        assert 'name="drives"' not in visitor.get("book/services/").content.decode()

    def test_several_are_asked_for_on_the_next_page_and_one_tap_answers(self, visitor: Visitor) -> None:
        visitor.post("book/", {"make": "Hyundai", "model": "Kona", "year": "2022"})
        assert draft(visitor)["fuel"] == ""
        page = visitor.get("book/services/").content.decode()
        asked = re.findall(r'name="drives" value="(\w+)"', page)
        assert asked == ["gasoline", "electric"]

        answer = visitor.post("book/", {"drives": "electric"})

        assert answer.headers["Location"] == visitor.url("book/services/")
        assert draft(visitor)["fuel"] == "electric"
        assert 'name="drives"' not in visitor.get("book/services/").content.decode()

    def test_the_form_shows_them_at_the_next_visit_with_the_chosen_one(self, visitor: Visitor) -> None:
        assert 'name="fuel"' not in visitor.get("book/").content.decode()
        visitor.post("book/", {"make": "Hyundai", "model": "Kona", "year": "2022", "fuel": "electric"})
        page = visitor.get("book/").content.decode()
        assert 'name="fuel" value="electric" checked' in page
        assert 'name="fuel" value="gasoline">' in page

    @pytest.mark.parametrize("fuel", ["diesel", "steam", "\x00", "x" * 5000])
    def test_what_cannot_be_is_not_taken(self, visitor: Visitor, fuel: str) -> None:
        visitor.post("book/", {"make": "Hyundai", "model": "Kona", "year": "2022"})
        assert visitor.post("book/", {"drives": fuel}).status_code == 303
        assert draft(visitor)["fuel"] == ""

    def test_an_answer_for_no_vehicle_leads_to_the_form(self, visitor: Visitor) -> None:
        answer = visitor.post("book/", {"drives": "electric"})
        assert answer.headers["Location"] == visitor.url("book/")

    def test_an_answer_left_over_from_another_model_is_forgotten(self, visitor: Visitor) -> None:
        visitor.post("book/", {"make": "Tesla", "model": "Model 3", "year": "2021", "fuel": "gasoline"})
        assert draft(visitor)["fuel"] == "electric"


class TestLists:
    def test_models_follow_make_and_year(self, visitor: Visitor) -> None:
        answer = visitor.get("book/models/", make="hyundai", year="2024")
        page = answer.content.decode()
        assert '<option value="Ioniq 5">' in page
        assert '<option value="Accent">' not in page
        assert not answer.cookies

    def test_a_year_that_is_none_lists_every_year(self, visitor: Visitor) -> None:
        assert '"Accent"' in visitor.get("book/models/", make="Hyundai", year="20x").content.decode()

    def test_fuels_follow_the_model(self, visitor: Visitor) -> None:
        page = visitor.get(
            "book/fuels/", make="Kia", model="Niro", year="2023", fuel="hybrid"
        ).content.decode()
        assert 'value="hybrid" checked' in page
        assert visitor.get("book/fuels/", make="Tesla", model="Model 3").content.decode().strip() == ""

    @pytest.mark.parametrize("text", ["", "\x00", "<script>", "x" * 10_000, "²", "é" * 500])
    def test_no_text_breaks_them(self, visitor: Visitor, text: str) -> None:
        for path in ("book/models/", "book/fuels/"):
            answer = visitor.get(path, make=text, model=text, year=text)
            assert answer.status_code == 200
            assert "<script>" not in answer.content.decode()
        assert visitor.post("book/models/").status_code == 405


class TestAddress:
    def test_it_fills_the_form_and_brings_several_services(self, visitor: Visitor) -> None:
        page = visitor.get("book/", service=["tire_swap", "oil"], make="Honda", model="Civic", year="2019")
        page = page.content.decode()
        assert 'value="Civic"' in page
        assert page.count('name="service"') == len(
            {"tire_swap", "oil"} & set(re.findall(r'value="(\w+)"', page))
        )

    def test_no_vin_and_no_plate_are_taken_from_it(self, visitor: Visitor) -> None:
        page = visitor.get("book/", vin=CIVIC_VIN, plate="ABC123").content.decode()
        assert f'value="{CIVIC_VIN}"' not in page
        assert 'value="ABC123"' not in page

    def test_it_names_another_vehicle_than_the_one_before(self, visitor: Visitor) -> None:
        visitor.post("book/", {**CIVIC, "plate": "ABC 123"})
        page = visitor.get("book/", make="Mazda", model="CX-5").content.decode()
        assert 'value="Mazda"' in page
        assert "ABC" not in page
        assert draft(visitor)["make"] == "Honda"
