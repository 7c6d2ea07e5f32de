"""Words that people use in Québec, well and badly typed, and the service that they lead to."""

from __future__ import annotations

import pytest

from booking.demo.menu import SERVICES
from booking.menu_items import MenuItem
from booking.service_search import asks_how_to_get_on, search_services

MENU = [
    MenuItem(
        id=number, code=row.code, fr=row.fr, en=row.en, summary_fr=row.summary_fr, summary_en=row.summary_en,
        icon=row.icon, minutes=row.minutes, price=row.price, skill=row.skill, waitable=row.waitable,
        transports=list(row.transports), questions=(), keywords_fr=row.keywords_fr, keywords_en=row.keywords_en,
    )
    for number, row in enumerate(SERVICES)
]  # fmt: skip


def found(typed: str) -> list[str]:
    return [item.code for item in search_services(MENU, typed)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("alignement", "alignment"),
        ("parallélisme", "alignment"),
        ("géométrie", "alignment"),
        ("geometrie", "alignment"),
        ("alingement", "alignment"),
        ("Wheel alignment", "alignment"),
        ("balancement", "tire_swap"),
        ("balencement", "tire_swap"),
        ("équilibrage", "tire_swap"),
        ("EQUILIBRAGE", "tire_swap"),
        ("switch de pneus", "tire_swap"),
        ("pneus d’hiver", "tire_swap"),
        ("pneu d'hivers", "tire_swap"),
        ("winter tires", "tire_swap"),
        ("tires", "tire_swap"),
        ("mags", "tire_swap"),
        ("changer mes pneus", "tire_swap"),
        ("changement d’huile", "oil_change"),
        ("changement dhuile", "oil_change"),
        ("vidange", "oil_change"),
        ("vidanges", "oil_change"),
        ("oil change", "oil_change"),
        ("check engine", "diagnosis"),
        ("chek engine", "diagnosis"),
        ("voyant moteur", "diagnosis"),
        ("voyan", "diagnosis"),
        ("témoin du moteur", "diagnosis"),
        ("diagnostic", "diagnosis"),
        ("un bruit bizarre", "diagnosis"),
        ("air climatisé", "diagnosis"),
        ("brakes", "brakes"),
        ("freins", "brakes"),
        ("frien", "brakes"),
        ("plaquettes", "brakes"),
        ("tune-up", "maintenance"),
        ("entretien", "maintenance"),
        ("rappel", "recall"),
        ("airbag", "recall"),
        ("Takata", "recall"),
    ],
)
def test_a_word_leads_to_its_service(typed: str, code: str) -> None:
    assert found(typed) == [code]


@pytest.mark.parametrize("typed", ["tondeuse", "zzzz", "12345", "?!", "pizza toute garnie", "\x00"])
def test_what_nobody_offers_leads_nowhere(typed: str) -> None:
    assert found(typed) == ([] if any(sign.isalnum() for sign in typed) else [row.code for row in SERVICES])


@pytest.mark.parametrize("typed", ["", "   ", "-", "’"])
def test_nothing_typed_leads_everywhere(typed: str) -> None:
    assert found(typed) == [row.code for row in SERVICES]


def test_half_a_word_is_enough() -> None:
    assert found("géo") == ["alignment"]
    assert found("vid") == ["oil_change"]


def test_a_very_long_search_is_cut() -> None:
    assert found("vidange " + "x" * 100_000) == ["oil_change"]


@pytest.mark.parametrize(
    "typed", ["loaner", "auto de prêt", "véhicule de courtoisie", "navette", "shuttle", "courtoisi"]
)
def test_a_courtesy_car_is_no_service_but_a_choice_to_come(typed: str) -> None:
    assert asks_how_to_get_on(typed)


@pytest.mark.parametrize("typed", ["", "pneus", "vidange", "pr"])
def test_other_words_are_not_about_how_one_gets_on(typed: str) -> None:
    assert not asks_how_to_get_on(typed)
