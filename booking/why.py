"""Why a start is closed: the first rule or cap that closes it, what else does, and what would open it.

The same rules and needs decide here as in booking.availability, on pools that are read in full. Calculates, never
writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.availability import queue_of
from booking.conditions import Asking
from booking.menu import Demand
from booking.models import PoolKind
from booking.rulebook import Rulebook, rulebook_of
from booking.why_caps import Cap, Look, Question, look_at, looks_of_day
from booking.why_notes import Kept, Notes, kept_back, load_notes
from booking.why_pools import Pools, load_pools
from dealerships.models import Dealership
from lib import clock

# Hours are changed by halves: what would open a start is said in such steps.
STEP_MINUTES = 30
IN_MINUTES = frozenset({PoolKind.SKILL_DAY.value, PoolKind.SHOP_DAY.value})


@dataclass(frozen=True, slots=True)
class Way:
    """What `add` more units of one cap (0: only opening it again) would do: how many starts of the day open.

    `then_rule` or `then_cap` is what would still close the start in question; neither when it opens.
    """

    add: int
    starts: int
    then_rule: str = ""
    then_cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a start is open, and if not, what closes it, first things first.

    `ways` has the caps that close it, in their order; `kept` is what is held back of them, with its release; `earliest`
    the first moment that the notice allows.
    """

    look: Look
    earliest: datetime
    ways: tuple[tuple[Cap, Way], ...]
    notes: Notes
    kept: tuple[Kept, ...]

    @property
    def is_open(self) -> bool:
        return self.look.is_open

    @property
    def rule(self) -> str:
        """The code of the first rule that refuses the start; empty when caps alone close it."""
        return next(iter(self.look.rules), "")

    @property
    def cap(self) -> Cap | None:
        """The first cap that closes it; None while a rule does, for then no room would open it."""
        return None if self.look.rules else self.look.binding


def why_closed(
    dealership: Dealership, demand: Demand, start: datetime, *, now: datetime, notice: bool = True
) -> Explanation:
    """Why `start` (aware) is closed for the demand, or that it is open.

    `notice` is off for the staff. Queries: rules 1 (2 after a change of them), pools 1, changes and closures 2, what is
    kept back 2, and those of booking.inputs when something of it is.
    """
    question = make_question(dealership, rulebook_of(dealership), demand, now, notice=notice)
    day = clock.local(start, dealership.zone).date()
    pools = load_pools(dealership, day, day)
    look = look_at(question, pools, start)
    closing = [cap for cap in look.caps if cap.closes]
    ways = tuple((cap, way_out(question, pools, look, cap)) for cap in closing)
    kept = kept_back(dealership, closing, day, now)
    return Explanation(look, question.asking.earliest, ways, load_notes(dealership, day), kept)


def make_question(
    dealership: Dealership, book: Rulebook, demand: Demand, now: datetime, *, notice: bool
) -> Question:
    """What is asked, beside the rules that decide."""
    standard = timedelta(minutes=dealership.notice_minutes)
    asking = Asking(book, demand, now, dealership.zone, standard, notice)
    return Question(asking, queue_of(asking, dealership), dealership.horizon_days)


def way_out(question: Question, pools: Pools, look: Look, cap: Cap) -> Way:
    """What giving this cap what it lacks would open on the day, all other caps as they are."""
    add = _round_up(cap)
    lifted = pools.lifted(cap.lift, add)
    day = clock.local(look.starts_at, question.asking.zone).date()
    before = _open_starts(looks_of_day(question, pools, day))
    after = _open_starts(looks_of_day(question, lifted, day))
    here = look_at(question, lifted, look.starts_at)
    rule = next(iter(here.rules), "")
    return Way(add, len(after - before), rule, None if rule else here.binding)


def _open_starts(looks: Sequence[Look]) -> set[datetime]:
    return {look.starts_at for look in looks if look.is_open}


def _round_up(cap: Cap) -> int:
    if cap.kind not in IN_MINUTES:
        return cap.short_by
    return -(-cap.short_by // STEP_MINUTES) * STEP_MINUTES
