"""Days in addresses."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """`2026-12-08`; what is not a day of the calendar is not found."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
