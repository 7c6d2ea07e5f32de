"""Text messages that fit one segment: what matters least goes first, and a link is never cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lib.gsm7 import segments, to_gsm7

Words = dict[str, Any]

# Enough of a dealership's name to be recognised; beyond that, which car it is about says more.
SHORTEST_NAME, NAME = 12, 30
# What a name does not end on when it is cut.
_LITTLE = re.compile(
    r"(?:[\s,&'’-]+(?:de|du|des|d|la|le|les|l|et|en|of|the|and))*[\s,.&'’-]*$", re.IGNORECASE
)
# After "a.m."
_TWO_POINTS = re.compile(r"\.\.(?=\s|$)")
# Last in French, first in English.
_YEAR = re.compile(r"^(?:19|20)\d\d (?=\D)| (?:19|20)\d\d$")
# Makes whose name is two words.
_TWO_WORDS = re.compile(r"(?:Alfa Romeo|Aston Martin|Land Rover) ", re.IGNORECASE)


def fit_one_segment(write: Callable[[Words], str], words: Words) -> str:
    """The fullest version of the text that is one GSM-7 segment (160 places).

    `write` renders the template, which may shorten itself when `terse` is 1, and again when it is 2. Dropped in
    turn: the ready time, the vehicle's year, the end of a very long sender's name, the vehicle's make, what can be
    answered (`replies`), the longer wordings, what a booking link fills in (`book_link`), the vehicle, more of the
    sender's name. When even that is too long (a very long PUBLIC_URL) the shortest version goes in two segments.
    """
    text = ""
    for variant in _variants(words):
        text = " ".join(to_gsm7(write(variant)).split())
        text = _TWO_POINTS.sub(".", text)
        if segments(text) == 1:
            break
    return text


def whole_text(write: Callable[[Words], str], words: Words) -> str:
    """What a person wrote, in GSM-7, its lines kept, in as many segments as it takes."""
    return to_gsm7(write(words)).strip()


def _variants(words: Words) -> Iterator[Words]:
    left = words | {"replies": True, "terse": 0}
    yield left
    for less in _steps(words):
        left = left | less
        yield left
    for length in range(len(words["dealership"]["name"]) - 1, SHORTEST_NAME - 1, -1):
        yield left | _from(words, length)


def _steps(words: Words) -> Iterator[Words]:
    yield {"short_ready": ""}
    without_year = _YEAR.sub("", words.get("vehicle", ""))
    yield {"vehicle": without_year}
    yield _from(words, NAME)
    without_make = _without_make(without_year)
    yield {"vehicle": without_make}
    yield {"replies": False}
    yield {"terse": 1, "vehicle": without_year}
    yield {"vehicle": without_make}
    yield {"terse": 2, "vehicle": without_year}
    yield {"vehicle": without_make}
    links = words.get("book_links", [])
    # Of what is due, which vehicle is worth more than having it filled in.
    yield from ({"book_link": link} for link in links[1:2])
    yield {"vehicle": ""}
    yield from ({"book_link": link} for link in links[2:])


def _from(words: Words, most: int) -> Words:
    """The sender, in at most so many characters: whole words, unless the first ones say too little."""
    name = words["dealership"]["name"]
    if len(name) > most:
        whole = _LITTLE.sub("", name[: most + 1].rpartition(" ")[0])
        name = whole if len(whole) >= SHORTEST_NAME else name[:most].rstrip(" -,.'’&") + "."
    return {"dealership": words["dealership"] | {"name": name}}


def _without_make(vehicle: str) -> str:
    """`Honda Civic` as `Civic`; what is one word, or a make alone, stays."""
    two_words = _TWO_WORDS.match(vehicle)
    make, _space, model = vehicle.partition(" ")
    return (vehicle[two_words.end() :] if two_words else model or make).strip() or vehicle
