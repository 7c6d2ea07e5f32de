"""What booked visits draw on of the kinds that need not have a pool, many visits at once. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

from django.db.models import Prefetch, QuerySet

from booking.demands import channel_of
from booking.menu import Demand, total
from booking.models import LIVE, Appointment, AppointmentLine
from booking.needs import PoolKey, limited_needs
from booking.rulebook import Rulebook, rulebook_of
from dealerships.models import Dealership
from lib import clock

# No vehicle stays longer; without it, every look would read the whole past.
LONGEST_STAY = timedelta(days=60)


def live_visits(dealership: Dealership, first: date, last: date) -> QuerySet[Appointment]:
    """The visits that are here, begin or are handed back on these days."""
    return Appointment.objects.filter(
        dealership=dealership,
        status__in=LIVE,
        local_date__range=(first - LONGEST_STAY, last),
        ready_at__gte=clock.at_local(first, time(), dealership.zone),
    )


def limited_needs_of(
    dealership: Dealership, first: date, last: date
) -> Iterator[tuple[Appointment, Mapping[PoolKey, int]]]:
    """Each of these visits with what it draws on; by the rules as they are now. Two queries, and the rules."""
    book = rulebook_of(dealership)
    lines = Prefetch("lines", AppointmentLine.objects.only("appointment", "service", "answers"))
    for visit in live_visits(dealership, first, last).order_by("starts_at", "pk").prefetch_related(lines):
        yield visit, limited_needs(_outline(visit, book), visit.starts_at, visit.ready_at, visit.zone)


def _outline(visit: Appointment, book: Rulebook) -> Demand:
    """As much of the visit's demand (booking.demands) as decides about these kinds."""
    groups = (
        group
        for line in visit.lines.all()
        for group in book.groups_of(
            line.service_id, [(answer["question"], answer["choice"]) for answer in line.answers]
        )
    )
    return Demand(
        lines=(), transport=visit.transport, advisor=None, minutes=visit.minutes, skill_minutes={},
        notice=timedelta(0), groups=total((group, 1) for group in groups), channel=channel_of(visit.source),
    )  # fmt: skip
