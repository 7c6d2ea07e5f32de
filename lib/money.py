"""Prices in Canadian dollars, kept in cents."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from lib.languages import locale_name

CURRENCY = "CAD"


def say_price(cents: int, language: str) -> str:
    """French ``129,95 $`` (no-break space), English ``$129.95``."""
    return format_currency(Decimal(cents) / 100, CURRENCY, locale=locale_name(language))
