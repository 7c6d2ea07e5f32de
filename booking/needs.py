"""Which pools a demand draws on at a given start: the one rule for display and for taking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from booking.menu import Demand
from booking.models import PoolKind, Transport
from dealerships.calendar import Calendar
from lib import clock

# Transports that something scarce stands behind; the others only need the vehicle to be here.
BY_DEPARTURE = frozenset({Transport.SHUTTLE.value})
BY_DAY = frozenset({Transport.COURTESY_CAR.value})


@dataclass(frozen=True, slots=True)
class PoolKey:
    """Names one pool of a dealership."""

    kind: int
    subject: str
    local_date: date
    starts_at: datetime | None = None


def day_needs(demand: Demand, day: date) -> Mapping[PoolKey, int]:
    """Units that any start of `day` draws from the day's own pools: skills and shop."""
    needs = {
        PoolKey(PoolKind.SKILL_DAY, skill, day): minutes for skill, minutes in demand.skill_minutes.items()
    }
    needs[PoolKey(PoolKind.SHOP_DAY, "", day)] = demand.minutes
    return needs


def advisor_needs(advisor: int, day: date, start: datetime) -> Mapping[PoolKey, int]:
    """One check-in of one customer."""
    return {
        PoolKey(PoolKind.ADVISOR_CELL, str(advisor), day, start): 1,
        PoolKey(PoolKind.ADVISOR_DAY, str(advisor), day): 1,
    }


def transport_needs(
    demand: Demand, day: date, departure: datetime | None, stay: Iterable[date]
) -> Mapping[PoolKey, int]:
    """The seat of a departure of `day`, or the courtesy car on each day of the `stay`."""
    if demand.transport in BY_DEPARTURE:
        return {PoolKey(PoolKind.TRANSPORT, demand.transport, day, departure): 1}
    if demand.transport in BY_DAY:
        return {PoolKey(PoolKind.TRANSPORT, demand.transport, out): 1 for out in stay}
    return {}


def stay_of(day: date, ready: datetime, calendar: Calendar) -> list[date]:
    """The open days from `day` until the vehicle is ready: a courtesy car is out on each of them."""
    last = clock.local(ready, calendar.zone).date()
    return list(calendar.open_days(day, (last - day).days + 1))
