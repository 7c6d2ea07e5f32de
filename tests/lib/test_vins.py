import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.vins import VinReading, read_vin, vin_with_check_digit

VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@pytest.mark.parametrize(
    ("vin", "year", "maker"),
    [
        ("1M8GDM9AXKP042788", 1989, ""),
        ("LJCPCBLCX11000237", 2001, ""),
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
def test_a_valid_vin_tells_its_year_and_maker(vin, year, maker):
    assert read_vin(vin) == VinReading(vin=vin, corrected=False, check_digit_ok=True, year=year, maker=maker)


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
    ("prefix", "maker"),
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
def test_the_maker_is_the_make_that_owners_say(prefix, maker):
    assert read_vin(f"{prefix}ZZZZZ8RE000007").maker == maker


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
