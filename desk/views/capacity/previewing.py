"""What a change of rules would do, as its page shows it, and whether what is posted agrees to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from booking.impact import Impact
from desk.access import Desk, DeskRequest
from desk.capacity.choices import mark_choices
from desk.capacity.closing import closes_much
from desk.capacity.proposals import MOST_AT_ONCE, ToMove, show_strandings
from desk.capacity.scopes import load_facts
from desk.views.shared import today
from lib import clock

# Not part of what was typed: the buttons, and what is chosen for the visits to be moved.
OURS = {
    "csrfmiddlewaretoken", "apply", "preview", "mark", "closing", "sure", "edition", "copy", "pick", "visit",
}  # fmt: skip
OF_A_VISIT = ("choice-", "version-", "tell-")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, as the page shows it. `closes`: days on which nobody could come any more.

    `stranded` is how many visits would have to be moved; `visits` are the first of them, with places.
    """

    stranded: int
    visits: Sequence[ToMove]
    lines: Sequence[str]
    mark: str
    closes: int = 0
    unsure: bool = False

    @property
    def rest(self) -> int:
        """How many more would have to be moved than are listed."""
        return self.stranded - len(self.visits)


def show_preview(request: DeskRequest, desk: Desk, impact: Impact, lines: Sequence[str]) -> Preview:
    """The impact, with the places that were chosen so far; `lines` say in words what changes."""
    return Preview(
        stranded=len(impact.stranded),
        visits=_places(request, desk, impact),
        lines=lines,
        mark=mark_of(request),
        closes=closes_much(desk.dealership, impact, today(desk)),
        unsure="apply" in request.POST and "closing" in request.POST and "sure" not in request.POST,
    )


def _places(request: DeskRequest, desk: Desk, impact: Impact) -> list[ToMove]:
    """The first visits that would have to be moved, each with its nearest places as chosen so far."""
    visits = show_strandings(
        impact.stranded[:MOST_AT_ONCE],
        desk.dealership,
        load_facts(desk.dealership),
        now=clock.now(),
        without=impact.closed_pools,
        closed=impact.closed_keys,
    )
    return mark_choices(visits, request.POST)


def is_agreed(request: DeskRequest) -> bool:
    """Whether what is posted is what the preview was of, agreed to."""
    sure = "sure" in request.POST or "closing" not in request.POST
    return "apply" in request.POST and request.POST.get("mark") == mark_of(request) and sure


def mark_of(request: DeskRequest) -> str:
    """A fingerprint of what was typed."""
    typed = sorted((name, values) for name, values in request.POST.lists() if _is_typed(name))
    return hashlib.sha256(json.dumps(typed).encode()).hexdigest()[:16]


def _is_typed(name: str) -> bool:
    return name not in OURS and not name.startswith(OF_A_VISIT)
