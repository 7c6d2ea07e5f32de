"""When winter tires are the law, and what is worth saying about it on which day.

Code de la sécurité routière (C-24.2), s. 440.1: passenger vehicles registered in Québec carry winter tires from
December 1 to March 15, both days included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FIRST, LAST = (12, 1), (3, 15)
# Tires for the coming winter are put on from then on.
SEASON_FROM = (9, 1)


@dataclass(frozen=True, slots=True)
class WinterNote:
    """What to say: that the law is coming or in force; the first day on which winter tires may come off."""

    in_force: bool
    may_remove_from: date


def must_have_winter_tires(day: date) -> bool:
    """Whether the law asks for winter tires on that day."""
    return (day.month, day.day) >= FIRST or (day.month, day.day) <= LAST


def winter_note(today: date) -> WinterNote | None:
    """What to say to somebody who has tires changed; None from spring to the end of August."""
    if LAST < (today.month, today.day) < SEASON_FROM:
        return None
    spring = today.year if (today.month, today.day) <= LAST else today.year + 1
    return WinterNote(must_have_winter_tires(today), date(spring, 3, 16))
