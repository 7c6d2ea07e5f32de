"""People's names, as they show on a chip."""

from __future__ import annotations


def initials(name: str) -> str:
    """First letters of the first and last words, upper case: ``Marie-Ève Tremblay`` gives ``MT``."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
