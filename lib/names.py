"""People's names: as they show on a chip, and as they are looked for."""

from __future__ import annotations

import re

from lib.text import fold

_JOINTS = re.compile(r"['’‘ʼ`´\-\u2010-\u2015]+")


def initials(name: str) -> str:
    """First letters of the first and last words, upper case: ``Marie-Ève Tremblay`` gives ``MT``."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def search_key(name: str) -> str:
    """What a name is found and compared by: folded, and after it each glued form that people type.

    ``Anne O’Brien`` is ``anne o brien obrien``, found by "o'brien", "o brien" and "obrien".
    """
    folded = fold(name)
    parts = folded.split()
    glued = [word for word in fold(_JOINTS.sub("", name)).split() if word not in parts]
    return " ".join([folded, *glued]).strip()
