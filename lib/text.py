"""Text typed by people: cleaned before it is stored, folded before it is compared."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

# No living script stacks more marks than this on one letter; hundreds would cover the lines around.
MOST_MARKS = 4
# Cleaning makes a text shorter, but nothing this long becomes a name or a note; several times as much takes a second.
MOST_CLEANED = 250_000

_JOINERS = "\u200c\u200d"  # Persian and emoji need them
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[^\S\n]+")
_WORD_BREAKS = re.compile(r"[\s'’‘ʼʻ`´′\-\u2010-\u2015\u2212_]+")
_UNDECOMPOSED = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def clean_line(text: str, *, limit: int, field: str) -> str:
    """One line, composed (NFC), without controls, bidi overrides or lone surrogates, spaces collapsed.

    More than ``limit`` characters after cleaning raise a Refusal that tells the limit.
    """
    _refuse_unread(text, limit=limit, field=field)
    return _within(" ".join(_settle(text).split()), limit=limit, field=field)


def clean_note(text: str, *, limit: int, field: str) -> str:
    """As ``clean_line``, but lines stay lines, with at most one blank line between them."""
    _refuse_unread(text, limit=limit, field=field)
    lines = _settle(text).splitlines()
    joined = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    return _within(_BLANK_LINES.sub("\n\n", joined).strip(), limit=limit, field=field)


def fold(text: str) -> str:
    """What two spellings share: lower case, no accents, apostrophes and hyphens as spaces."""
    # Twice, because folding case can uncover a decomposition and the other way round (Unicode 3.13, D145).
    for _pass in range(2):
        text = unicodedata.normalize("NFKD", "".join(_cap_marks(text))).casefold()
    bare = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(_WORD_BREAKS.split(without_controls(bare.translate(_UNDECOMPOSED)))).strip()


def without_controls(text: str, *, keep: str = "") -> str:
    """The text without control, formatting and surrogate characters; white space becomes spaces.

    ``keep`` names the white space to leave alone. Line ends count as one, written as a newline.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_visible(text, keep))


def _visible(text: str, keep: str) -> Iterator[str]:
    for character in text:
        if character in keep or character in _JOINERS:
            yield character
        elif character.isspace():
            yield "\n" if "\n" in keep and character in "\v\f\x85\u2028\u2029" else " "
        elif unicodedata.category(character) not in {"Cc", "Cf", "Cs"}:
            yield character


def _cap_marks(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MOST_MARKS:
            yield character


def _settle(text: str) -> str:
    """The text visible and composed.

    Marks are capped before composing, which takes quadratic time for a long run, and again afterwards,
    because some characters decompose into marks of their own.
    """
    text = without_controls(text, keep="\n")
    for _pass in range(2):
        text = unicodedata.normalize("NFC", "".join(_cap_marks(text)))
    return text


def _refuse_unread(text: str, *, limit: int, field: str) -> None:
    if len(text) > MOST_CLEANED:
        _within(text, limit=limit, field=field)


def _within(text: str, *, limit: int, field: str) -> str:
    if len(text) <= limit:
        return text
    sentence = _("Please keep this to {limit} characters; it has {length}.")
    raise Refusal(format_lazy(sentence, limit=limit, length=len(text)), code="too_long", field=field)
