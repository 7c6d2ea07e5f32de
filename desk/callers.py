"""The caller card: the visits of the customers that were found. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from booking.access import appointments_for
from booking.models import Appointment, AppointmentLine, Status
from booking.models.appointment import LIVE
from customers.models import Customer
from dealerships.models import User
from desk.words import line_name, page_language, say_ready
from lib import clock, tokens

LAST_VISITS = 5


@dataclass(frozen=True, slots=True)
class CallerVisit:
    """One visit on the caller card, in words."""

    slug: str
    reference: str
    when: str
    ready: str
    vehicle: str
    work: str
    status: str
    dealership: str


@dataclass(frozen=True, slots=True)
class Visits:
    upcoming: list[CallerVisit]
    past: list[CallerVisit]


def appointment_named(user: User, words: str) -> Appointment | None:
    """The appointment whose reference somebody read out, among those that `user` may see."""
    reference = tokens.normalize_reference(words)
    return appointments_for(user).filter(reference=reference).first() if reference else None


def next_visits(user: User, customers: Iterable[Customer], *, now: datetime) -> dict[int, CallerVisit]:
    """The next visit by customer id. Two queries."""
    rows = _with_lines(_upcoming(user, now).filter(customer__in=list(customers)).order_by("-starts_at"))
    return {row.customer_id: _show(row) for row in rows}


def visits_of(user: User, customer: Customer, *, now: datetime) -> Visits:
    """What is coming, and the last few visits. Four queries."""
    upcoming = _with_lines(_upcoming(user, now).filter(customer=customer).order_by("starts_at"))
    coming = {row.pk for row in upcoming}
    past = appointments_for(user).filter(customer=customer, starts_at__lt=now).exclude(pk__in=coming)
    last = _with_lines(past.order_by("-starts_at")[:LAST_VISITS])
    return Visits([_show(row) for row in upcoming], [_show(row) for row in last])


def _upcoming(user: User, now: datetime) -> QuerySet[Appointment]:
    """What has not begun, and what is in the shop since the day before."""
    begun = now - timedelta(days=1)
    return (
        appointments_for(user)
        .filter(status__in=LIVE, starts_at__gte=begun)
        .exclude(status__in=[Status.BOOKED, Status.CONFIRMED], starts_at__lt=now - timedelta(hours=4))
    )


def _with_lines(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    return rows.prefetch_related(Prefetch("lines", AppointmentLine.objects.order_by("position", "id")))


def _show(row: Appointment) -> CallerVisit:
    there = clock.local(row.starts_at, row.zone)
    day = clock.say_short_date(there.date(), page_language())
    return CallerVisit(
        slug=row.dealership.slug,
        reference=row.reference,
        when=f"{day} {there.year if there.year != clock.now().year else ''} {clock.say_time(there, page_language())}",
        ready=say_ready(row),
        vehicle=row.vehicle.title,
        work=", ".join(line_name(line) for line in row.lines.all()),
        status=row.status,
        dealership=row.dealership.name,
    )
