"""Which pools the rules want on a day: a pure function of the rules and the moment.

Pools are made equal to this by booking.actions.refresh, and nobody else decides about a cap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from booking.inputs import Inputs, Person, Rule
from booking.labour import labour, least, released, worked
from booking.menu import STAFF, WEB
from booking.models import PoolKind, Releasable, Skill
from booking.needs import HALF_HOUR, PoolKey, half_hours
from booking.overrides import Pools, Wanted, apply_changes, is_of
from booking.snow import Opening
from lib import clock

__all__ = ["CELL", "Pools", "Wanted", "wanted_pools"]

CELL = timedelta(minutes=15)
# One pool for each half hour of the day; a channel's rule is part of _channels.
BY_HALF_HOUR = frozenset({PoolKind.WAITERS.value, PoolKind.HAND_BACK.value})
AS_RULED = frozenset({PoolKind.TRANSPORT.value, PoolKind.SERVICE_GROUP.value})


def wanted_pools(inputs: Inputs, day: date, now: datetime) -> Pools:
    """Every pool of local `day` as of `now`; empty for a closed day. `day` lies within the inputs' range.

    The usual week first, then what managers changed in the order in which they did, then first snow.
    """
    opening = inputs.snow.opening_of(day) if inputs.snow else None
    if opening is None and not inputs.calendar.is_open(day):
        return {}
    pools: Pools = {}
    moments = list(_half_hours(inputs, day))
    pools.update(_advisors(inputs, day, opening))
    pools.update(_minutes(inputs, day, now, opening))
    pools.update(_as_ruled(inputs, day, moments))
    pools.update(_channels(inputs, day, now, _customers(pools, inputs, day, moments)))
    apply_changes(pools, inputs, day, moments)
    _add_snow(pools, inputs, day, opening)
    return pools


def _half_hours(inputs: Inputs, day: date) -> Iterator[datetime]:
    """The half hours (UTC) from opening to closing; the last one begins at closing, for what is ready then."""
    calendar = inputs.snow.calendar if inputs.snow else inputs.calendar
    return half_hours(calendar.opens(day), calendar.closes(day) + HALF_HOUR / 2)


def _advisors(inputs: Inputs, day: date, opening: Opening | None) -> Iterator[tuple[PoolKey, Wanted]]:
    """Check-in quarter hours (UTC) of who is here, and their customers a day."""
    for advisor in inputs.advisors:
        moments = {
            moment
            for span in worked(inputs, advisor, day)
            for moment in _quarters(inputs, day, *map(_wall, span))
        }
        if opening and _comes(inputs, advisor, day, opening):
            moments.update(_quarters(inputs, day, opening.opens, opening.closes))
        if moments:
            yield PoolKey(PoolKind.ADVISOR_DAY, str(advisor.id), day), Wanted(advisor.daily_customers)
        for moment in sorted(moments):
            yield PoolKey(PoolKind.ADVISOR_CELL, str(advisor.id), day, moment), Wanted(1)


def _comes(inputs: Inputs, advisor: Person, day: date, opening: Opening) -> bool:
    """Whether the advisor checks in during first snow's hours of this day."""
    asked = not opening.advisors or advisor.id in opening.advisors
    return asked and (advisor.id, day) not in inputs.away


def _quarters(inputs: Inputs, day: date, starts: time, ends: time) -> Iterator[datetime]:
    """By the wall clock: an hour that comes twice in a night is offered once, with one name."""
    wall, end = datetime.combine(day, starts), datetime.combine(day, ends)
    while wall + CELL <= end:
        yield clock.at_local(day, wall.time(), inputs.zone)
        wall += CELL


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _minutes(
    inputs: Inputs, day: date, now: datetime, opening: Opening | None
) -> Iterator[tuple[PoolKey, Wanted]]:
    """Minutes of the skills and of the shop; a day that first snow alone opens has none but those it brings."""
    if opening:
        yield PoolKey(PoolKind.SKILL_DAY, Skill.TIRES, day), Wanted(0)
        yield PoolKey(PoolKind.SHOP_DAY, "", day), Wanted(0)
    if inputs.calendar.is_open(day):
        for (kind, subject), cap in labour(inputs, day, now).items():
            yield PoolKey(kind, subject, day), Wanted(cap)


def _as_ruled(inputs: Inputs, day: date, moments: list[datetime]) -> Iterator[tuple[PoolKey, Wanted]]:
    """What the weekday's rules give directly: transports, groups, waiters and cars handed back."""
    for rule in _rules(inputs, day, AS_RULED):
        if rule.cap is not None or rule.kind == PoolKind.TRANSPORT:
            at = clock.at_local(day, rule.starts_at, inputs.zone) if rule.starts_at else None
            yield PoolKey(rule.kind, rule.subject, day, at), Wanted(rule.cap)
    for rule in _rules(inputs, day, BY_HALF_HOUR):
        if rule.cap is not None:
            for moment in moments:
                yield PoolKey(rule.kind, rule.subject, day, moment), Wanted(rule.cap)


def _rules(inputs: Inputs, day: date, kinds: frozenset[int]) -> Iterator[Rule]:
    return (rule for rule in inputs.rules.get(day.weekday(), ()) if rule.kind in kinds)


def _customers(pools: Pools, inputs: Inputs, day: date, moments: list[datetime]) -> int | None:
    """How many customers the advisors can take, after what managers changed; None for no limit."""
    if not inputs.kept_for_staff and not inputs.web_guaranteed:
        return None
    changed = dict(pools)
    apply_changes(changed, inputs, day, moments)
    receive = {
        key.subject for key in changed if key.kind == PoolKind.ADVISOR_CELL and not changed[key].closed
    }
    days = (key for key in changed if key.kind == PoolKind.ADVISOR_DAY and key.subject in receive)
    return _total(changed[key].cap for key in days if not changed[key].closed)


def _channels(
    inputs: Inputs, day: date, now: datetime, customers: int | None
) -> Iterator[tuple[PoolKey, Wanted]]:
    """What the web and the staff may take: the rule, and the advisors' customers less what is kept for the other.

    What is kept is a share of nothing when somebody's customers have no limit.
    """
    caps = {rule.subject: rule.cap for rule in _rules(inputs, day, frozenset({PoolKind.CHANNEL_DAY.value}))}
    kept_share = 100 - released(inputs, Releasable.CHANNEL, day, now)
    for channel, kept in ((WEB, inputs.kept_for_staff), (STAFF, inputs.web_guaranteed)):
        if kept and kept_share and customers is not None:
            still_kept = -(-kept * kept_share // 100)
            caps[channel] = least(caps.get(channel), max(0, customers - still_kept))
    for channel, cap in caps.items():
        if cap is not None:
            yield PoolKey(PoolKind.CHANNEL_DAY, channel, day), Wanted(cap)


def _total(caps: Iterable[int | None]) -> int | None:
    known = list(caps)
    return None if None in known else sum(cap for cap in known if cap is not None)


def _add_snow(pools: Pools, inputs: Inputs, day: date, opening: Opening | None) -> None:
    """Raised caps, more tire minutes, and the web's share; of a day that the mode covers."""
    snow = inputs.snow
    if snow is None or not snow.covers(day):
        return
    for (kind, subject), units in snow.raises.items():
        for key in pools:
            if is_of(key, kind, subject):
                _raise(pools, key, units)
    tires, shop = PoolKey(PoolKind.SKILL_DAY, Skill.TIRES, day), PoolKey(PoolKind.SHOP_DAY, "", day)
    for key in (tires, shop):
        # 0 is closed, and only hours that are opened for it open it again.
        if key in pools and pools[key].cap and inputs.calendar.is_open(day):
            _raise(pools, key, snow.extra_tire_minutes)
        if opening:
            _raise(pools, key, opening.tire_minutes)
    if snow.web_takes_all:
        for channel in (WEB, STAFF):
            key = PoolKey(PoolKind.CHANNEL_DAY, channel, day)
            if key in pools:
                pools[key] = replace(pools[key], cap=None)


def _raise(pools: Pools, key: PoolKey, units: int) -> None:
    wanted = pools[key]
    if wanted.cap is not None:
        pools[key] = replace(wanted, cap=wanted.cap + units)
