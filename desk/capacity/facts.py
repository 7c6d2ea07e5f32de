"""What is read for a week of capacity: the pools summed, who closed what, who is to be moved. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.models import CapacityChange
from booking.rulebook import GroupRule, rulebook_of
from booking.stranded import causes_to_move
from dealerships.calendar import Calendar
from dealerships.models import Closure, Dealership, Role, SpecialHours, StaffMember
from desk.capacity.tallies import RowKey, Shut, Tally, load_tallies
from lib import clock

__all__ = ["RowKey", "Tally", "WeekFacts", "count_to_move", "load_facts", "monday_of", "visits_to_move"]


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Everything that the week shows, in eight queries whatever the data.

    `tallies` are of what is there, and of what somebody closed: what no rule wants any more has none.
    """

    dealership: Dealership
    days: list[date]
    today: date
    tallies: Mapping[tuple[RowKey, date], Tally]
    to_move: Mapping[tuple[RowKey, date], set[int]]
    changes: list[CapacityChange]
    closures: list[Closure]
    special_hours: Mapping[date, SpecialHours]
    advisors: list[StaffMember]
    names: Mapping[int, str]
    groups: Mapping[str, GroupRule]

    @property
    def strays(self) -> int:
        """How many visits are to be moved, on whatever day."""
        return len({visit for visits in self.to_move.values() for visit in visits})

    def subjects(self, kind: int) -> list[str]:
        """The subjects of this kind that have pools in the week."""
        return sorted({subject for (one, subject), _day in self.tallies if one == kind})

    def has_pools(self, day: date) -> bool:
        return any(one == day for _row, one in self.tallies)


def load_facts(dealership: Dealership, monday: date, *, now: datetime) -> WeekFacts:
    """The week from `monday` on."""
    days = clock.local_days(monday, 7)
    today = clock.local(now, dealership.zone).date()
    book = rulebook_of(dealership)
    inside = {"dealership": dealership, "first_day__lte": days[-1], "last_day__gte": days[0]}
    staff = list(StaffMember.objects.filter(dealership=dealership))
    special = SpecialHours.objects.filter(dealership=dealership, day__range=(days[0], days[-1]))
    changes = CapacityChange.objects.filter(**inside).select_related("made_by").order_by("pk")
    shut = Shut(
        weekdays=frozenset(book.calendar.hours),
        special_hours={one.day: one for one in special},
        closures=list(Closure.objects.filter(**inside)),
        changes=list(changes),
    )
    return WeekFacts(
        dealership=dealership,
        days=days,
        today=today,
        tallies=load_tallies(dealership, days, shut),
        to_move=visits_to_move(dealership, book.calendar, today),
        changes=shut.changes,
        closures=shut.closures,
        special_hours=shut.special_hours,
        advisors=[one for one in staff if one.role == Role.ADVISOR],
        names={one.user_id: one.name for one in staff if one.user_id},
        groups=book.groups,
    )


def visits_to_move(
    dealership: Dealership, calendar: Calendar, today: date
) -> dict[tuple[RowKey, date], set[int]]:
    """The ids of the visits to be moved, by what they should leave. One query."""
    found: dict[tuple[RowKey, date], set[int]] = defaultdict(set)
    for visit, causes in causes_to_move(dealership, calendar, today).items():
        for cause in causes:
            found[(cause.kind, cause.subject), cause.local_date].add(visit)
    return found


def count_to_move(dealership: Dealership, *, now: datetime) -> int:
    """How many visits are to be moved, for the tabs of the other pages. Two queries."""
    today = clock.local(now, dealership.zone).date()
    return len(causes_to_move(dealership, rulebook_of(dealership).calendar, today))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
