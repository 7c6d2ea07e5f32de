"""Which pools a demand draws on at a given start: the one rule for display and for taking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.menu import Demand
from booking.models import PoolKind, Transport
from dealerships.calendar import Calendar
from lib import clock

# Transports that something scarce stands behind; the others only need the vehicle to be here.
BY_DEPARTURE = frozenset({Transport.SHUTTLE.value})
BY_DAY = frozenset({Transport.COURTESY_CAR.value})
HALF_HOUR = timedelta(minutes=30)
# From the check-in to ready, over the longest closure (dealerships.calendar) with a fortnight to spare.
LONGEST_STAY = timedelta(days=54)
NOON, EVENING = time(12), time(17)
# What waiters are counted by: how many come in a half hour, and how many are there during it.
ARRIVALS, LOUNGE = "arrivals", "lounge"


@dataclass(frozen=True, slots=True)
class PoolKey:
    """Names one pool of a dealership."""

    kind: int
    subject: str
    local_date: date
    starts_at: datetime | None = None


def part_of(wall: time) -> str:
    """The part of the day in which service groups count: `am` until noon, `pm` until 17:00, `eve`."""
    return "am" if wall < NOON else "pm" if wall < EVENING else "eve"


def half_hour(moment: datetime) -> datetime:
    """The half hour that the moment lies in, by its beginning."""
    return moment - timedelta(
        minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond
    )


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


def limited_needs(demand: Demand, start: datetime, ready: datetime, zone: str) -> Mapping[PoolKey, int]:
    """Units of the pools that need not exist: channel, service groups, waiters, cars handed back.

    Where there is no such pool nothing limits it; where there is one, it is claimed.
    """
    wall, back = clock.local(start, zone), clock.local(ready, zone)
    day = wall.date()
    needs = {
        PoolKey(PoolKind.CHANNEL_DAY, demand.channel, day): 1,
        PoolKey(PoolKind.HAND_BACK, "", back.date(), half_hour(ready)): 1,
    }
    for group, jobs in demand.groups.items():
        for subject in (group, f"{group}/{part_of(wall.time())}"):
            needs[PoolKey(PoolKind.SERVICE_GROUP, subject, day)] = jobs
    if demand.transport == Transport.WAIT:
        needs[PoolKey(PoolKind.WAITERS, ARRIVALS, day, half_hour(start))] = 1
        for moment in half_hours(start, ready):
            needs[PoolKey(PoolKind.WAITERS, LOUNGE, day, moment)] = 1
    return needs


def half_hours(begin: datetime, end: datetime) -> Iterator[datetime]:
    """The half hours that a stay from `begin` to `end` touches, by their beginnings."""
    moment = half_hour(begin)
    while moment < end:
        yield moment
        moment += HALF_HOUR


def stay_of(day: date, ready: datetime, calendar: Calendar) -> list[date]:
    """The open days from `day` until the vehicle is ready: a courtesy car is out on each of them."""
    last = clock.local(ready, calendar.zone).date()
    return list(calendar.open_days(day, (last - day).days + 1))
