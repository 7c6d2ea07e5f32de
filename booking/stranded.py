"""Which upcoming visits stand where there is no room for them any more, and why. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from booking.models import UPCOMING, Appointment, AppointmentLine, CapacityClaim, CapacityPool, PoolKind
from booking.needs import PoolKey, half_hour
from booking.rulebook import rulebook_of
from dealerships.calendar import Calendar
from dealerships.models import Dealership
from lib import clock

# Of a pool that closed, or whose limit fell below what is in it; who may stay there (`honoured`) is not stranded,
# and a channel says by which way one may book, not whether there is room for the visit.
STRANDING = (Q(closed=True) | Q(wanted_cap__isnull=False)) & Q(honoured=False) & ~Q(kind=PoolKind.CHANNEL_DAY)
# A visit, and the pool that it is in or the moment that it is promised for: one shape, so that one query reads both.
NOTHING = Value(None, output_field=DateTimeField())
CLAIM: tuple[str | Combinable, ...] = (
    "appointment", "pool", NOTHING, "pool__kind", "pool__subject", "pool__local_date", "pool__starts_at",
    "pool__closed", Coalesce("pool__wanted_cap", "pool__cap"), "pool__used",
)  # fmt: skip
PROMISE: tuple[str | Combinable, ...] = ("pk", NOTHING, "ready_at", *[NOTHING] * len(CLAIM[3:]))


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
    """The visits of these days that are to be moved, in order of time. Four queries, however many."""
    return strandings(causes_to_move(dealership, rulebook_of(dealership).calendar, first, last))


def causes_to_move(
    dealership: Dealership, calendar: Calendar, first: date, last: date = date.max
) -> dict[int, list[PoolCause]]:
    """{visit's id: what it should leave} of every visit of these days that is to be moved. One query.

    Those in a pool that has no room for them, and those whose vehicle would be ready when nobody is there to hand it
    back by the rules' `calendar`. Whatever counts, sums or lists visits to be moved asks here. `first` is today or
    later: what has been is not to be moved.
    """
    found: dict[int, list[PoolCause]] = {}
    claims, promises = _claims(dealership, first, last), _promised(dealership, first, last)
    for visit, pool, ready_at, *columns in claims.union(promises.values_list(*PROMISE), all=True):
        cause = PoolCause(pool, *columns) if pool else _broken_promise(calendar, ready_at)
        if cause:
            found.setdefault(visit, []).append(cause)
    return found


def broken_promises(
    dealership: Dealership, calendar: Calendar, first: date, last: date
) -> Iterator[tuple[int, PoolCause]]:
    """(visit's id, cause) for every upcoming visit promised for a moment outside these hours. One query."""
    for visit, ready_at in _promised(dealership, first, last).values_list("pk", "ready_at"):
        cause = _broken_promise(calendar, ready_at)
        if cause:
            yield visit, cause


def _claims(dealership: Dealership, first: date, last: date) -> QuerySet[CapacityClaim, Any]:
    """The claims of upcoming visits on pools of these days that have no room for them."""
    days = Q(dealership=dealership, local_date__range=(first, last), used__gt=0)
    pools = CapacityPool.objects.filter(STRANDING, days)
    claims = CapacityClaim.objects.filter(pool__in=pools, active=True, appointment__status__in=UPCOMING)
    return claims.values_list(*CLAIM)


def _promised(dealership: Dealership, first: date, last: date) -> QuerySet[Appointment]:
    """The upcoming visits with a vehicle to be handed back from `first` on.

    Who may stay in first snow's hours after it was switched off may come for the vehicle then, too.
    """
    stays = CapacityClaim.objects.filter(appointment=OuterRef("pk"), active=True, pool__honoured=True)
    return Appointment.objects.filter(
        ~Exists(stays),
        dealership=dealership,
        status__in=UPCOMING,
        local_date__lte=last,
        ready_at__gte=clock.at_local(first, time(), dealership.zone),
    )


def _broken_promise(calendar: Calendar, ready_at: datetime) -> PoolCause | None:
    """What is missing to hand a vehicle back at that moment; None when somebody is there."""
    day = clock.local(ready_at, calendar.zone).date()
    if calendar.is_open(day) and calendar.opens(day) <= ready_at <= calendar.closes(day):
        return None
    return PoolCause(None, PoolKind.HAND_BACK, "", day, half_hour(ready_at), closed=True, cap=0, used=1)


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
