"""Who works when, and how many minutes the technicians give. Calculates, never writes.

Wall times are minutes since midnight here, and spans of them are pairs (from, until).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from booking.inputs import Change, Inputs, Person, Step
from booking.models import ChangeAction, PoolKind, Releasable, Skill
from lib import clock

# A fixed Monday: week 0 of every rotation.
ROTATION_EPOCH = date(2024, 1, 1)
WHOLE_DAY = (0, 24 * 60)

Span = tuple[int, int]


def minute_of(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def hours_of(inputs: Inputs, day: date) -> Span | None:
    """The usual hours of the day, without what first snow adds; None when it is closed."""
    if not inputs.calendar.is_open(day):
        return None
    opens, closes = inputs.calendar.hours_on(day)
    return minute_of(opens), minute_of(closes)


def worked(inputs: Inputs, person: Person, day: date) -> list[Span]:
    """When the person works on this day: their shifts of the rotation's week, within the hours, unless away."""
    hours = hours_of(inputs, day)
    if hours is None or (person.id, day) in inputs.away:
        return []
    week = ((day - ROTATION_EPOCH).days // 7) % person.rotation_weeks
    shifts = person.shifts.get((week, day.weekday()), ())
    return clip(((minute_of(starts), minute_of(ends)) for starts, ends in shifts), hours)


def labour(inputs: Inputs, day: date, now: datetime) -> dict[tuple[int, str], int | None]:
    """Minutes to sell, by (kind, subject) of skills and shop; None is no limit.

    What the technicians give, or without any technician what the rules say; less the work carried over, less
    what is still in reserve; and with technicians, the rule as a ceiling. A team that is off gives nothing.
    """
    usual = {
        (rule.kind, rule.subject): rule.cap
        for rule in inputs.rules.get(day.weekday(), ())
        if rule.kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
    }
    carried = inputs.carried_over.get(day, {})
    reserve = inputs.reserve_percent * (100 - released(inputs, Releasable.RESERVE, day, now))
    gross: dict[tuple[int, str], int | None] = usual
    if inputs.technicians:
        gross = dict(_given(inputs, day))
    minutes: dict[tuple[int, str], int | None] = {}
    for (kind, subject), cap in gross.items():
        if kind == PoolKind.SKILL_DAY and (subject, day) in inputs.teams_off:
            minutes[kind, subject] = 0
            continue
        late = carried.get(subject, 0) if kind == PoolKind.SKILL_DAY else sum(carried.values())
        net = None if cap is None else max(0, cap - late) * (10_000 - reserve) // 10_000
        minutes[kind, subject] = least(net, usual.get((kind, subject)))
    return minutes


def released(inputs: Inputs, what: str, day: date, now: datetime) -> int:
    """How many percent of what is kept back for `day` are free for everybody by now."""
    return max(
        (step.percent for step in inputs.steps if step.what == what and _moment(inputs, step, day) <= now),
        default=0,
    )


def least(one: int | None, other: int | None) -> int | None:
    """The lower of two caps, None being no limit."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def clip(spans: Iterable[Span], to: Span) -> list[Span]:
    """What of the spans lies within `to`."""
    inside = ((max(begin, to[0]), min(end, to[1])) for begin, end in spans)
    return [(begin, end) for begin, end in inside if begin < end]


def without(spans: Iterable[Span], gone: Span) -> list[Span]:
    """What of the spans lies outside `gone`."""
    return [
        rest
        for span in spans
        for side in ((0, gone[0]), (gone[1], WHOLE_DAY[1]))
        for rest in clip([span], side)
    ]


def _given(inputs: Inputs, day: date) -> Iterator[tuple[tuple[int, str], int]]:
    """Minutes by skill and for the shop, as the technicians who are here give them."""
    shop = 0
    skills = dict.fromkeys(Skill.values, 0)
    spans_closed = {skill: _closed(inputs, day, skill) for skill in ("", *skills)}
    for person in inputs.technicians:
        spans = worked(inputs, person, day)
        here = {skill for skill in person.skills if (skill, day) not in inputs.teams_off}
        if here or not person.skills:
            shop += _minutes(person, spans, spans_closed[""])
        for skill in here & skills.keys():
            skills[skill] += _minutes(person, spans, spans_closed[skill])
    for skill, minutes in skills.items():
        yield (PoolKind.SKILL_DAY, skill), minutes
    yield (PoolKind.SHOP_DAY, ""), shop


def _minutes(person: Person, spans: list[Span], closed: list[Span]) -> int:
    for gone in closed:
        spans = without(spans, gone)
    return sum(end - begin for begin, end in spans) * person.efficiency // 100


def _closed(inputs: Inputs, day: date, skill: str) -> list[Span]:
    """When nobody works on `skill` ("" for the shop) because a manager closed some hours of this day."""
    closed: list[Span] = []
    for change in inputs.changes:
        if not (change.first_day <= day <= change.last_day and _concerns(change, skill)):
            continue
        span = WHOLE_DAY
        if change.from_time and change.until_time:
            span = (minute_of(change.from_time), minute_of(change.until_time))
        if change.action == ChangeAction.OPEN:
            closed = without(closed, span)
        elif change.action == ChangeAction.CLOSE and span != WHOLE_DAY:
            closed = [*without(closed, span), span]
    return closed


def _concerns(change: Change, skill: str) -> bool:
    """Whether the change is of the whole shop, or of this skill."""
    if change.kind is None:
        return not change.subject
    if change.kind == PoolKind.SKILL_DAY:
        return bool(skill) and change.subject in ("", skill)
    return change.kind == PoolKind.SHOP_DAY


def _moment(inputs: Inputs, step: Step, day: date) -> datetime:
    return clock.at_local(day - timedelta(days=step.days_before), step.at, inputs.zone)
