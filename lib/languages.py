"""Which of our two languages a language code means."""

from __future__ import annotations


def is_english(language: str) -> bool:
    """True for ``en`` and its variants; everything else is served in French, the default."""
    return language.lower().partition("-")[0].partition("_")[0] == "en"


def locale_name(language: str) -> str:
    """The Canadian locale that babel formats dates and prices with."""
    return "en_CA" if is_english(language) else "fr_CA"
