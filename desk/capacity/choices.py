"""What was chosen for the visits to be moved, read from the form. Never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict

from desk.capacity.proposals import ToMove
from desk.picker import read_start
from lib import tokens

# What a visit says that stays where it is.
KEEP = ""
# A form does not list more visits than this.
MOST = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """Move this visit, as it was when it was shown, to `start` (UTC) with `advisor`; tell its customer or not."""

    reference: str
    version: int
    start: datetime
    advisor: int | None
    tell: bool


def read_choices(data: QueryDict, zone: str) -> list[Choice]:
    """The visits for which a place was chosen, in the form's order; what is kept or can't be read is left out."""
    found = []
    for reference in data.getlist("visit")[:MOST]:
        wall, _slash, advisor = data.get(f"choice-{reference}", KEEP).partition("/")
        start = read_start(wall, zone)
        if start is None:
            continue
        found.append(
            Choice(
                reference=tokens.normalize_reference(reference),
                version=_number(data.get(f"version-{reference}", "")) or 0,
                start=start,
                advisor=_number(advisor),
                tell=f"tell-{reference}" in data,
            )
        )
    return found


def mark_choices(visits: Iterable[ToMove], data: QueryDict) -> list[ToMove]:
    """The visits as the form left them; posted with `pick`, each on its nearest place."""
    return [_mark(visit, data) for visit in visits]


def _mark(visit: ToMove, data: QueryDict) -> ToMove:
    offered = [one.value for one in visit.proposals or ()]
    chosen = data.get(f"choice-{visit.reference}", KEEP)
    if data.get("pick") == "first" and offered and not visit.may_stay:
        chosen = offered[0]
    return replace(
        visit, chosen=chosen if chosen in offered else KEEP, tell=f"tell-{visit.reference}" in data
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
