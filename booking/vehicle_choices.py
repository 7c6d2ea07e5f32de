"""What a make, a model and a year, as far as they are said, leave to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from customers.models import Fuel
from lib import vehicle_list

LONGEST = 60


def models_of(said: Mapping[str, Any]) -> list[str]:
    """The listed models of the make that was said, of its year if that is one; of every year where it has none."""
    make, year = _text(said, "make"), _year(said)
    return vehicle_list.models(make, year) or vehicle_list.models(make)


def fuel_choices(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fuels of a model as choices, the one that was said checked; empty when there is nothing to ask."""
    possible = vehicle_list.fuels(_text(said, "make"), _text(said, "model"), _year(said))
    if len(possible) < 2:
        return []
    return [
        {"value": fuel, "label": Fuel(fuel).label, "checked": fuel == said.get("fuel")} for fuel in possible
    ]


def _text(said: Mapping[str, Any], name: str) -> str:
    return str(said.get(name) or "").strip()[:LONGEST]


def _year(said: Mapping[str, Any]) -> int | None:
    text = _text(said, "year")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None
