"""Making the pools equal to what the rules say.

What is wanted is calculated and compared before anything is locked; then each day that differs is a short transaction
of its own (booking.actions.refresh_day). Two refreshers take turns on each day, and none writes by rules that have
changed since it read them: so the last one to finish has the last rules.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Max

from booking.actions.refresh_day import (
    DayPlan,
    RulesChangedError,
    Serve,
    make_days,
    plan_day,
    read_rows,
    refresh_day,
    wait_for_writers,
)
from booking.actions.retry import Busy
from booking.actions.rule_rows import snow_turn
from booking.actions.serving import serve_wait_list
from booking.actions.settle import settle_claims
from booking.blueprint import wanted_pools
from booking.inputs import Inputs, load_inputs
from booking.models import CapacityEdit, CapacityPool, CapacitySettings
from booking.targets import Row
from dealerships.models import Dealership
from lib import clock

logger = logging.getLogger(__name__)

# Rules that change this often while pools are made from them are left to the next run.
MOST_ROUNDS = 5
# Days without pools that one transaction makes.
DAYS_AT_ONCE = 15


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many pools were made, and how many were changed.

    `late`: a limit was made where visits may be under way, so the pools are not noted as made from these rules: a
    booking that has not seen the limit claims from it when the next minute looks again.
    """

    made: int = 0
    changed: int = 0
    late: bool = field(default=False, compare=False)

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.made + other.made, self.changed + other.changed, self.late or other.late)


def refresh_pools(
    *,
    dealership: Dealership,
    first: date | None = None,
    last: date | None = None,
    now: datetime | None = None,
    honour: bool = False,
    serve: Serve | None = None,
) -> Refreshed:
    """Make the pools from `first` (today) to `last` (the horizon, or the last day that has any) what the rules say.

    Days before today are never touched. With `honour`, whoever is in what closes or falls in this run may stay.
    `serve` runs inside the transaction of each day that changes, with its pools locked: with `serving`, the wait-list
    has what is new before anybody else can see it. Safe to run again, at the same time, and when it is cut:
    release_due goes on. Raises Busy.
    """
    moment = now or clock.now()
    today = clock.local(moment, dealership.zone).date()
    end = last_day(dealership, today)
    CapacitySettings.objects.get_or_create(dealership=dealership)
    turns = _snow_turns(dealership)
    if serve is None and "on" in turns:
        serve = serving(dealership, moment)
    begin, stop = max(first or today, today), last or end
    for _round in range(MOST_ROUNDS):
        inputs = load_inputs(dealership, begin, max(begin, stop))
        try:
            done = _refresh_days(inputs, stop, moment, honour=honour or "off" in turns, serve=serve)
        except RulesChangedError:
            continue
        settle_claims(dealership, begin, stop)
        whole = begin <= today and stop >= end
        if not whole or done.late or _stamp(inputs, moment):
            return done
    return Refreshed()


def _refresh_days(
    inputs: Inputs, last: date, now: datetime, *, honour: bool, serve: Serve | None
) -> Refreshed:
    done = Refreshed()
    fresh: list[DayPlan] = []
    for plan in _plans(inputs, last, now, honour=honour):
        if plan.untouched and plan.is_needed and serve is None:
            fresh.append(plan)
        elif plan.is_needed:
            made, changed = refresh_day(inputs, plan, honour=honour, serve=serve)
            done += Refreshed(made, changed, late=plan.late)
    for begin in range(0, len(fresh), DAYS_AT_ONCE):
        done += Refreshed(make_days(inputs, fresh[begin : begin + DAYS_AT_ONCE]), 0)
    return done


def serving(dealership: Dealership, now: datetime) -> Serve:
    """What serves a day of the dealership's wait-list, for refresh_pools."""

    def serve(day: date) -> None:
        serve_wait_list(dealership=dealership, day=day, now=now)

    return serve


def last_day(dealership: Dealership, today: date) -> date:
    """The horizon; later when a pool of a longer one is still there."""
    latest = CapacityPool.objects.filter(dealership=dealership).aggregate(day=Max("local_date"))["day"]
    return max(today + timedelta(days=dealership.horizon_days), latest or today)


def _stamp(inputs: Inputs, now: datetime) -> bool:
    """Note by which rules, and when, the pools were made; False when the rules changed meanwhile."""
    mine = CapacitySettings.objects.filter(
        dealership=inputs.dealership, dealership__rules_version=inputs.version
    )
    return bool(mine.update(built_version=inputs.version, built_at=now))


def _plans(inputs: Inputs, last: date, now: datetime, *, honour: bool) -> Iterator[DayPlan]:
    """What each day lacks, compared with its pools as they are: one query for all of them."""
    wait_for_writers(inputs)
    days = (inputs.first, last)
    pools = CapacityPool.objects.filter(dealership=inputs.dealership, local_date__range=days)
    rows: dict[date, list[Row]] = defaultdict(list)
    for row in read_rows(pools):
        rows[row.local_date].append(row)
    for day in clock.local_days(inputs.first, (last - inputs.first).days + 1):
        yield plan_day(day, wanted_pools(inputs, day, now), rows[day], honour=honour)


def release_due(*, now: datetime | None = None) -> int:
    """Refresh every dealership whose rules changed since its pools were made, or that has something to release by now.

    How many there were. For beat: may run twice, at once, or late.
    """
    moment = now or clock.now()
    dealerships = Dealership.objects.select_related("capacity", "group").prefetch_related("release_steps")
    due = [dealership for dealership in dealerships.order_by("pk") if _is_due(dealership, moment)]
    for dealership in due:
        try:
            refresh_pools(dealership=dealership, now=moment)
        except Busy:
            logger.warning("pools of %s are left to the next run: too busy", dealership.slug)
    return len(due)


def _is_due(dealership: Dealership, now: datetime) -> bool:
    settings: CapacitySettings | None = getattr(dealership, "capacity", None)
    if settings is None or settings.built_at is None or settings.built_version != dealership.rules_version:
        return True
    built = settings.built_at
    return any(_latest(step.at, dealership.zone, now) > built for step in dealership.release_steps.all())


def _latest(wall: time, zone: str, now: datetime) -> datetime:
    """The last moment up to now at which clocks showed this time: a step of release comes to its hour every day."""
    today = clock.local(now, zone).date()
    moment = clock.at_local(today, wall, zone)
    return moment if moment <= now else clock.at_local(today - timedelta(days=1), wall, zone)


def _snow_turns(dealership: Dealership) -> set[str]:
    """`on` or `off` when first-snow mode was switched since the pools were made.

    Whoever switched it said what that means for waiting and for booked customers, but was perhaps cut short.
    """
    settings = CapacitySettings.objects.get(dealership=dealership)
    if settings.built_at is None:
        return set()
    edits = CapacityEdit.objects.filter(dealership=dealership)
    made = edits.filter(at__gt=settings.built_at, undone_at=None).values_list("before", "after")
    undone = edits.filter(undone_at__gt=settings.built_at).values_list("after", "before")
    return {snow_turn(old, new) for old, new in [*made, *undone]}
