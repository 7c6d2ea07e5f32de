"""Text messages in the GSM-7 alphabet (3GPP TS 23.038): 160 characters a segment instead of 70."""

from __future__ import annotations

import re
import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places: an escape, then the character
_ALPHABET = _BASIC | _EXTENDED

_REPLACEMENTS = {
    "œ": "oe", "Œ": "OE", "°": "o", "·": "-", "•": "-", "×": "x", "÷": "/", "©": "(c)", "®": "(R)",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "⁄": "/",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "ʻ": "'", "´": "'", "`": "'", "′": "'", "‹": "'",
    "›": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
    "\t": " ", "\v": " ", "\f": " ", "\x1c": " ", "\x1d": " ", "\x1e": " ", "\x1f": " ",
    "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip
_GUILLEMET_SPACE = re.compile(r"(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=»)")
_INVISIBLE = {"Cc", "Cf", "Cs", "Mn", "Me", "So", "Sk", "Co", "Cn"}


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension."""
    return _ALPHABET.issuperset(text)


def to_gsm7(text: str) -> str:
    """The text in GSM-7: typographic signs made plain, accents dropped where the alphabet lacks them.

    ``é è à ù É Ç`` stay. Symbols and invisible characters vanish; letters of other scripts become "?".
    """
    composed = unicodedata.normalize("NFC", _GUILLEMET_SPACE.sub("", text.replace("\r\n", "\n")))
    return "".join(_replace(character) for character in composed)


def segments(text: str) -> int:
    """How many message segments the text is billed as; 0 for an empty text.

    160 GSM-7 places, or 153 each in several; 70 UTF-16 units, or 67 each. A character is never split.
    """
    if is_gsm7(text):
        return _pack([2 if character in _EXTENDED else 1 for character in text], alone=160, joined=153)
    return _pack([2 if ord(character) > 0xFFFF else 1 for character in text], alone=70, joined=67)


def _replace(character: str) -> str:
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    if character in _ALPHABET:
        return character
    if character.isspace():
        return " "
    plain = "".join(
        _REPLACEMENTS.get(part, part)
        for part in unicodedata.normalize("NFKD", character)
        if part != character and not unicodedata.combining(part)
    )
    if plain and is_gsm7(plain):
        return plain
    return "" if unicodedata.category(character) in _INVISIBLE else "?"


def _pack(sizes: list[int], *, alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1 if sizes else 0
    count, room = 1, joined
    for size in sizes:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
