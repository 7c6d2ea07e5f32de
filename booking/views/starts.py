"""Reading a start that a form or an address carries."""

from __future__ import annotations

from datetime import UTC, date, datetime

LONGEST = 40


def read_start(text: str) -> datetime | None:
    """The aware moment (UTC) of an ISO 8601 text; None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if len(text) <= LONGEST else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        return None
    return moment.astimezone(UTC)


def read_day(text: str) -> date | None:
    """The day of `YYYY-MM-DD`; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) <= LONGEST else None
    except ValueError:
        return None
