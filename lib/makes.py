"""Makes of cars, as owners write them: one spelling each, and the others that people type."""

from __future__ import annotations

import difflib
import re

from lib.text import fold

# What is driven in Québec and built since 1995. A make that is not here is accepted as it is typed.
MAKES = (
    "Acura", "Alfa Romeo", "Aston Martin", "Audi", "Bentley", "BMW", "Buick", "Cadillac", "Chevrolet", "Chrysler",
    "Daewoo", "Dodge", "Eagle", "Ferrari", "Fiat", "Fisker", "Ford", "Genesis", "Geo", "GMC", "Honda", "Hummer",
    "Hyundai", "Infiniti", "Isuzu", "Jaguar", "Jeep", "Kia", "Lamborghini", "Land Rover", "Lexus", "Lincoln", "Lotus",
    "Lucid", "Maserati", "Mazda", "McLaren", "Mercedes-Benz", "Mercury", "Mini", "Mitsubishi", "Nissan", "Oldsmobile",
    "Plymouth", "Polestar", "Pontiac", "Porsche", "Ram", "Rivian", "Rolls-Royce", "Saab", "Saturn", "Scion", "Smart",
    "Subaru", "Suzuki", "Tesla", "Toyota", "VinFast", "Volkswagen", "Volvo",
)  # fmt: skip

_ALIASES = {
    "alfa": "Alfa Romeo", "astonmartin": "Aston Martin", "beemer": "BMW", "bimmer": "BMW", "benz": "Mercedes-Benz",
    "caddy": "Cadillac", "chev": "Chevrolet", "chevy": "Chevrolet", "landrover": "Land Rover",
    "merc": "Mercedes-Benz", "mercedes": "Mercedes-Benz", "mb": "Mercedes-Benz", "olds": "Oldsmobile",
    "ramtrucks": "Ram", "dodgeram": "Ram", "rangerover": "Land Rover", "rolls": "Rolls-Royce", "rover": "Land Rover",
    "vw": "Volkswagen", "volks": "Volkswagen", "lambo": "Lamborghini", "minicooper": "Mini",
}  # fmt: skip
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_CLOSE = 0.75  # `hunday` is Hyundai; `Lada` (0.67) is not Mazda


def key_of(text: str) -> str:
    """What is compared: `F-150`, `f 150` and `F150` are the same."""
    return _NOT_ALPHANUMERIC.sub("", fold(text))


_BY_KEY = {key_of(make): make for make in MAKES} | _ALIASES


def read_make(text: str) -> str:
    """The usual spelling of the make that was meant: `vw`, `toyotta`; any other text as it is."""
    key = key_of(text)
    if key in _BY_KEY or not key:
        return _BY_KEY.get(key, text)
    begun = [known for known in _BY_KEY if known[0] == key[0]]
    close = difflib.get_close_matches(key, begun, n=1, cutoff=_CLOSE) if len(key) > 3 else []
    return _BY_KEY[close[0]] if close else text


def is_guess(text: str) -> bool:
    """Whether `read_make` corrects a misspelling, which people should be told; another usual name is none."""
    return key_of(text) not in _BY_KEY and read_make(text) != text


def spell(shouted: str) -> str:
    """A name in capitals as one writes it: `HONDA` as Honda, `BMW` as it is."""
    known = _BY_KEY.get(key_of(shouted))
    return known or " ".join(word if len(word) <= 3 else word.title() for word in shouted.split())
