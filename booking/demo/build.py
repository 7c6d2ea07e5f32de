"""The whole demo, step by step; each step adds what is missing and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from booking.actions.capacity import extend_horizon
from booking.actions.queue import measure_queues
from booking.demo.agenda import fill_agenda
from booking.demo.history import make_history
from booking.demo.lost import make_unmet
from booking.demo.people import make_people
from booking.demo.photos import make_photos
from booking.demo.plans import make_plans
from booking.demo.rooftops import ROOFTOPS
from booking.demo.rows import Rooftop
from booking.demo.setup import make_dealership, make_group, plan_absence
from booking.demo.today import bring_up_to_date, make_changes
from booking.demo.waiting import make_wait_list
from booking.models import CapacityPool, PoolKind
from dealerships.calendar import load_calendar
from dealerships.models import Dealership, Group, User
from lib import clock

Say = Callable[[str], None]
TELL_EVERY = 4.0  # seconds
ZONE = "America/Toronto"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; tests make a small one."""

    customers: int = 2000
    vehicles: int = 2600
    history_days: int = 365
    agenda_days: int = 21
    horizon_days: int = 120


def make_demo(*, say: Say, size: Size | None = None, now: datetime | None = None) -> None:
    """Create the demo group or complete it, telling each long step through `say`."""
    size, moment = size or Size(), now or clock.now()
    group = make_group()
    dealerships = [
        (
            make_dealership(
                group, rooftop, horizon_days=size.horizon_days, today=clock.local(moment, ZONE).date()
            ),
            rooftop,
        )
        for rooftop in ROOFTOPS
    ]
    _make_people(group, size, moment, say)
    for dealership, rooftop in dealerships:
        _make_days(dealership, rooftop, size, moment, say)
    _refresh_statistics()


def _refresh_statistics() -> None:
    """Tell PostgreSQL's planner what is there now; autovacuum would take its first minute to notice."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _make_people(group: Group, size: Size, now: datetime, say: Say) -> None:
    began = time.monotonic()
    if make_people(group, customers=size.customers, vehicles=size.vehicles, today=now.date()):
        say(f"{group}: {size.customers} customers, {size.vehicles} vehicles ({_since(began)})")


def _make_days(dealership: Dealership, rooftop: Rooftop, size: Size, now: datetime, say: Say) -> None:
    user = User.objects.get(email="conseiller@demo.example")
    _make_past(dealership, rooftop, size, now, say)
    _make_pools(dealership, now, say)
    _fill(dealership, rooftop, size, now, user, say)
    began = time.monotonic()
    changes = make_changes(dealership, now=now)
    if changes:
        # Who moved or cancelled left room, which the next run must not find.
        _fill(dealership, rooftop, size, now, user, say)
    if steps := changes + bring_up_to_date(dealership, now=now, user=user):
        say(f"{dealership}: {steps} changes until this hour ({_since(began)})")
    if photos := make_photos(dealership, now=now):
        say(f"{dealership}: {photos} photos of problems")
    began = time.monotonic()
    if waiting := make_wait_list(dealership, rooftop, by=user, now=now):
        say(f"{dealership}: {waiting} on the wait-list ({_since(began)})")


def _make_past(dealership: Dealership, rooftop: Rooftop, size: Size, now: datetime, say: Say) -> None:
    """What has been: visits, how long they waited, searches in vain."""
    today = clock.local(now, dealership.zone).date()
    began = time.monotonic()
    if visits := make_history(dealership, rooftop, today=today, days=size.history_days):
        say(f"{dealership}: {visits} visits of the past {size.history_days} days ({_since(began)})")
    # Before anybody is booked, so that the coming visits are promised what the past ones show.
    measure_queues(dealership=dealership, now=now)
    if lost := make_unmet(dealership, today=today, a_day=rooftop.lost):
        say(f"{dealership}: {lost} searches that found nothing")


def _make_pools(dealership: Dealership, now: datetime, say: Say) -> None:
    """The horizon, with what is planned for single days."""
    began, today = time.monotonic(), clock.local(now, dealership.zone).date()
    plan_absence(dealership, today)
    if not _has_horizon(dealership, now):
        made = extend_horizon(dealership=dealership, today=today)
        say(f"{dealership}: {made} capacity pools ({_since(began)})")
    began = time.monotonic()
    if changes := make_plans(dealership, by=User.objects.get(email="directrice@demo.example"), now=now):
        say(f"{dealership}: {changes} changes of capacity ({_since(began)})")


def _fill(dealership: Dealership, rooftop: Rooftop, size: Size, now: datetime, user: User, say: Say) -> None:
    """Book, and tell how far it has come every few seconds."""
    began = told = time.monotonic()
    booked = 0
    for booked in fill_agenda(dealership, rooftop, now=now, days=size.agenda_days, user=user):
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            say(f"{dealership}: {booked} coming appointments… ({_since(began)})")
    if booked:
        say(f"{dealership}: {booked} coming appointments ({_since(began)})")


def _has_horizon(dealership: Dealership, now: datetime) -> bool:
    """Whether the last open day that customers may book has its pools."""
    today = clock.local(now, dealership.zone).date()
    last = today + timedelta(days=dealership.horizon_days)
    open_days = list(load_calendar(dealership, today, last).open_days(today, dealership.horizon_days + 1))
    pools = CapacityPool.objects.filter(dealership=dealership, kind=PoolKind.SHOP_DAY)
    return bool(open_days) and pools.filter(local_date=open_days[-1]).exists()


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"
