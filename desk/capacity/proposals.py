"""The visits that are to be moved, in words, each with the nearest places for it. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.availability import Start, nearest_starts
from booking.demands import demand_of
from booking.menu import STAFF
from booking.models import Appointment, PoolKind
from booking.needs import PoolKey, limited_needs
from booking.stranded import PoolCause, Stranding
from dealerships.models import Dealership
from desk.capacity.impact import label_of
from desk.capacity.sayings import say_limit
from desk.capacity.scopes import Facts, labels
from desk.visits import transport_word
from desk.words import line_name, page_language, say_wall_time, say_weekday, short_vehicle
from lib import clock

PROPOSALS = 3
# Proposals are looked for one visit at a time; the others follow when these are moved.
MOST_AT_ONCE = 20
_ALL = 2000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place to move to. `value` goes into the form: the wall time, and the advisor who would do it."""

    value: str
    when: str
    ready: str
    who: str
    same_time: bool


@dataclass(frozen=True, slots=True)
class ToMove:
    """One visit that stands where there is no room any more. `proposals` is None where none were looked for.

    `may_stay` says that enough others, who booked later, are over the same limits. `chosen` is the value of a
    proposal, "" to keep the visit where it is; `tell` the customer about the move.
    """

    reference: str
    version: int
    day: str
    time: str
    name: str
    vehicle: str
    work: str
    transport: str
    advisor: str
    causes: list[str]
    proposals: list[Proposal] | None
    may_stay: bool = False
    chosen: str = ""
    tell: bool = False


def show_strandings(
    strandings: Iterable[Stranding],
    dealership: Dealership,
    facts: Facts,
    *,
    now: datetime,
    without: Collection[int] = (),
    closed: Collection[PoolKey] = frozenset(),
) -> list[ToMove]:
    """Each visit with what it should leave and its nearest places, the nearest first.

    `without` are ids of pools that count as closed, `closed` names those too that a change has yet to make.
    What is the nearest place of one visit is not proposed to those after it.
    """
    names = {one.pk: one.name for one in facts.advisors}
    words = labels(facts)
    listed = list(strandings)
    leaving = must_leave(listed)
    shown, taken = [], set[tuple[datetime, int]]()
    for place, one in enumerate(listed):
        proposals = None
        if place < MOST_AT_ONCE:
            shut = {*without, *(cause.pool for cause in one.causes if cause.pool is not None)}
            found = _places(one.appointment, dealership, taken, now=now, without=shut, closed=closed)
            if one.appointment.pk in leaving:
                taken.update((start.starts_at, who) for start, who in found[:1])
            proposals = [_proposal(start, who, one.appointment, names) for start, who in found]
        shown.append(_show(one, words, proposals, may_stay=one.appointment.pk not in leaving))
    return shown


def must_leave(strandings: Iterable[Stranding]) -> set[int]:
    """The ids of the visits that have to leave: all that are in something closed, and of those over a limit as many
    as are too many, the last to book first.
    """
    listed = list(strandings)
    over = {
        cause.key: cause.used - cause.cap
        for one in listed
        for cause in one.causes
        if not cause.closed and cause.cap
    }
    leaving = set()

    def leave(one: Stranding) -> None:
        leaving.add(one.appointment.pk)
        for cause in one.causes:
            minutes = cause.kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
            if cause.key in over:
                over[cause.key] -= one.appointment.minutes if minutes else 1

    shut = [one for one in listed if any(cause.key not in over for cause in one.causes)]
    for one in shut:
        leave(one)
    for one in sorted(listed, key=lambda one: (one.appointment.created_at, one.appointment.pk), reverse=True):
        if one.appointment.pk not in leaving and any(over[cause.key] > 0 for cause in one.causes):
            leave(one)
    return leaving


def _places(
    visit: Appointment,
    dealership: Dealership,
    taken: Collection[tuple[datetime, int]],
    *,
    now: datetime,
    without: Collection[int],
    closed: Collection[PoolKey],
) -> list[tuple[Start, int]]:
    """The three places (start, advisor) nearest to the visit's own time, the nearest first."""
    demand = demand_of(visit, channel=STAFF)
    starts = nearest_starts(
        dealership, demand, visit.starts_at, now=now, count=_ALL, notice=False, owner=visit, without=without
    )
    found = [
        (start, who)
        for start in starts
        if not any(
            key in closed for key in limited_needs(demand, start.starts_at, start.ready_at, visit.zone)
        )
        and (who := _advisor_for(start, visit, taken)) is not None
    ]
    return sorted(found, key=lambda pair: abs(pair[0].starts_at - visit.starts_at))[:PROPOSALS]


def _advisor_for(start: Start, visit: Appointment, taken: Collection[tuple[datetime, int]]) -> int | None:
    """The visit's own advisor where there is a choice; at its own time a colleague, or nobody."""
    free = [one for one in start.advisors if (start.starts_at, one) not in taken]
    if start.starts_at == visit.starts_at:
        free = [one for one in free if one != visit.advisor_id]
    return visit.advisor_id if visit.advisor_id in free else next(iter(free), None)


def _proposal(start: Start, advisor: int, visit: Appointment, names: Mapping[int, str]) -> Proposal:
    there, ready = clock.local(start.starts_at, visit.zone), clock.local(start.ready_at, visit.zone)
    language = page_language()
    time = clock.say_time(there, language)
    same_day = there.date() == visit.local_date
    ready_time = clock.say_time(ready, language)
    return Proposal(
        value=f"{there:%Y-%m-%dT%H:%M}/{advisor}",
        when=time if same_day else f"{clock.say_short_date(there.date(), language)}, {time}",
        ready=ready_time if ready.date() == there.date() else f"{say_weekday(ready.date())} {ready_time}",
        who=names.get(advisor, "") if advisor != visit.advisor_id else "",
        same_time=start.starts_at == visit.starts_at,
    )


def _show(
    one: Stranding,
    words: Mapping[tuple[int, str], str],
    proposals: list[Proposal] | None,
    *,
    may_stay: bool,
) -> ToMove:
    visit = one.appointment
    causes = [say_cause(cause, words, visit.zone) for cause in one.causes]
    return ToMove(
        reference=visit.reference,
        version=visit.version,
        day=clock.say_date(visit.local_date, page_language()),
        time=say_wall_time(visit.starts_at, visit.zone),
        name=visit.contact_name,
        vehicle=short_vehicle(visit.vehicle),
        work=", ".join(line_name(line) for line in visit.lines.all()),
        transport=transport_word(visit.transport),
        advisor=visit.advisor.name,
        causes=list(dict.fromkeys(causes)),
        proposals=proposals,
        may_stay=may_stay,
    )


def say_cause(cause: PoolCause, words: Mapping[tuple[int, str], str], zone: str) -> str:
    """`Alignment, afternoon: closed`, `Shop hours: 41 h booked, limit 38.5 h`."""
    kind = PoolKind.ADVISOR_DAY if cause.kind == PoolKind.ADVISOR_CELL else cause.kind
    label = label_of(kind, cause.subject, words)
    if cause.starts_at is not None:
        label = f"{label}, {say_wall_time(cause.starts_at, zone)}"
    in_hours = cause.kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
    if cause.closed or cause.cap == 0:
        return _("%(what)s is closed") % {"what": label}
    sentence = _("%(what)s has %(used)s booked for a limit of %(cap)s")
    limit, used = say_limit(cause.cap, hours=in_hours), say_limit(cause.used, hours=in_hours)
    return sentence % {"what": label, "used": used, "cap": limit}
