import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Refusal
from lib.plates import normalize_plate, search_key


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("A12 BCD", "A12BCD"),
        ("123 abc", "123ABC"),
        ("ABC-123", "ABC123"),
        (" l\u00a012\u20113456 ", "L123456"),
        ("OK", "OK"),
        ("BOREAL1", "BOREAL1"),
    ],
)
def test_a_plate_has_one_written_form(text, plate):
    assert normalize_plate(text) == plate


@pytest.mark.parametrize(
    "text", ["", "A", "ABCDEFGHI", "A12.BCD", "ÉTÉ", "AB'1", "ß1", "ı12", "A12\x00", "車1"]
)
def test_what_no_plate_shows_is_refused(text):
    with pytest.raises(Refusal) as refusal:
        normalize_plate(text)
    assert refusal.value.field == "plate"


@given(st.text(alphabet="ABCOI01", min_size=2, max_size=8))
def test_confused_characters_share_a_search_key(plate):
    confused = plate.translate(str.maketrans("O0I1", "0O1I"))
    assert search_key(plate) == search_key(confused) == search_key(f" {plate[:1]}-{plate[1:].lower()}")


def test_different_plates_keep_different_keys():
    assert search_key("A12BCD") != search_key("A12BCE")


@given(st.text())
def test_any_text_is_a_plate_or_a_refusal(text):
    try:
        plate = normalize_plate(text)
    except Refusal:
        return
    assert normalize_plate(plate) == plate
    assert plate.isascii()
    assert plate.isalnum()
    assert 2 <= len(plate) <= 8
