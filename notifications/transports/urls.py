"""Reading the addresses of providers: what EMAIL_URL and SMS_URL say behind the scheme."""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured


def options_of(url: SplitResult) -> dict[str, str]:
    """The part behind the question mark. A plus sign stays one: it begins a telephone number."""
    return dict(parse_qsl(url.query.replace("+", "%2B")))


def user_of(url: SplitResult) -> str:
    return unquote(url.username or "")


def password_of(url: SplitResult) -> str:
    return unquote(url.password or "")


def rate_of(options: dict[str, str], *, default: float | None) -> float | None:
    """`rate=`: messages a second, above 0. ImproperlyConfigured when it is not a number of that kind."""
    text = options.get("rate", "")
    if not text:
        return default
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise ImproperlyConfigured(
            f"SMS_URL has rate={text}; it must be messages a second, from 0.01 to 1000."
        )
    return rate
