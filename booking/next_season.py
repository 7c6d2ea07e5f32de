"""When the opposite tire change comes after a visit, and from which day on it can be booked. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from booking.menu import MenuItem
from booking.models import Appointment, Status
from booking.rulebook import Rulebook, rulebook_of
from dealerships.models import Dealership
from lib import clock

TIRE_CHANGE = "tire_swap"
# Where a dealership has no campaign of its own. Winter tires are compulsory in Québec from December 1 to March 15
# (Highway Safety Code, s. 440.1): the change back begins when they may come off and the frost is over.
USUAL = ((4, 1), (10, 15))
# A campaign that begins sooner after a change than this is the one that the change was for.
SHORTEST_GAP = timedelta(days=60)
# Who has the visit before them has not driven off on these tires yet, but may well think of the next change.
WORTH_OFFERING = (Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class NextChange:
    """The next campaign: whether it is winter's tires that go on, its first day, and when booking opens."""

    winter: bool
    first_day: date
    opens_on: date

    def is_open(self, today: date) -> bool:
        """Whether a time in it can be had already."""
        return today >= self.opens_on


def next_change(appointment: Appointment, services: Iterable[str], *, today: date) -> NextChange | None:
    """The tire change after this visit's; None when the visit changes no tires, or the menu no longer does."""
    if appointment.status not in WORTH_OFFERING or TIRE_CHANGE not in services:
        return None
    dealership = appointment.dealership
    return change_after(rulebook_of(dealership), dealership, appointment.local_date, today=today)


def change_after(book: Rulebook, dealership: Dealership, day: date, *, today: date) -> NextChange | None:
    """The tire change after one on this day, by these rules; None when the menu has none."""
    item = book.menu.get(TIRE_CHANGE)
    if item is None:
        return None
    earliest = max(day + SHORTEST_GAP, today)
    first_day, announced = min(_campaigns(book, item, earliest))
    horizon = min(dealership.horizon_days, item.horizon_days or dealership.horizon_days)
    opens_on = max(announced, first_day - timedelta(days=horizon))
    return NextChange(winter=first_day.month >= 7, first_day=first_day, opens_on=opens_on)


def _campaigns(book: Rulebook, item: MenuItem, earliest: date) -> Iterator[tuple[date, date]]:
    """(first day, announced from) of what begins from a day on: the dealership's own campaigns, else the usual."""
    codes = {
        *item.groups,
        *(code for question in item.questions for one in question.choices for code in one.groups),
    }
    own = [
        (season.first_day, season.opens_on)
        for code in codes & set(book.groups)
        for season in book.groups[code].seasons
        if season.first_day >= earliest
    ]
    if own:
        yield from own
        return
    usual = (date(year, *day) for year in (earliest.year, earliest.year + 1) for day in USUAL)
    yield from ((day, date.min) for day in usual if day >= earliest)


def today_of(appointment: Appointment) -> date:
    """The local day that it is now where the visit takes place."""
    return clock.local(clock.now(), appointment.zone).date()
