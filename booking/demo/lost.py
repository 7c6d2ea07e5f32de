"""Four weeks of searches that found nothing, with what stood in their way."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from booking.demo.dice import dice, draw
from booking.demo.visits import choose_basket
from booking.menu import Demand, Menu, load_menu, plan
from booking.models import PoolKind, Skill, Transport, UnmetDemand, UnmetSource
from dealerships.calendar import Calendar, load_calendar
from dealerships.models import Dealership
from lib import clock

WEEKS = 4
# Searches for each hundred visits of a weekday; most of the lost ones are of the Web, where nobody can plead.
SOURCES = {UnmetSource.WEB: 62.0, UnmetSource.STAFF: 22, UnmetSource.WAIT_LIST: 12, UnmetSource.API: 4}
BOOKED_AFTER_ALL = 0.22

Cap = tuple[int | None, str, str]


def make_unmet(dealership: Dealership, *, today: date, a_day: float) -> int:
    """About `a_day` searches for each open day of the last four weeks, once; how many were made."""
    if UnmetDemand.objects.filter(dealership=dealership).exists():
        return 0
    first = today - timedelta(weeks=WEEKS)
    calendar = load_calendar(dealership, first, today)
    rng, menu = dice("lost", dealership.slug, today), load_menu(dealership)
    rows = [
        _search(rng, dealership, menu, calendar, day)
        for day in calendar.open_days(first, WEEKS * 7)
        for _one in range(_count(rng, a_day))
    ]
    return len(UnmetDemand.objects.bulk_create(rows, ignore_conflicts=True))


def _count(rng: random.Random, a_day: float) -> int:
    """More on some days than on others."""
    return round(a_day * rng.uniform(0.4, 1.6))


def _search(
    rng: random.Random, dealership: Dealership, menu: Menu, calendar: Calendar, day: date
) -> UnmetDemand:
    """Somebody looked on `day` for one of the next days."""
    demand = plan(menu, choose_basket(rng, day))
    source = UnmetSource(draw(rng, SOURCES))
    at = _moment(rng, day, source, dealership.zone)
    wanted = day + timedelta(days=rng.choices((0, 1, 2, 3, 5), (3, 5, 4, 2, 1))[0])
    while not calendar.is_open(wanted):
        wanted += timedelta(days=1)
    kind, subject, rule = draw(rng, _caps(demand))
    met = rng.random() < BOOKED_AFTER_ALL
    return UnmetDemand(
        dealership=dealership,
        at=at,
        source=source,
        seeker=f"{rng.getrandbits(256):064x}",
        services=sorted(line.item.code for line in demand.lines),
        transport=demand.transport,
        minutes=demand.minutes,
        first_day=wanted,
        last_day=wanted + timedelta(days=rng.choice((0, 0, 0, 2, 6))),
        cap_kind=kind,
        cap_subject=subject,
        cap_day=wanted if kind is not None else None,
        short_by=_short_by(rng, kind, demand),
        rule=rule,
        met_at=at + timedelta(minutes=rng.randint(4, 90)) if met else None,
    )


def _moment(rng: random.Random, day: date, source: UnmetSource, zone: str) -> datetime:
    hours = (8, 16) if source == UnmetSource.STAFF else (7, 22)
    return clock.at_local(day, time(rng.randint(*hours), rng.randint(0, 59)), zone)


def _caps(demand: Demand) -> dict[Cap, float]:
    """What may have closed the day for this work, as (kind, subject, rule), by how often it does."""
    caps: dict[Cap, float] = {(PoolKind.SHOP_DAY, "", ""): 1.0, (PoolKind.ADVISOR_CELL, "", ""): 0.5}
    for skill in demand.skill_minutes:
        caps[PoolKind.SKILL_DAY, skill, ""] = 4.0 if skill == Skill.TIRES else 2.0
    for group in demand.groups:
        caps[PoolKind.SERVICE_GROUP, group, ""] = 3.0
    if demand.transport == Transport.COURTESY_CAR:
        caps[PoolKind.TRANSPORT, demand.transport, ""] = 9.0
    if demand.transport == Transport.WAIT:
        caps[PoolKind.WAITERS, "arrivals", ""] = 4.0
    if demand.notice:
        caps[None, "", "too_soon"] = 2.0
    return caps


def _short_by(rng: random.Random, kind: int | None, demand: Demand) -> int:
    if kind is None:
        return 0
    minutes = kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
    return rng.randrange(5, demand.minutes + 1, 5) if minutes else 1
