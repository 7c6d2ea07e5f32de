"""Days in addresses and forms."""

from __future__ import annotations

from datetime import date

# Well inside what dates and moments can hold, so that the day before and the week after always exist.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def parse_day(text: str) -> date:
    """The day of `2026-12-08`; ValueError for what is none, or is outside the years of this product."""
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("a day of another age")
    return day


class DayConverter:
    """`2026-12-08`; what is not a day of the calendar, or is of another age, is not found."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return parse_day(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
