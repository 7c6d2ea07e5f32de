"""Whether words that somebody typed may mean one person."""

from __future__ import annotations

import pytest

from customers.models import Customer
from customers.search import Traits
from lib.names import search_key


def luc(**more: str) -> Customer:
    fields = {"name": "Luc Tremblay", "phone": "+14185550123", "email": "Luc@Example.com", **more}
    return Customer(name_key=search_key(fields["name"]), **fields)


LUC = Traits(luc(), plates=frozenset({"K9Z111"}), vins=frozenset({"1HGCM82633A004352"}))


@pytest.mark.parametrize(
    "words",
    [
        "Tremblay", "tremblay luc", "TREMB", "Tremblay 418 555-0123", "Tremblay 418…", "418 555-0123", "(418) 555-0123",
        "+14185550123", "0123", "5550123", "luc@example.com", "écrire à LUC@example.com", "k9z 111", "Tremblay K9Z111",
        "plaque K9Z111", "1HGCM82633A004352", "A004352", "Tremblay, Luc",
    ],
)  # fmt: skip
def test_what_names_or_finds_the_person_means_them(words: str) -> None:
    assert LUC.are_meant_by(words)


@pytest.mark.parametrize(
    "words",
    [
        "Roy", "Anne Tremblay", "Lu", "418 555-0199", "123", "418", "anne@example.com", "ZZZ 999", "A004353", "book", "",
        "K4T7QFX",
    ],
)  # fmt: skip
def test_what_means_somebody_else_does_not(words: str) -> None:
    assert not LUC.are_meant_by(words)


@pytest.mark.parametrize("words", ["", "Tremblay 1", "0123", "a@b.ca", "K9Z111", "A004352"])
def test_somebody_of_whom_nothing_is_known_is_never_meant(words: str) -> None:
    nobody = Traits(luc(name="—", phone="", email=""))
    assert not nobody.are_meant_by(words)
