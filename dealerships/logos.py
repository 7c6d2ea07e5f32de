"""Where a dealership's logo is kept, and how large it is: its file's name says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dealerships.models import Dealership
from lib.logos import Logo

# Wider than this, a logo holds the name already; it is not written again beside it.
WORDMARK = 1.8
_NAME = re.compile(r"logos/[\w-]+-([0-9a-f]{16})-(\d{1,4})x(\d{1,4})\.png")


@dataclass(frozen=True, slots=True)
class KeptLogo:
    """What pages need to show a logo: the mark in its address, and its size in pixels."""

    mark: str
    width: int
    height: int

    @property
    def is_wordmark(self) -> bool:
        return self.width >= WORDMARK * self.height


def file_name(dealership: Dealership, logo: Logo) -> str:
    """The name of the file that keeps this logo."""
    return f"logos/{dealership.slug}-{logo.mark}-{logo.width}x{logo.height}.png"


def kept_logo(dealership: Dealership) -> KeptLogo | None:
    """The dealership's logo; None without one."""
    found = _NAME.fullmatch(dealership.logo.name or "")
    return KeptLogo(found[1], int(found[2]), int(found[3])) if found else None


def show_logo(dealership: Dealership) -> dict[str, Any] | None:
    """The logo's address, its size in pixels, and whether it says the name; None without one."""
    logo = kept_logo(dealership)
    if logo is None:
        return None
    url = reverse("logo", args=[dealership.slug, logo.mark])
    return {"url": url, "width": logo.width, "height": logo.height, "says_name": logo.is_wordmark}
