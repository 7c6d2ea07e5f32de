"""Quiet hours: when the system may start a message, on the dealership's wall clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from lib.clock import at_local, local

# Our own rule: the law sets no hours for text messages or e-mail (quiet at night is a courtesy).
DAY_OPENS = time(8)
DAY_CLOSES = time(21)


def next_allowed(moment: datetime, zone: str) -> datetime:
    """`moment` itself between 8:00 and 21:00 in the zone, else the next 8:00 there."""
    there = local(moment, zone)
    if DAY_OPENS <= there.time() < DAY_CLOSES:
        return moment
    day = there.date() + timedelta(days=there.time() >= DAY_CLOSES)
    return at_local(day, DAY_OPENS, zone)
