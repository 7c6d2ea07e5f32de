"""Making pools from patterns, closures and holidays, over the rolling horizon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import holidays
from django.db import transaction

from booking.models import CapacityPool, CapacityRule, PoolKind
from dealerships.calendar import absences, load_calendar
from dealerships.models import Closure, Dealership, Role, StaffMember
from lib import clock

CELL = timedelta(minutes=15)
# A fixed Monday: week 0 of every rotation.
ROTATION_EPOCH = date(2024, 1, 1)


def extend_horizon(*, dealership: Dealership, today: date | None = None) -> int:
    """Make the pools that are missing from today to the dealership's horizon; how many were made.

    Safe to run again and at the same time: an existing pool is never touched.
    """
    first = today or clock.local(clock.now(), dealership.zone).date()
    last = first + timedelta(days=dealership.horizon_days)
    preload_holidays(dealership=dealership, first_year=first.year, last_year=last.year)
    calendar = load_calendar(dealership, first, last)
    days = list(calendar.open_days(first, dealership.horizon_days + 1))
    pools = [*_rule_pools(dealership, days), *_advisor_pools(dealership, days)]
    before = CapacityPool.objects.filter(dealership=dealership, local_date__range=(first, last)).count()
    with transaction.atomic():
        CapacityPool.objects.bulk_create(pools, ignore_conflicts=True, batch_size=2000)
    after = CapacityPool.objects.filter(dealership=dealership, local_date__range=(first, last)).count()
    return after - before


def preload_holidays(*, dealership: Dealership, first_year: int, last_year: int) -> None:
    """Québec's statutory holidays of these years as closures, in both languages; safe to run again.

    Source: Act respecting labour standards, section 60, and the National Holiday Act, as the `holidays` package
    computes them.
    """
    years = range(first_year, last_year + 1)
    french = holidays.country_holidays("CA", subdiv=dealership.province, years=years, language="fr")
    english = holidays.country_holidays("CA", subdiv=dealership.province, years=years, language="en_CA")
    Closure.objects.bulk_create(
        [
            Closure(
                dealership=dealership,
                first_day=day,
                last_day=day,
                reason_fr=name[:80],
                reason_en=english.get(day, name)[:80],
                statutory=True,
            )
            for day, name in french.items()
        ],
        ignore_conflicts=True,
    )


def _rule_pools(dealership: Dealership, days: list[date]) -> Iterator[CapacityPool]:
    rules: dict[int, list[CapacityRule]] = defaultdict(list)
    for rule in CapacityRule.objects.filter(dealership=dealership):
        rules[rule.weekday].append(rule)
    for day in days:
        for rule in rules[day.weekday()]:
            starts_at = clock.at_local(day, rule.starts_at, dealership.zone) if rule.starts_at else None
            yield CapacityPool(
                dealership=dealership,
                kind=rule.kind,
                subject=rule.subject,
                local_date=day,
                starts_at=starts_at,
                cap=rule.cap,
            )


def _advisor_pools(dealership: Dealership, days: list[date]) -> Iterator[CapacityPool]:
    if not days:
        return
    away = absences(dealership, days[0], days[-1])
    advisors = StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR, active=True)
    for advisor in advisors.prefetch_related("shifts"):
        for day in days:
            cells = [] if (advisor.pk, day) in away else list(_cells(advisor, day, dealership.zone))
            if not cells:
                continue
            subject = {"dealership": dealership, "subject": str(advisor.pk), "local_date": day}
            yield CapacityPool(kind=PoolKind.ADVISOR_DAY, cap=advisor.daily_customers, **subject)
            for cell in cells:
                yield CapacityPool(kind=PoolKind.ADVISOR_CELL, starts_at=cell, cap=1, **subject)


def _cells(advisor: StaffMember, day: date, zone: str) -> Iterator[datetime]:
    """The quarter hours (UTC) in which this advisor checks vehicles in on this local day."""
    week = ((day - ROTATION_EPOCH).days // 7) % advisor.rotation_weeks
    for shift in advisor.shifts.all():
        if shift.weekday == day.weekday() and shift.rotation_week == week:
            moment, end = _wall(day, shift.starts), _wall(day, shift.ends)
            while moment + CELL <= end:
                yield clock.at_local(day, moment.time(), zone)
                moment += CELL


def _wall(day: date, wall_time: time) -> datetime:
    return datetime.combine(day, wall_time)
