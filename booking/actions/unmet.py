"""Keeping demand that found no start, and noting when its seeker booked after all. Nobody is named.

A search that found nothing must not also fail or wait because of what is kept about it: whatever goes wrong here is
logged and forgotten. Call it outside of transactions: a fault would end them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from booking.menu import Demand
from booking.models import UnmetDemand, UnmetSource
from booking.why_days import binding_of
from dealerships.models import Dealership
from lib import clock, tokens

logger = logging.getLogger(__name__)

WEEK = timedelta(days=7)
# Nobody looks for more different visits in a week; a program that tries everything is no demand.
MOST_A_SEEKER = 60
_KEPT = ("pk", "services", "first_day", "source")


def note_unmet(
    *,
    dealership: Dealership,
    demand: Demand,
    first_day: date,
    last_day: date,
    source: UnmetSource,
    seeker: str,
    services: Iterable[str] = (),
    now: datetime | None = None,
) -> bool:
    """Keep that `demand` found no start between the two days, with the cap that bound; whether it was new.

    `seeker` is whatever tells one seeker from another (a session, a client's address, a call): only a digest of it
    and of this week is kept. Repeats in a week make one row; joining the wait-list makes it the wait-list's. `services`
    are needed where the demand has no lines of the menu. Days that are past or beyond the horizon are no demand. Never
    raises.
    """
    try:
        return _note(
            dealership,
            demand,
            (first_day, last_day),
            source,
            seeker,
            _codes(demand, services),
            now or clock.now(),
        )
    except Exception:
        logger.exception("a search without a start at %s was not kept", dealership.slug)
        return False


def mark_met(
    *, dealership: Dealership, services: Iterable[str], seeker: str, now: datetime | None = None
) -> int:
    """The seeker has booked `services`: what they looked for in vain within the last week is lost no more.

    Returns how many searches it was. Never raises.
    """
    try:
        return _mark(dealership, sorted(set(services)), seeker, now or clock.now())
    except Exception:
        logger.exception("a booking at %s was not set against its searches", dealership.slug)
        return 0


def seeker_digest(seeker: str, now: datetime) -> str:
    """What is kept of a seeker: a keyed digest that is another one each week."""
    year, week, _weekday = now.isocalendar()
    return tokens.token_for(f"{year}-{week}|{seeker}", purpose="unmet")


def _note(
    dealership: Dealership,
    demand: Demand,
    days: tuple[date, date],
    source: UnmetSource,
    seeker: str,
    services: list[str],
    now: datetime,
) -> bool:
    today = clock.local(now, dealership.zone).date()
    if days[1] < today or days[0] > today + timedelta(days=dealership.horizon_days):
        return False
    digest = seeker_digest(seeker, now)
    mine = UnmetDemand.objects.filter(dealership=dealership, seeker=digest)
    kept = {(tuple(codes), _monday(day)): (pk, by) for pk, codes, day, by in mine.values_list(*_KEPT)}
    known = kept.get((tuple(services), _monday(days[0])))
    if known:
        # The usual case while somebody leafs through full weeks: nothing is calculated again.
        if source == UnmetSource.WAIT_LIST != known[1]:
            mine.filter(pk=known[0]).update(source=source)
        return False
    if len(kept) >= MOST_A_SEEKER and source != UnmetSource.WAIT_LIST:
        return False
    # The staff is not bound by the rules for customers, and neither is what they looked for.
    staff = source == UnmetSource.STAFF
    bound = binding_of(dealership, demand, *days, now=now, notice=not staff)
    row = UnmetDemand(
        dealership=dealership, at=now, source=source, seeker=digest, services=services,
        transport=demand.transport, minutes=demand.minutes, first_day=days[0], last_day=days[1], rule=bound.rule,
        cap_kind=bound.kind, cap_subject=bound.subject, cap_day=bound.day, short_by=bound.short_by,
    )  # fmt: skip
    UnmetDemand.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _mark(dealership: Dealership, services: list[str], seeker: str, now: datetime) -> int:
    # The week may have turned since: last week's digest is the same seeker's.
    digests = [seeker_digest(seeker, moment) for moment in (now, now - WEEK)]
    searches = UnmetDemand.objects.filter(
        dealership=dealership,
        seeker__in=digests,
        services__contained_by=services,
        at__gte=now - WEEK,
        met_at=None,
    )
    return searches.update(met_at=now)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _codes(demand: Demand, services: Iterable[str]) -> list[str]:
    return sorted(set(services) or {line.item.code for line in demand.lines})
