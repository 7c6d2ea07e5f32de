"""What booked visits draw on of the kinds that need not have a pool, many visits at once. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

from django.db.models import Prefetch, QuerySet

from booking.demands import channel_of, groups_of_line
from booking.menu import Demand, total
from booking.models import LIVE, Appointment, AppointmentLine
from booking.needs import BY_DAY, LONGEST_STAY, PoolKey, limited_needs, stay_of, transport_needs
from booking.rulebook import Rulebook, rulebook_of
from dealerships.models import Dealership
from lib import clock


def live_visits(dealership: Dealership, first: date, last: date) -> QuerySet[Appointment]:
    """The visits that are here, begin or are handed back on these days; not from the whole past, as no stay is longer."""
    return Appointment.objects.filter(
        dealership=dealership,
        status__in=LIVE,
        local_date__range=(first - LONGEST_STAY, last),
        ready_at__gte=clock.at_local(first, time(), dealership.zone),
    )


def limited_needs_of(
    dealership: Dealership, first: date, last: date
) -> Iterator[tuple[Appointment, Mapping[PoolKey, int]]]:
    """Each of these visits with what it draws on; by the rules as they are now. Two queries, and the rules.

    A courtesy car too: a day that was closed when it was lent, and was opened since, has a pool now.
    """
    book = rulebook_of(dealership)
    lines = Prefetch("lines", AppointmentLine.objects.only("appointment", "service", "answers"))
    for visit in live_visits(dealership, first, last).order_by("starts_at", "pk").prefetch_related(lines):
        yield visit, settled_needs(visit, _outline(visit, book), book)


def settled_needs(visit: Appointment, demand: Demand, book: Rulebook) -> Mapping[PoolKey, int]:
    """Units of the pools that may have been made after the visit was booked."""
    needs = limited_needs(demand, visit.starts_at, visit.ready_at, visit.zone)
    if demand.transport not in BY_DAY:
        return needs
    stay = stay_of(visit.local_date, visit.ready_at, book.calendar)
    return {**needs, **transport_needs(demand, visit.local_date, None, stay)}


def _outline(visit: Appointment, book: Rulebook) -> Demand:
    """As much of the visit's demand (booking.demands) as decides about these kinds."""
    groups = (group for line in visit.lines.all() for group in groups_of_line(book, line))
    return Demand(
        lines=(), transport=visit.transport, advisor=None, minutes=visit.minutes, skill_minutes={},
        notice=timedelta(0), groups=total((group, 1) for group in groups), channel=channel_of(visit.source),
    )  # fmt: skip
