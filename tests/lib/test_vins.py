from dataclasses import replace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.vins import VinReading, fuel_of, model_name, read_vin, say_engine, vin_with_check_digit

VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@pytest.mark.parametrize(
    ("vin", "year", "make"),
    [
        ("1M8GDM9AXKP042788", 1989, "Motor Coach Industries"),
        ("LJCPCBLCX11000237", 2001, "Jincheng Corporation"),
        ("11111111111111111", 2001, ""),
        ("2T3ZZZZZ6RW000001", 2024, "Toyota"),
        ("5YJZZZZZ6PF000003", 2023, "Tesla"),
        ("KMHZZZZZ3SU000004", 2025, "Hyundai"),
        ("JTDZZZZZ9T0000005", 2026, "Toyota"),
        ("WVWZZZZZ8RE000007", 2024, "Volkswagen"),
        ("JF2ZZZZZXRH000011", 2024, "Subaru"),
    ],
)
@time_machine.travel("2026-10-01T12:00:00Z", tick=False)
def test_a_valid_vin_tells_its_year_and_make(vin, year, make):
    reading = read_vin(vin)
    named = VinReading(vin=vin, corrected=False, check_digit_ok=True, year=year, make=make)
    assert replace(reading, model="", trim="", engine="", fuel="") == named


@pytest.mark.parametrize(
    ("vin", "told"),
    [
        ("2HGFC2F5_KH000001", (2019, "Honda", "Civic", "LX", "2.0 L, 4 cyl.", "gasoline")),
        ("5YJ3E1EA_KF328931", (2019, "Tesla", "Model 3", "", "", "electric")),
        ("KM8K33AG_MU100001", (2021, "Hyundai", "Kona", "Limited", "", "electric")),
        ("2HGZZZZZ_RE000007", (2024, "Honda", "", "", "", "")),
        ("1FTZZZZZ_RE000007", (2024, "Ford", "", "", "", "")),
        ("5NMZZZZZ_RE000007", (2024, "Hyundai", "", "", "", "")),
    ],
)
def test_a_vin_tells_model_trim_engine_and_fuel_where_its_maker_coded_them(vin, told):
    reading = read_vin(vin_with_check_digit(vin.replace("_", "0")))
    assert (reading.year, reading.make, reading.model, reading.trim, reading.engine, reading.fuel) == told


def test_a_wrong_check_digit_still_tells_the_vehicle():
    reading = read_vin("2HGFC2F59KH000001")
    assert (reading.check_digit_ok, reading.make, reading.model) == (False, "Honda", "Civic")


@pytest.mark.parametrize(
    ("told", "fuel"),
    [
        ({"Fuel Type - Primary": "Gasoline"}, "gasoline"),
        ({"Fuel Type - Primary": "Gasoline", "Fuel Type - Secondary": "Ethanol (E85)"}, "gasoline"),
        ({"Fuel Type - Primary": "Diesel"}, "diesel"),
        ({"Fuel Type - Primary": "Electric"}, "electric"),
        (
            {"Fuel Type - Primary": "Electric", "Electrification Level": "BEV (Battery Electric Vehicle)"},
            "electric",
        ),
        (
            {
                "Fuel Type - Primary": "Electric",
                "Electrification Level": "PHEV (Plug-in Hybrid Electric Vehicle)",
            },
            "plug_in_hybrid",
        ),
        ({"Electrification Level": "Strong HEV (Hybrid Electric Vehicle)"}, "hybrid"),
        ({"Electrification Level": "Mild HEV (Hybrid Electric Vehicle)"}, "hybrid"),
        ({"Electrification Level": "HEV (Hybrid Electric Vehicle) - Level Unknown"}, "hybrid"),
        ({"Fuel Type - Primary": "Electric", "Fuel Type - Secondary": "Gasoline"}, "plug_in_hybrid"),
        ({"Electrification Level": "FCEV (Fuel Cell Electric Vehicle)"}, ""),
        ({"Fuel Type - Primary": "Natural Gas"}, ""),
        ({}, ""),
    ],
)
def test_the_fuel_is_what_drives_it_electrification_first(told, fuel):
    assert fuel_of(told) == fuel


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("SANTA CRUZ", "Santa Cruz"),
        ("IONIQ 5", "Ioniq 5"),
        ("RAV4 Prime (PHEV)", "RAV4 Prime"),
        ("CR-V", "CR-V"),
    ],
)
def test_a_model_is_written_as_one_writes_it(said, name):
    assert model_name(said) == name


def test_an_engine_is_said_in_the_page_s_language():
    assert say_engine("2.0 L, 4 cyl.", "fr") == "2,0\u00a0L, 4\u00a0cyl."
    assert say_engine("2.0 L, 4 cyl.", "en") == "2.0\u00a0L, 4\u00a0cyl."
    assert say_engine("", "fr") == ""


def test_case_spaces_and_hyphens_do_not_matter():
    assert read_vin(" 1m8gdm9a xkp-042788\n") == read_vin("1M8GDM9AXKP042788")


@pytest.mark.parametrize("text", ["1M8GDM9AXKPO42788", "1m8gdm9axkpq42788", "iM8GDM9AXKP042788"])
def test_letters_that_no_vin_has_are_corrected_and_told(text):
    reading = read_vin(text)
    assert (reading.vin, reading.corrected, reading.check_digit_ok) == ("1M8GDM9AXKP042788", True, True)


def test_a_wrong_check_digit_is_told_but_not_refused():
    reading = read_vin("1M8GDM9A1KP042788")
    assert (reading.check_digit_ok, reading.corrected) == (False, False)


@pytest.mark.parametrize(
    "text", ["", "1M8GDM9AXKP04278", "1M8GDM9AXKP0427888", "1M8GDM9AXKP04278É", "1M8GDM9AXKP04278!", "ı" * 17]
)
def test_a_wrong_length_or_character_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        read_vin(text)
    assert refusal.value.field == "vin"


@pytest.mark.parametrize(
    ("prefix", "make"),
    [
        ("2HG", "Honda"),
        ("1FT", "Ford"),
        ("2GC", "Chevrolet"),
        ("7SA", "Tesla"),
        ("WP0", "Porsche"),
        ("LYV", "Volvo"),
        ("1C4", ""),  # Jeep, Dodge and Chrysler share it
    ],
)
def test_the_make_is_the_one_that_owners_say(prefix, make):
    assert read_vin(f"{prefix}ZZZZZ8RE000007").make == make


def test_a_position_that_is_no_year_code_gives_no_year():
    assert read_vin("2T3ZZZZZ60W000001").year is None


@given(st.text(alphabet=VIN_CHARACTERS, min_size=17, max_size=17))
def test_a_vin_given_its_check_digit_reads_back_as_correct(text):
    vin = vin_with_check_digit(text)
    reading = read_vin(vin)
    assert reading.vin == vin
    assert reading.check_digit_ok
    assert (vin[:8], vin[9:]) == (text[:8], text[9:])


@given(st.text(alphabet=VIN_CHARACTERS, min_size=17, max_size=17), st.sampled_from("0123456789X"))
def test_only_one_check_digit_is_right(text, digit):
    right = vin_with_check_digit(text)
    other = text[:8] + digit + text[9:]
    assert read_vin(other).check_digit_ok == (other == right)


@given(st.text())
def test_any_text_is_a_vin_or_a_refusal(text):
    try:
        reading = read_vin(text)
    except Refusal:
        return
    assert len(reading.vin) == 17
