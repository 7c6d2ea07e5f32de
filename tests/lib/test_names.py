import pytest

from lib.names import initials


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
