"""The list of makes, models, years and fuels."""

from __future__ import annotations

import json

import pytest

from lib.vehicle_list import DATA, find_model, fuels, guess_model, makes, models


def test_the_list_is_small_and_names_its_source_and_its_month() -> None:
    listed = json.loads(DATA.read_text())

    assert DATA.stat().st_size < 200_000
    assert "vPIC" in listed["source"]
    assert len(listed["data_month"]) == 7
    assert len(makes()) > 50
    assert makes() == sorted(makes(), key=str.lower)
    assert {"BMW", "GMC", "Mercedes-Benz", "Mini", "Ram", "Land Rover"} <= set(makes())


@pytest.mark.parametrize(
    ("make", "model", "first", "last"),
    [
        ("Honda", "Civic", 1995, 2026),
        ("Toyota", "RAV4", 1996, 2026),
        ("Ford", "F-150", 1995, 2026),
        ("Tesla", "Model 3", 2018, 2026),
        ("Hyundai", "Ioniq 5", 2022, 2026),
        ("Chevrolet", "Bolt EV", 2017, 2023),
        ("Mazda", "Mazda3", 2004, 2026),
        ("Dodge", "Grand Caravan", 1996, 2020),
        ("Nissan", "Micra", 2015, 2019),  # only in Canada
        ("Acura", "EL", 1997, 2005),  # only in Canada
        ("Scion", "xB", 2004, 2015),
    ],
)
def test_what_is_driven_in_quebec_is_there_in_its_years(make: str, model: str, first: int, last: int) -> None:
    assert model in models(make)
    assert model in models(make, first)
    assert model in models(make, last)


@pytest.mark.parametrize(
    ("make", "model", "year"),
    [("Tesla", "Model 3", 2010), ("Hyundai", "Kona", 2012), ("Nissan", "Micra", 2024)],
)
def test_a_model_is_not_listed_in_years_when_it_was_not_sold(make: str, model: str, year: int) -> None:
    assert model not in models(make, year)


@pytest.mark.parametrize(
    ("make", "model", "year", "expected"),
    [
        ("Honda", "Civic", 2019, ["gasoline"]),
        ("Tesla", "Model Y", 2022, ["electric"]),
        ("Hyundai", "Kona", 2022, ["gasoline", "electric"]),
        ("Hyundai", "Kona", 2018, ["gasoline"]),
        ("Kia", "Niro", 2023, ["hybrid", "plug_in_hybrid", "electric"]),
        ("Toyota", "RAV4", 2014, ["gasoline"]),
        ("Toyota", "RAV4", 2021, ["gasoline", "hybrid"]),
        ("Toyota", "Prius", 2012, ["hybrid", "plug_in_hybrid"]),
        ("Toyota", "Sienna", 2022, ["hybrid"]),
        ("Ford", "F-150", 2022, ["gasoline", "hybrid", "electric"]),
        ("Jeep", "Wrangler", 2022, ["gasoline", "plug_in_hybrid", "diesel"]),
        ("Chevrolet", "Volt", 2013, ["plug_in_hybrid"]),
        ("Volkswagen", "Jetta", 2012, ["gasoline", "diesel"]),
        ("Honda", "Zeppelin", 2012, []),
        ("Lada", "Niva", 1996, []),
    ],
)
def test_the_fuels_of_a_model_are_those_that_it_was_sold_with(
    make: str, model: str, year: int, expected: list[str]
) -> None:
    assert fuels(make, model, year) == expected


def test_without_a_year_every_fuel_of_the_model_is_possible() -> None:
    assert fuels("Hyundai", "Kona") == ["gasoline", "electric"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("Kona électrique", ["electric"]),
        ("Kona EV", ["electric"]),
        ("Kona Preferred", ["gasoline", "electric"]),
    ],
)
def test_words_after_the_model_do_not_hide_it_and_may_say_its_fuel(model: str, expected: list[str]) -> None:
    assert fuels("Hyundai", model, 2022) == expected


@pytest.mark.parametrize(
    ("make", "typed", "model"),
    [
        ("Ford", "f150", "F-150"),
        ("toyota", "rav 4", "RAV4"),
        ("Honda", "civic", "Civic"),
        ("Honda", "Zèbre", "Zèbre"),
    ],
)
def test_a_model_is_spelt_as_listed_and_anything_else_stays(make: str, typed: str, model: str) -> None:
    assert find_model(make, typed) == model


def test_no_electric_car_is_listed_that_was_none() -> None:
    """A wrong electric one would be refused its oil change."""
    for make, model in [
        ("Chrysler", "300"),
        ("Chevrolet", "Malibu"),
        ("Dodge", "Challenger"),
        ("Volvo", "XC90"),
    ]:
        assert "electric" not in fuels(make, model)


@pytest.mark.parametrize(
    ("make", "typed", "meant"),
    [
        ("Honda", "sivic", "Civic"),
        ("hunday", "Tuscon", "Tucson"),
        ("Nissan", "Rouge", "Rogue"),
        ("Toyota", "Corola", "Corolla"),
        ("Chevrolet", "Équinoxe", "Equinox"),
        ("Ford", "Escpae", "Escape"),
    ],
)
def test_a_misspelt_model_is_the_one_that_it_is_close_to(make: str, typed: str, meant: str) -> None:
    assert guess_model(make, typed) == meant


@pytest.mark.parametrize(
    ("make", "typed"),
    [
        ("Honda", "Civic"),
        ("Honda", "Civic LX"),  # says more than the list
        ("Honda", "Zeppelin"),
        ("Mazda", "CX-4"),  # between CX-3 and CX-5
        ("Tesla", "Model Z"),
        ("Ford", "F-160"),
        ("Lada", "Nivva"),
        ("Honda", ""),
    ],
)
def test_what_may_be_several_models_or_none_stays_as_it_is(make: str, typed: str) -> None:
    assert guess_model(make, typed) == ""
