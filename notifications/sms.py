"""Text messages that fit one segment: what matters least goes first, and a link is never cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lib.gsm7 import segments, to_gsm7

# Enough of a dealership's name to be recognised.
SHORTEST_NAME = 12


def fit_one_segment(write: Callable[[dict[str, Any]], str], words: dict[str, Any]) -> str:
    """The fullest version of the text that is one GSM-7 segment (160 places).

    `write` renders the template. Dropped in turn: the ready time, the vehicle, the end of the sender's
    name. When even that is too long (a very long PUBLIC_URL) the shortest version goes in two segments.
    """
    for variant in _variants(words):
        text = " ".join(to_gsm7(write(variant)).split()).replace(".. ", ". ")  # after "a.m."
        if segments(text) == 1:
            break
    return text


def _variants(words: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield words
    yield words | {"short_ready": ""}
    bare = words | {"short_ready": "", "vehicle": ""}
    yield bare
    name = words["dealership"]["name"]
    for length in range(len(name) - 1, SHORTEST_NAME - 1, -1):
        yield bare | {"dealership": words["dealership"] | {"name": name[:length].rstrip(" -,.'’&") + "."}}
