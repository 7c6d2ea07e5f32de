"""Licence plates: one written form, and a key that forgives the letters people confuse."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from lib.errors import Refusal

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_PLATE = re.compile(r"[A-Z0-9]{2,8}")
_LOOK_ALIKES = str.maketrans("OI", "01")


def normalize_plate(text: str) -> str:
    """Upper case without spaces or hyphens, 2 to 8 letters and digits; otherwise Refusal(field="plate").

    Any province or state: personalised plates follow no narrower pattern.
    """
    bare = _SEPARATORS.sub("", text)
    # ASCII first: upper() would turn "ß" into "SS" and "ı" into "I".
    if bare.isascii() and _PLATE.fullmatch(plate := bare.upper()):
        return plate
    raise Refusal(
        _("Enter the licence plate with 2 to 8 letters and digits, e.g. A12 BCD."),
        code="plate_invalid",
        field="plate",
    )


def search_key(plate: str) -> str:
    """What plates are searched by: normalized, with O and 0, I and 1 taken as one. Never refuses."""
    return re.sub(r"[^A-Z0-9]", "", plate.upper()).translate(_LOOK_ALIKES)
