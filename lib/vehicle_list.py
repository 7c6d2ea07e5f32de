"""Which makes and models there are, in which model years and with which fuels: cars and light trucks since 1995.

The list (lib/data/vehicles.json, from NHTSA's vPIC) helps people to type and to be understood. It is not complete, so
nothing is ever refused because it is not in it.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lib.makes import key_of, read_make
from lib.text import fold

DATA = Path(__file__).parent / "data" / "vehicles.json"

# What people add to a model's name to say how it is driven.
_SAID = (
    ("plug_in_hybrid", re.compile(r"\b(plug ?in|phev|branchable|rechargeable)\b")),
    ("hybrid", re.compile(r"\b(hybrid|hybride|hev)\b")),
    ("electric", re.compile(r"\b(electric|electrique|ev|bev)\b")),
    ("diesel", re.compile(r"\b(diesel|tdi)\b")),
)

_SHORTEST_GUESS = 4
# `tuscon` is Tucson (0.83), and no other model of the make is nearly as close.
_CLOSE, _APART = 0.8, 0.1


class Span(NamedTuple):
    """Model years, both included, in which a model came with a fuel; "" when nobody knows which."""

    fuel: str
    first: int
    last: int


@cache
def _load() -> dict[str, dict[str, list[Span]]]:
    listed = json.loads(DATA.read_text(encoding="utf-8"))["makes"]
    return {
        make: {model: [Span(*span) for span in spans] for model, spans in models.items()}
        for make, models in listed.items()
    }


def makes() -> list[str]:
    """Every make of the list, in their usual spelling, by name."""
    return list(_load())


def models(make: str, year: int | None = None) -> list[str]:
    """The models of a make, by name, of one model year when it is given; empty for a make that is not listed."""
    listed = _load().get(read_make(make), {})
    return [
        model
        for model, spans in listed.items()
        if year is None or any(span.first <= year <= span.last for span in spans)
    ]


def find_model(make: str, text: str) -> str:
    """The listed spelling of a model: `f150` is F-150; any other text as it is."""
    known = read_make(make)
    return _keys_of(known).get(key_of(text), text) if known in _load() else text


def guess_model(make: str, text: str) -> str:
    """The listed model that a misspelling most likely means: `Tuscon` is a Tucson; "" when none or several may be meant.

    Digits tell models apart, so they are never guessed; nor is what begins with a listed name (`Civic LX`).
    """
    known, key = read_make(make), key_of(text)
    if known not in _load() or len(key) < _SHORTEST_GUESS or _closest(known, text):
        return ""
    near = (other for other in _keys_of(known) if _digits(other) == _digits(key))
    ranked = sorted(((_likeness(key, other), other) for other in near), reverse=True)
    (best, meant), (second, _other) = [*ranked, (0.0, ""), (0.0, "")][:2]
    return _keys_of(known)[meant] if best >= _CLOSE and best - second >= _APART else ""


def _likeness(key: str, other: str) -> float:
    return difflib.SequenceMatcher(None, key, other, autojunk=False).ratio()


def _digits(key: str) -> str:
    return "".join(one for one in key if one.isdigit())


def fuels(make: str, model: str, year: int | None = None) -> list[str]:
    """The fuels (codes of customers.models.Fuel) with which a model was sold, usual ones first; empty if unknown.

    Without a year, those of all its years. `Civic LX` is asked as a Civic, and `Kona électrique` says it all.
    """
    known = _known_fuels(read_make(make), model, year)
    said = said_fuel(model)
    return [said] if said and (said in known or not known) else known


def said_fuel(model: str) -> str:
    """The fuel that a model's name says by itself: `RAV4 hybride`; "" when it does not."""
    folded = fold(model)
    return next((fuel for fuel, words in _SAID if words.search(folded)), "")


def _known_fuels(make: str, model: str, year: int | None) -> list[str]:
    spans = _load().get(make, {}).get(_closest(make, model), [])
    known = {span.fuel for span in spans if year is None or span.first <= year <= span.last} - {""}
    return [fuel for fuel in ("gasoline", "hybrid", "plug_in_hybrid", "electric", "diesel") if fuel in known]


def _closest(make: str, model: str) -> str:
    """The model itself, or else the longest one with whose words the text begins."""
    named = find_model(make, model)
    if named in _load().get(make, {}):
        return named
    words = model.split()
    shorter = (find_model(make, " ".join(words[:count])) for count in range(len(words) - 1, 0, -1))
    return next((name for name in shorter if name in _load().get(make, {})), "")


@cache
def _keys_of(known_make: str) -> dict[str, str]:
    return {key_of(model): model for model in _load()[known_make]}
