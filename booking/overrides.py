"""What managers' dated changes do to the pools of a day. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from booking.inputs import Change, Inputs
from booking.labour import WHOLE_DAY, Span, minute_of
from booking.menu import STAFF, WEB
from booking.models import WITHOUT_POOL_UNLIMITED, ChangeAction, PoolKind
from booking.needs import ARRIVALS, BY_DAY, EVENING, LOUNGE, NOON, PoolKey
from lib import clock


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pool as the rules want it: `cap` None is no limit; `honoured` lets whoever is in a closed one stay."""

    cap: int | None
    closed: bool = False
    honoured: bool = False


Pools = dict[PoolKey, Wanted]

PARTS: dict[str, Span] = {
    "am": (0, minute_of(NOON)),
    "pm": (minute_of(NOON), minute_of(EVENING)),
    "eve": (minute_of(EVENING), WHOLE_DAY[1]),
}
# How long what begins at a moment lasts, in minutes; a departure is a moment.
LASTS = {PoolKind.ADVISOR_CELL: 15, PoolKind.WAITERS: 30, PoolKind.HAND_BACK: 30}
# These make a limit where there was none.
MAKING = frozenset({ChangeAction.CLOSE, ChangeAction.FULL, ChangeAction.SET})


def apply_changes(pools: Pools, inputs: Inputs, day: date, moments: list[datetime]) -> None:
    """Change `pools` by what is dated for `day`, in the order in which it was made.

    `moments` are the day's half hours (UTC). What has no limit and no pool gets one when it is closed or set.
    """
    for change in inputs.changes:
        if change.first_day <= day <= change.last_day:
            if change.kind in WITHOUT_POOL_UNLIMITED and change.action in MAKING:
                for key in _limitable(change, inputs, day, moments):
                    if _matches(change, key, inputs.zone):
                        pools.setdefault(key, Wanted(None))
            for key in [key for key in pools if _matches(change, key, inputs.zone)]:
                pools[key] = CHANGING[change.action](pools[key], change)


def is_of(key: PoolKey, kind: int | None, subject: str) -> bool:
    """Whether the pool is of this kind and subject: None is every kind, "" every subject, a group all its parts."""
    return kind in (None, key.kind) and (
        subject in ("", key.subject) or key.subject.startswith(f"{subject}/")
    )


def _close(wanted: Wanted, _change: Change) -> Wanted:
    return replace(wanted, closed=True, honoured=False)


def _fill(wanted: Wanted, _change: Change) -> Wanted:
    # Who must leave a closed pool may not stay because the rest of the day is full.
    return wanted if wanted.closed else replace(wanted, closed=True, honoured=True)


def _open(wanted: Wanted, _change: Change) -> Wanted:
    return replace(wanted, closed=False, honoured=False)


def _set(wanted: Wanted, change: Change) -> Wanted:
    return replace(wanted, cap=change.amount)


def _add(wanted: Wanted, change: Change) -> Wanted:
    return wanted if wanted.cap is None else replace(wanted, cap=max(0, wanted.cap + (change.amount or 0)))


CHANGING: dict[str, Callable[[Wanted, Change], Wanted]] = {
    ChangeAction.CLOSE: _close,
    ChangeAction.FULL: _fill,
    ChangeAction.OPEN: _open,
    ChangeAction.SET: _set,
    ChangeAction.ADD: _add,
}


def _matches(change: Change, key: PoolKey, zone: str) -> bool:
    if not is_of(key, change.kind, change.subject):
        return False
    if change.kind is None and change.action == ChangeAction.FULL and _is_of_earlier_visits(key):
        return False
    if change.from_time is None or change.until_time is None:
        return True
    span = _span(key, zone)
    return span is not None and _overlap(span, (minute_of(change.from_time), minute_of(change.until_time)))


def _is_of_earlier_visits(key: PoolKey) -> bool:
    """A full day takes no more visits; those that began before still come back, and keep their courtesy car."""
    return key.kind == PoolKind.HAND_BACK or (key.kind == PoolKind.TRANSPORT and key.subject in BY_DAY)


def _span(key: PoolKey, zone: str) -> Span | None:
    """From which to which wall time the pool counts; None for what has no time of day."""
    if key.starts_at is not None:
        begin = minute_of(clock.local(key.starts_at, zone).time())
        return begin, begin + LASTS.get(PoolKind(key.kind), 1)
    if key.kind == PoolKind.SERVICE_GROUP:
        return PARTS.get(key.subject.partition("/")[2])
    return None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _limitable(change: Change, inputs: Inputs, day: date, moments: list[datetime]) -> Iterator[PoolKey]:
    """The pools of the change's kind that may not exist, as it would have them."""
    if change.kind in (PoolKind.WAITERS, PoolKind.HAND_BACK):
        named = (
            [change.subject] if change.subject or change.kind == PoolKind.HAND_BACK else [ARRIVALS, LOUNGE]
        )
        for subject in named:
            for moment in moments:
                yield PoolKey(change.kind, subject, day, moment)
    elif change.kind == PoolKind.CHANNEL_DAY:
        for subject in [change.subject] if change.subject else [WEB, STAFF]:
            yield PoolKey(change.kind, subject, day)
    elif change.kind == PoolKind.SERVICE_GROUP:
        yield from _groups(change, inputs, day)


def _groups(change: Change, inputs: Inputs, day: date) -> Iterator[PoolKey]:
    for subject in [change.subject] if change.subject else inputs.groups:
        if change.from_time is None or "/" in subject:
            yield PoolKey(PoolKind.SERVICE_GROUP, subject, day)
        else:
            for part in PARTS:
                yield PoolKey(PoolKind.SERVICE_GROUP, f"{subject}/{part}", day)
