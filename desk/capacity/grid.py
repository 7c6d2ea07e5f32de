"""The week in gauges: a row for everything that is scarce, a column a day. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from booking.models import ChangeAction, PoolKind, Skill
from booking.needs import ARRIVALS, BY_DAY, BY_DEPARTURE, LOUNGE
from desk.capacity import scopes
from desk.capacity.cells import Cell, Line, make_cell, part_word
from desk.capacity.facts import WeekFacts
from desk.capacity.reasons import changes_of, day_reason
from desk.capacity.sayings import own_words
from desk.words import page_language, say_weekday
from lib import clock


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    unit: str
    cells: list[Cell]
    part: bool = False  # of the row above


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading; with `summary`, they can be folded away under it. `unit` is what all of them count."""

    name: str
    title: str
    unit: str
    rows: list[Row]
    summary: Row | None = None


@dataclass(frozen=True, slots=True)
class DayHead:
    """A column's heading. `full` says for whom the day was declared full: "all", "web", or "" for nobody."""

    day: date
    weekday: str
    number: str
    label: str
    reason: str
    today: bool
    past: bool
    closed: bool
    planned: bool
    full: str


@dataclass(frozen=True, slots=True)
class Grid:
    days: list[DayHead]
    sections: list[Section]


def build_grid(facts: WeekFacts, *, editable: bool) -> Grid:
    """The whole table; `editable` makes its cells links, for whoever may change them."""
    sections = [
        _section(facts, name, title, lines, editable=editable) for name, title, lines in _layout(facts)
    ]
    return Grid([_head(facts, day) for day in facts.days], [one for one in sections if one.rows])


def _layout(facts: WeekFacts) -> Iterator[tuple[str, str, list[Line]]]:
    yield "shop", _("Shop"), [_line(scopes.whole_shop())]
    yield "skills", _("Technicians’ hours"), [_line(scopes.skill_scope(one)) for one in _skills(facts)]
    yield "advisors", _("Customers by advisor"), [_line(one) for one in _advisors(facts)]
    yield "groups", _("Groups of services"), list(_groups(facts))
    waiting = [scopes.waiters_scope(ARRIVALS), scopes.waiters_scope(LOUNGE)]
    yield "waiting", _("Waiting on site"), [_line(one) for one in waiting]
    yield "transport", _("Transport"), [_line(scopes.transport_scope(one)) for one in _transports(facts)]
    yield "channels", _("Who books"), [_line(scopes.channel_scope(one)) for one in ("web", "staff")]
    yield "return", _("Afternoon return"), [_line(scopes.hand_back_scope())]


def _line(scope: scopes.Scope) -> Line:
    return Line(scope, (scope.kind, scope.subject))


def _skills(facts: WeekFacts) -> list[str]:
    found = facts.subjects(PoolKind.SKILL_DAY)
    return sorted(found, key=lambda one: Skill.values.index(one) if one in Skill.values else len(Skill))


def _advisors(facts: WeekFacts) -> Iterator[scopes.Scope]:
    present = set(facts.subjects(PoolKind.ADVISOR_DAY))
    for one in facts.advisors:
        if one.active or str(one.pk) in present:
            yield scopes.advisor_scope(one.pk, one.name)


def _transports(facts: WeekFacts) -> list[str]:
    found = facts.subjects(PoolKind.TRANSPORT)
    return [code for code in (*sorted(BY_DAY), *sorted(BY_DEPARTURE)) if code in found]


def _groups(facts: WeekFacts) -> Iterator[Line]:
    limited = facts.subjects(PoolKind.SERVICE_GROUP)
    for code, group in facts.groups.items():
        scope = scopes.group_scope(code, own_words(group, "name"))
        parts = [part for part in scopes.PARTS if f"{code}/{part}" in limited]
        # Counted by parts of the day alone, the whole day's row would only say "no limit".
        whole = code in limited or len(parts) < 2
        if whole:
            yield _line(scope)
        for part in parts:
            yield Line(scope, (PoolKind.SERVICE_GROUP, f"{code}/{part}"), part, under=whole)


def _section(facts: WeekFacts, name: str, title: str, lines: list[Line], *, editable: bool) -> Section:
    rows = [_row(facts, line, editable=editable) for line in lines]
    summary = None
    if name == "advisors" and rows:
        summary = _row(facts, _line(scopes.every_advisor()), editable=editable)
    units = {row.unit for row in rows}
    return Section(name, title, units.pop() if len(units) == 1 else "", rows, summary)


def _row(facts: WeekFacts, line: Line, *, editable: bool) -> Row:
    label = part_word(line.part) if line.under else line.label
    cells = [make_cell(facts, line, day, editable=editable) for day in facts.days]
    return Row(label, line.scope.unit, cells, line.under)


def _head(facts: WeekFacts, day: date) -> DayHead:
    shop = facts.tallies.get(((PoolKind.SHOP_DAY, ""), day))
    return DayHead(
        day=day,
        weekday=say_weekday(day),
        number=str(day.day),
        label=clock.say_date(day, page_language()),
        reason=day_reason(facts, day),
        today=day == facts.today,
        past=day < facts.today,
        closed=shop is None or shop.still_open == 0,
        planned=facts.has_pools(day),
        full=_full(facts, day),
    )


def _full(facts: WeekFacts, day: date) -> str:
    for key, who in (((PoolKind.SHOP_DAY, ""), "all"), ((PoolKind.CHANNEL_DAY, "web"), "web")):
        if any(one.action == ChangeAction.FULL for one in changes_of(facts, key, day)):
            return who
    return ""
