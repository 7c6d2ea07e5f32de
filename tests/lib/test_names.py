import pytest

from lib.names import initials, search_key
from lib.text import fold


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marie-Ève Tremblay", "MT"),
        ("élise Côté", "ÉC"),
        ("Jean de la Fontaine", "JF"),
        ("Madonna", "M"),
        ("  (Bob)  Roy ", "R"),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_last_words(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize("typed", ["O’Brien", "o'brien", "O Brien", "obrien"])
def test_a_name_with_an_apostrophe_is_found_with_and_without_it(typed: str) -> None:
    assert fold(typed) in search_key("Anne O’Brien")


def test_a_double_name_is_found_glued_too() -> None:
    assert search_key("Éloïse L’Heureux-Nguyễn") == "eloise l heureux nguyen lheureuxnguyen"


def test_a_plain_name_is_its_folded_form() -> None:
    assert search_key("Luc Côté") == "luc cote"
