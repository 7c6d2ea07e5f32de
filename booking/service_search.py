"""Finding a service by the words that people use: synonyms, both languages, no accents, half a word, a typing mistake.

static/js/service-search.js does the same while somebody types; this is for browsers that don't run it.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from booking.menu_items import MenuItem
from lib.text import fold

MOST_TYPED = 80
# Shorter words are taken as they are: `pied` is no mistake for `pneu`.
SHORTEST_GUESSED = 5
ALIKE = 0.8
SAME, NEARLY = 10, 9
SHORTEST_KNOWN = 4  # of a word that tells how one gets on
# What people write around the thing they want.
FILLERS = (
    "a", "an", "and", "au", "aux", "avec", "car", "char", "d", "de", "des", "du", "en", "et", "faire", "for", "from",
    "have", "i", "j", "l", "la", "le", "les", "ma", "mes", "mon", "my", "need", "of", "on", "pour", "sur", "the", "to",
    "un", "une", "vehicule", "voiture", "with",
)  # fmt: skip
# How one gets on without one's vehicle: asked with the time, whatever the service.
GETTING_ON = (
    "attendre", "courtesy", "courtoisie", "loaner", "navette", "pret", "raccompagnement", "remplacement", "ride",
    "shuttle", "wait",
)  # fmt: skip


def search_services(items: Iterable[MenuItem], typed: str) -> list[MenuItem]:
    """The services that most words of `typed` lead to, in menu order; all of them when it says nothing.

    A word that is known counts more than one that is nearly known, and half of the words must be nearly known when
    none is known.
    """
    known, words = list(items), search_words(typed[:MOST_TYPED])
    if not words:
        return known
    scores = [sum(_likeness(word, known_words(item)) for word in words) for item in known]
    best = max(scores, default=0)
    if best < SAME and best * 2 < NEARLY * len(words):
        return []
    return [item for item, score in zip(known, scores, strict=True) if score == best]


def asks_how_to_get_on(typed: str) -> bool:
    """Whether somebody looks for a courtesy car, the shuttle, the waiting room: no service, but a choice to come."""
    words = search_words(typed[:MOST_TYPED])
    return any(len(word) >= SHORTEST_KNOWN and _likeness(word, GETTING_ON) for word in words)


def known_words(item: MenuItem) -> list[str]:
    """Every word that leads to a service, folded: its names and its keywords in both languages."""
    said = " ".join((item.fr, item.en, item.keywords_fr, item.keywords_en))
    return list(dict.fromkeys(search_words(said)))


def search_words(text: str) -> list[str]:
    """The folded words of a text that mean something; all of them when none does."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()
    return [word for word in words if word not in FILLERS] or words


def _likeness(typed: str, known: Iterable[str]) -> int:
    """How well a word is known: the same or its beginning, nearly the same, or not at all."""
    words = list(known)
    if any(word.startswith(typed) or _is_elided(typed, word) for word in words):
        return SAME
    return NEARLY if any(_is_nearly(typed, word) for word in words) else 0


def _is_elided(typed: str, known: str) -> bool:
    """`dhuile`, `lalignement`: written without the apostrophe."""
    return typed[0] in "dl" and len(typed) > SHORTEST_KNOWN and known.startswith(typed[1:])


def _is_nearly(typed: str, known: str) -> bool:
    """`balencement`, `alingement`, `vidanges`; the first letter is right."""
    if min(len(typed), len(known)) < SHORTEST_GUESSED or typed[0] != known[0]:
        return False
    # The beginning too, for who is still typing a long word with a mistake in it.
    return any(SequenceMatcher(None, typed, one).ratio() >= ALIKE for one in (known, known[: len(typed)]))
