"""Makes as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.makes import MAKES, is_guess, read_make, spell


@pytest.mark.parametrize(
    ("typed", "make"),
    [
        ("hunday", "Hyundai"), ("toyotta", "Toyota"), ("volkswagon", "Volkswagen"), ("chev", "Chevrolet"),
        ("vw", "Volkswagen"), ("mercedes", "Mercedes-Benz"), ("MERCEDES BENZ", "Mercedes-Benz"), ("bmw", "BMW"),
        ("honda", "Honda"), ("mitsubichi", "Mitsubishi"), ("land-rover", "Land Rover"), ("Citroën", "Citroën"),
        ("Lada", "Lada"), ("Seat", "Seat"), ("Peugeot", "Peugeot"), ("MG", "MG"), ("", ""), ("🚗", "🚗"),
    ],
)  # fmt: skip
def test_a_make_is_read_as_the_one_that_was_meant(typed: str, make: str) -> None:
    assert read_make(typed) == make


@pytest.mark.parametrize(
    ("typed", "guess"), [("hunday", True), ("vw", False), ("HONDA", False), ("Lada", False)]
)
def test_only_a_misspelling_is_a_guess(typed: str, guess: bool) -> None:
    assert is_guess(typed) is guess


@pytest.mark.parametrize("make", MAKES)
def test_every_make_is_read_as_itself(make: str) -> None:
    assert (read_make(make), spell(make.upper())) == (make, make)


@given(st.text(max_size=60))
def test_any_text_is_a_make_or_stays_as_it_is(text: str) -> None:
    assert read_make(text) in (*MAKES, text)
