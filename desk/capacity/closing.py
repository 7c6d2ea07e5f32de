"""Whether a change leaves nothing open: what a manager must say that they mean. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Sum

from booking.actions.edit import Impact
from booking.models import CapacityPool, PoolKind
from dealerships.models import Dealership

# Closing fewer days than this is an ordinary holiday.
MANY_DAYS = 10


def days_closed(dealership: Dealership, impact: Impact, today: date) -> tuple[int, bool]:
    """(days on which nobody could come any more, whether no open day would be left). One query."""
    open_now = _open_days(dealership, today)
    shut = {
        gauge.day
        for gauge in impact.gauges
        if gauge.kind == PoolKind.SHOP_DAY and gauge.will == 0 != gauge.was
    }
    cells: dict[date, int] = defaultdict(int)
    for gauge in impact.gauges:
        if gauge.kind == PoolKind.ADVISOR_CELL:
            cells[gauge.day] += (gauge.was or 0) - (gauge.will or 0)
    shut |= {day for day, lost in cells.items() if lost >= open_now.get(day, 0)}
    shut &= open_now.keys()
    return len(shut), bool(open_now) and shut >= open_now.keys()


def closes_much(dealership: Dealership, impact: Impact, today: date) -> int:
    """How many days close, when that is every open day or very many; 0 when the change is an ordinary one."""
    count, everything = days_closed(dealership, impact, today)
    return count if everything or count >= MANY_DAYS else 0


def _open_days(dealership: Dealership, today: date) -> dict[date, int]:
    """Check-ins by day that is open now."""
    cells = CapacityPool.objects.filter(
        dealership=dealership, kind=PoolKind.ADVISOR_CELL, closed=False, cap__gt=0, local_date__gte=today
    )
    return dict(cells.values("local_date").annotate(places=Sum("cap")).values_list("local_date", "places"))
