"""How long a dropped-off vehicle really waits before its work, by the dealership's own visits. Reads, never writes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.menu import total
from booking.models import AppointmentEvent, AppointmentLine, EventKind, Status, Transport
from booking.ready import CHECK_IN, STEP
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from lib import clock

# Long enough for a rare skill to have its visits, short enough to follow the season.
LOOKS_BACK = timedelta(weeks=8)
FEWEST_VISITS = 20
# Seven in ten vehicles waited no longer. An average would break half of the promises, a maximum please nobody.
PERCENT = 70
LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Finished:
    """A vehicle that was left here and was ready on the same day. `skills`: planned minutes by skill."""

    starts_at: datetime
    completed_at: datetime
    minutes: int
    skills: Mapping[str, int]

    @property
    def main_skill(self) -> str:
        """The one with the most minutes; of two alike the first by name."""
        return min(self.skills, key=lambda skill: (-self.skills[skill], skill))

    @property
    def waited(self) -> timedelta:
        """From the end of the check-in to the beginning of the work, had the work taken as long as planned."""
        spent = self.completed_at - self.starts_at - CHECK_IN - timedelta(minutes=self.minutes)
        return max(timedelta(0), spent)


@dataclass(frozen=True, slots=True)
class Queue:
    """What the visits of one skill show: minutes to count on, and how many visits say so."""

    minutes: int
    visits: int


def find_queues(dealership: Dealership, *, now: datetime) -> dict[str, Queue]:
    """The queue of each skill that has visits enough in the eight weeks until yesterday. Three queries."""
    yesterday = clock.local(now, dealership.zone).date() - timedelta(days=1)
    return queues_of(_finished(dealership, yesterday - LOOKS_BACK + timedelta(days=1), yesterday))


def queues_of(visits: Iterable[Finished]) -> dict[str, Queue]:
    """By main skill, what PERCENT of its visits waited at most; of the skills with FEWEST_VISITS or more."""
    waits: dict[str, list[timedelta]] = defaultdict(list)
    for visit in visits:
        waits[visit.main_skill].append(visit.waited)
    return {
        skill: Queue(_usual(waited), len(waited))
        for skill, waited in waits.items()
        if len(waited) >= FEWEST_VISITS
    }


def _usual(waits: list[timedelta]) -> int:
    """Minutes, in whole quarter hours; the nearest-rank percentile."""
    ranked = sorted(waits)
    usual = min(ranked[math.ceil(len(ranked) * PERCENT / 100) - 1], LONGEST)
    return math.ceil(usual / STEP) * int(STEP / timedelta(minutes=1))


def _finished(dealership: Dealership, first: date, last: date) -> list[Finished]:
    """The visits from `first` to `last` that say something about the queue.

    Who waits on site has no queue. A vehicle that is ready on another day, or after hours, was called for then: that
    says when its owner came, and nothing about the shop.
    """
    calendar = load_calendar(dealership, first, last)
    skills = _skills(dealership, first, last)
    found = []
    for visit, start, minutes, completed_at in _completions(dealership, first, last):
        day = clock.local(start, dealership.zone).date()
        if visit not in skills or not calendar.is_open(day):
            continue
        if calendar.opens(day) <= completed_at <= calendar.closes(day):
            found.append(Finished(start, completed_at, minutes, skills[visit]))
    return found


def _completions(
    dealership: Dealership, first: date, last: date
) -> Iterable[tuple[int, datetime, int, datetime]]:
    """(visit, start, planned minutes, moment of its last completion): the first one may have been a slip."""
    events = AppointmentEvent.objects.filter(
        appointment__dealership=dealership,
        appointment__local_date__range=(first, last),
        appointment__status=Status.COMPLETED,
        kind=EventKind.COMPLETED,
    ).exclude(appointment__transport=Transport.WAIT)
    rows = events.order_by("at", "pk").values_list(
        "appointment", "appointment__starts_at", "appointment__minutes", "at"
    )
    return {row[0]: row for row in rows}.values()


def _skills(dealership: Dealership, first: date, last: date) -> dict[int, dict[str, int]]:
    """Planned minutes by skill of each completed visit."""
    lines = AppointmentLine.objects.filter(
        appointment__dealership=dealership,
        appointment__local_date__range=(first, last),
        appointment__status=Status.COMPLETED,
    )
    by_visit: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for visit, skill, minutes in lines.values_list("appointment", "service__skill", "minutes"):
        by_visit[visit].append((skill, minutes))
    return {visit: total(amounts) for visit, amounts in by_visit.items()}
