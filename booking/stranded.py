"""Which upcoming visits stand where there is no room for them any more, and why. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Prefetch, Q, QuerySet

from booking.models import UPCOMING, Appointment, AppointmentLine, CapacityClaim, CapacityPool, PoolKind
from booking.needs import PoolKey, half_hour
from booking.rulebook import rulebook_of
from dealerships.calendar import Calendar
from dealerships.models import Dealership
from lib import clock

# Of a pool that closed, or whose limit fell below what is in it; who may stay there (`honoured`) is not stranded,
# and a channel says by which way one may book, not whether there is room for the visit.
STRANDING = (Q(closed=True) | Q(wanted_cap__isnull=False)) & Q(honoured=False) & ~Q(kind=PoolKind.CHANNEL_DAY)


@dataclass(frozen=True, slots=True)
class PoolCause:
    """A pool that a visit is in and should leave: closed, or with `used` beyond the `cap` that is wanted.

    `pool` is None where it is a preview that would make it.
    """

    pool: int | None
    kind: int
    subject: str
    local_date: date
    starts_at: datetime | None
    closed: bool
    cap: int | None
    used: int

    @property
    def key(self) -> PoolKey:
        return PoolKey(self.kind, self.subject, self.local_date, self.starts_at)


@dataclass(frozen=True, slots=True)
class Stranding:
    """A visit with customer, vehicle, advisor and lines, and every pool that it should leave, in lock order."""

    appointment: Appointment
    causes: list[PoolCause]


def stranded_visits(dealership: Dealership, first: date, last: date) -> list[Stranding]:
    """The visits of these days that are to be moved, in order of time. Six queries, however many.

    Those in a pool that has no room for them, and those whose vehicle would be ready when nobody is there to hand it
    back. `first` is today or later: what has been is not to be moved.
    """
    pools = CapacityPool.objects.filter(
        STRANDING, dealership=dealership, local_date__range=(first, last), used__gt=0
    )
    causes = visits_in({pool.pk: _cause(pool) for pool in pools})
    calendar = rulebook_of(dealership).calendar
    for visit, cause in broken_promises(dealership, calendar, first, last):
        causes.setdefault(visit, []).append(cause)
    return strandings(causes)


def broken_promises(
    dealership: Dealership, calendar: Calendar, first: date, last: date
) -> Iterator[tuple[int, PoolCause]]:
    """(visit's id, cause) for every upcoming visit promised for a moment outside these hours. One query.

    Who may stay in first snow's hours after it was switched off may come for the vehicle then, too.
    """
    visits = Appointment.objects.filter(
        dealership=dealership,
        status__in=UPCOMING,
        local_date__lte=last,
        ready_at__gte=clock.at_local(first, time(), dealership.zone),
    ).exclude(claims__active=True, claims__pool__honoured=True)
    for visit, ready_at in visits.values_list("pk", "ready_at"):
        day = clock.local(ready_at, dealership.zone).date()
        if not calendar.is_open(day) or not calendar.opens(day) <= ready_at <= calendar.closes(day):
            yield (
                visit,
                PoolCause(None, PoolKind.HAND_BACK, "", day, half_hour(ready_at), closed=True, cap=0, used=1),
            )


def visits_in(causes: Mapping[int, PoolCause]) -> dict[int, list[PoolCause]]:
    """{visit's id: the causes that concern it} of the upcoming visits that claim one of these pools. One query."""
    found: dict[int, list[PoolCause]] = {}
    if causes:
        claims = CapacityClaim.objects.filter(
            pool__in=list(causes), active=True, appointment__status__in=UPCOMING
        ).values_list("appointment", "pool")
        for appointment, pool in claims:
            assert appointment is not None
            found.setdefault(appointment, []).append(causes[pool])
    return found


def strandings(causes: Mapping[int, list[PoolCause]]) -> list[Stranding]:
    """These visits in order of time, each with its causes in lock order. Two queries, none for no visits."""
    if not causes:
        return []
    return [
        Stranding(visit, sorted(causes[visit.pk], key=lambda cause: (cause.kind, cause.pool or 0)))
        for visit in _visits(causes)
    ]


def _visits(ids: Iterable[int]) -> QuerySet[Appointment]:
    lines = Prefetch("lines", AppointmentLine.objects.select_related("service"))
    visits = Appointment.objects.filter(pk__in=list(ids)).order_by("starts_at", "pk")
    return visits.select_related("dealership__group", "customer", "vehicle", "advisor").prefetch_related(
        lines
    )


def _cause(pool: CapacityPool) -> PoolCause:
    cap = pool.cap if pool.wanted_cap is None else pool.wanted_cap
    return PoolCause(
        pool.pk, pool.kind, pool.subject, pool.local_date, pool.starts_at, pool.closed, cap, pool.used
    )
