"""When and how a dealership sends what the system starts: its own rows, else what is usual for the kind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from dealerships.models import Dealership
from lib.clock import at_local, local
from notifications.kinds import KINDS, When
from notifications.models import Cadence, Channel, Way

# The order in which channels are tried, and by how many of them it goes.
_SMS, _EMAIL = str(Channel.SMS), str(Channel.EMAIL)
_IN_TURN: dict[str, tuple[tuple[str, ...], int]] = {
    Way.SMS_FIRST: ((_SMS, _EMAIL), 1),
    Way.EMAIL_FIRST: ((_EMAIL, _SMS), 1),
    Way.BOTH: ((_EMAIL, _SMS), 2),
    Way.SMS: ((_SMS,), 1),
    Way.EMAIL: ((_EMAIL,), 1),
}


def cadences_of(dealership: Dealership) -> dict[str, When]:
    """The cadence of every kind that the system starts, by kind; also those that are switched off. One query."""
    own = {row.kind: when_of(row) for row in Cadence.objects.filter(dealership=dealership)}
    return {kind.name: own.get(kind.name, kind.usual) for kind in KINDS.values() if kind.usual}


def when_of(row: Cadence) -> When:
    """What a row says."""
    return When(
        way=row.way,
        lasts=timedelta(minutes=row.lasts_minutes),
        days=row.days,
        at=row.at,
        minutes=row.minutes,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        wording=row.wording,
        active=row.active,
    )


def columns_of(when: When) -> dict[str, Any]:
    """A row that says this: the other way around of `when_of`."""
    return {
        "active": when.active,
        "days": when.days,
        "at": when.at,
        "minutes": when.minutes,
        "way": when.way,
        "lasts_minutes": int(when.lasts.total_seconds()) // 60,
        "quiet_from": when.quiet_from,
        "quiet_until": when.quiet_until,
        "wording": when.wording,
    }


def channels_in_turn(when: When, reachable: Collection[str]) -> tuple[str, ...]:
    """By which of the channels that reach somebody a cadence goes; none when its only one does not."""
    order, most = _IN_TURN[when.way]
    return tuple(channel for channel in order if channel in reachable)[:most]


def due_at(when: When, anchor: datetime, zone: str) -> datetime:
    """The moment (UTC) at which a cadence is due, for an anchor (UTC) in the dealership's zone.

    Days are counted on the wall: an hour that a change of the clocks skips is the next one, and one that comes twice
    is its first.
    """
    if when.minutes is not None:
        return anchor + timedelta(minutes=when.minutes)
    assert when.days is not None and when.at is not None
    return at_local(local(anchor, zone).date() + timedelta(days=when.days), when.at, zone)
