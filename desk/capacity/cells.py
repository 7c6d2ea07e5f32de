"""One row of the week on one day: how full, what state, why, in figures and in sentences. Calculates, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import WITHOUT_POOL_UNLIMITED, PoolKind
from desk.capacity import scopes
from desk.capacity.facts import RowKey, Tally, WeekFacts
from desk.capacity.reasons import changes_of, reasons_for
from desk.capacity.tallies import OF_AN_ADVISOR
from desk.gauges import NEARLY
from desk.words import NBSP, page_language, say_hours, say_wall_time
from lib import clock

WITH_A_BAR = ("open", "nearly", "full")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row on one day. `state`: open, nearly, full, closed, unlimited, absent.

    `used` and `cap` are for the bar (cap None: no bar), `shown` is the figure, `word` the state in a word, `say` the
    whole in sentences. Of the visits `to_move`, all have to leave what is closed; of a lowered limit only what is
    `over` it. `code` and `part` prefill the change form; an empty `code` is a cell without a link.
    """

    day: date
    state: str
    shown: str
    word: str
    say: str
    used: int
    cap: int | None
    to_move: int
    over: str
    partly: bool
    changed: bool
    code: str
    part: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a row stands for: a scope, the pools that it sums (subject "" for all advisors), the part of the day."""

    scope: scopes.Scope
    key: RowKey
    part: str = ""
    under: bool = False  # the row of the whole

    @property
    def label(self) -> str:
        return f"{self.scope.label}, {part_word(self.part)}" if self.part else self.scope.label


def make_cell(facts: WeekFacts, line: Line, day: date, *, editable: bool) -> Cell:
    """The cell of a row on a day; a link only where `editable` and the day is not past."""
    tally, strays = _tally(facts, line.key, day), _strays(facts, line.key, day)
    state = _state(facts, line.key, day, tally)
    partly = _is_partly_open(facts, line.key, day, tally)
    return Cell(
        day=day,
        state=state,
        shown=_shown(line.scope, state, tally),
        word=state_word(state),
        say=" ".join(_say(facts, line, day, state, tally, len(strays), partly=partly)),
        used=tally.used if tally else 0,
        cap=tally.cap if tally and state in WITH_A_BAR else None,
        to_move=len(strays),
        over=_over(line.scope, state, tally) if strays else "",
        partly=partly,
        changed=not _sums_advisors(line.key) and bool(changes_of(facts, line.key, day)),
        code=line.scope.code if editable and day >= facts.today and state != "absent" else "",
        part=line.part,
    )


def state_word(state: str) -> str:
    """A state as a word beside its icon."""
    return {
        "open": "",
        "nearly": _("nearly full"),
        "full": _("full"),
        "closed": _("closed"),
        "unlimited": _("no limit"),
        "absent": _("not open"),
    }[state]


def part_word(part: str) -> str:
    return {"am": _("morning"), "pm": _("afternoon"), "eve": _("evening")}[part]


def _sums_advisors(key: RowKey) -> bool:
    return key == (PoolKind.ADVISOR_DAY, "")


def _tally(facts: WeekFacts, key: RowKey, day: date) -> Tally | None:
    if not _sums_advisors(key):
        return facts.tallies.get((key, day))
    each = [one for ((kind, _who), when), one in facts.tallies.items() if kind == key[0] and when == day]
    if not each:
        return None
    caps = [one.cap for one in each if one.still_open]
    return Tally(
        count=sum(one.count for one in each),
        still_open=sum(one.still_open for one in each),
        room_left=sum(one.room_left for one in each),
        used=sum(one.used for one in each),
        cap=None if None in caps else sum(cap for cap in caps if cap is not None),
    )


def _strays(facts: WeekFacts, key: RowKey, day: date) -> set[int]:
    """The visits to be moved off this row; an advisor's are also those of a closed quarter hour."""
    kind, subject = key
    kinds = OF_AN_ADVISOR if kind == PoolKind.ADVISOR_DAY else (kind,)
    return {
        visit
        for ((one, who), when), visits in facts.to_move.items()
        if one in kinds and when == day and (who == subject or _sums_advisors(key))
        for visit in visits
    }


def _state(facts: WeekFacts, key: RowKey, day: date, tally: Tally | None) -> str:
    if tally is None:
        unlimited = key[0] in WITHOUT_POOL_UNLIMITED and facts.has_pools(day)
        return "unlimited" if unlimited else "absent"
    quarters = _quarters(facts, key, day)
    if 0 in (tally.still_open, tally.cap) or (quarters and not quarters.still_open):
        return "closed"
    if quarters and not quarters.room_left:
        return "full"
    if tally.cap is None:
        return "unlimited"
    if tally.used >= tally.cap:
        return "full"
    return "nearly" if tally.used >= NEARLY * tally.cap else "open"


def _quarters(facts: WeekFacts, key: RowKey, day: date) -> Tally | None:
    """The quarter hours of an advisor's day."""
    if key[0] != PoolKind.ADVISOR_DAY:
        return None
    return facts.tallies.get(((PoolKind.ADVISOR_CELL, key[1]), day))


def _is_partly_open(facts: WeekFacts, key: RowKey, day: date, tally: Tally | None) -> bool:
    return any(
        0 < one.still_open < one.count for one in (tally, _quarters(facts, key, day)) if one is not None
    )


def _shown(scope: scopes.Scope, state: str, tally: Tally | None) -> str:
    """The figure of a cell: `31,5/38,5`, or how many are booked where there is no limit."""
    if tally is None or state in ("absent", "closed"):
        return ""
    if tally.cap is None:
        return _count(scope, tally.used) if tally.used else ""
    return f"{_count(scope, tally.used)}/{_count(scope, tally.cap)}"


def _over(scope: scopes.Scope, state: str, tally: Tally | None) -> str:
    """By how much an open pool is over its limit."""
    if tally is None or tally.cap is None or state == "closed" or tally.used <= tally.cap:
        return ""
    units = _count(scope, tally.used - tally.cap)
    return f"{units}{NBSP}{_('h')}" if scope.in_hours else units


def _count(scope: scopes.Scope, units: int) -> str:
    return say_hours(units) if scope.in_hours else str(units)


def _say(
    facts: WeekFacts, line: Line, day: date, state: str, tally: Tally | None, strays: int, *, partly: bool
) -> list[str]:
    """The cell in sentences: what, when, how full, what is to be moved, who closed it and why."""
    colon = f"{NBSP}: " if page_language() == "fr" else ": "
    date_words = clock.say_date(day, page_language())
    level = _say_level(line.scope, state, tally, facts.dealership.zone)
    parts = [f"{line.label}, {date_words}{colon}{level}."]
    over = _over(line.scope, state, tally) if strays else ""
    if over:
        parts.append(_("%(over)s too many.") % {"over": over})
    elif strays:
        words = ngettext("%(count)s visit is to be moved.", "%(count)s visits are to be moved.", strays)
        parts.append(words % {"count": strays})
    if partly:
        parts.append(_("A part of it is closed."))
    if _sums_advisors(line.key):
        return parts
    return [*parts, *(f"{reason.rstrip('.')}." for reason in reasons_for(facts, line.key, day))]


def _say_level(scope: scopes.Scope, state: str, tally: Tally | None, zone: str) -> str:
    if tally is None or state == "absent":
        return state_word(state)
    words = {"used": _count(scope, tally.used), "unit": scope.unit}
    if tally.cap is None or state == "closed":
        level = _("%(used)s %(unit)s booked") % words if tally.used else ""
        return ", ".join(part for part in (state_word(state), level) if part)
    words["cap"] = _count(scope, tally.cap)
    level = _("%(used)s of %(cap)s %(unit)s") % words
    if tally.at and tally.used:
        at = {"level": level, "time": say_wall_time(tally.at, zone)}
        level = _("%(level)s in the fullest half hour, %(time)s") % at
    return ", ".join(part for part in (level, state_word(state)) if part)
