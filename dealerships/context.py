"""What every page's layout needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


def site(request: HttpRequest) -> dict[str, Any]:
    """The page's language, its address in the other language, and whether this is the demo."""
    language = get_language() or settings.LANGUAGE_CODE
    other = "en" if language == "fr" else "fr"
    return {
        "language": language,
        "other_language_code": other,
        "other_language_name": LANGUAGE_NAMES[other],
        "other_language_url": translate_url(request.get_full_path(), other),
        "demo": settings.DEMO,
    }
