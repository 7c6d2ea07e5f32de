"""The rolling horizon: pools far enough ahead, and the holidays of every year that it reaches."""

from __future__ import annotations

from datetime import date, time, timedelta

import holidays

from booking.actions.refresh import refresh_pools
from dealerships.models import Closure, Dealership
from lib import clock


def extend_horizon(*, dealership: Dealership, today: date | None = None) -> int:
    """Make the pools from today to the dealership's horizon what the rules say; how many were made.

    Safe to run again and at the same time.
    """
    now = clock.at_local(today, time(), dealership.zone) if today else clock.now()
    first = clock.local(now, dealership.zone).date()
    last = first + timedelta(days=dealership.horizon_days)
    preload_holidays(dealership=dealership, first_year=first.year, last_year=last.year)
    return refresh_pools(dealership=dealership, now=now).made


def preload_holidays(*, dealership: Dealership, first_year: int, last_year: int) -> None:
    """Québec's statutory holidays of these years as closures, in both languages; safe to run again.

    A year that has any is left alone: a holiday on which the manager decided to work does not come back.
    Source: Act respecting labour standards, section 60, and the National Holiday Act, as the `holidays` package
    computes them.
    """
    known = {
        day.year
        for day in Closure.objects.filter(dealership=dealership, statutory=True).values_list(
            "first_day", flat=True
        )
    }
    years = [year for year in range(first_year, last_year + 1) if year not in known]
    if not years:
        return
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
