"""The one query behind every search for a time, written by hand: it is asked most often, so nothing builds it anew."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from booking.menu import Demand
from booking.models import PoolKind, Transport
from booking.needs import BY_DAY, BY_DEPARTURE

# An advisor without a daily limit counts as one with the usual twelve customers, so that loads compare.
USUAL_CUSTOMERS = 12

# Columns: kind, whether it limits, day, start, subjects, loads; the day as an ordinal and the start in seconds since
# 1970, which are read much faster than dates are. Of what must have room come the pools that have it, of what only
# limits the pools that are full; those of one start together, a month of five advisors being a fifth of the rows.
POOLS = """
SELECT kind, limits, local_date - date '0001-01-01' + 1, extract(epoch FROM starts_at)::bigint,
       array_agg(subject ORDER BY id), array_agg(load ORDER BY id)
FROM (
    SELECT p.id, kind, local_date, starts_at, subject, kind = ANY(%(limiting)s) AS limits,
           used * 1000 / greatest(coalesce(cap + override, %(usual)s), 1) AS load,
           closed OR p.id = ANY(%(without)s) AS shut,
           CASE WHEN cap IS NULL THEN 2147483647 ELSE cap + override - used + coalesce(mine.units, 0) END AS room,
           CASE kind WHEN %(shop)s THEN %(minutes)s
                     WHEN %(skill)s THEN (%(skills)s::jsonb ->> subject)::int
                     WHEN %(group)s THEN (%(groups)s::jsonb ->> split_part(subject, '/', 1))::int
                     ELSE 1 END AS units
    FROM booking_capacitypool p
    LEFT JOIN unnest(%(credit_pools)s::bigint[], %(credit_units)s::int[]) AS mine(pool, units) ON mine.pool = p.id
    WHERE dealership_id = %(dealership)s
      AND (local_date BETWEEN %(first)s AND %(last)s
           OR (kind = ANY(%(beyond)s) AND local_date BETWEEN %(last)s AND %(stay)s))
      AND (kind = ANY(%(always)s)
           OR (kind = %(cell)s AND starts_at >= %(earliest)s AND (%(advisor)s = '' OR subject = %(advisor)s))
           OR (kind = %(day)s AND (%(advisor)s = '' OR subject = %(advisor)s))
           OR (kind = %(skill)s AND subject = ANY(%(skill_names)s))
           OR (kind = %(transport)s AND subject = %(way)s)
           OR (kind = %(channel)s AND subject = %(asked_by)s)
           OR (kind = %(group)s AND split_part(subject, '/', 1) = ANY(%(group_names)s)))
) asked
WHERE CASE WHEN limits THEN shut OR room < units ELSE NOT shut AND room >= units END
GROUP BY kind, limits, local_date, starts_at
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: whose pools, for which demand, from which day to which, and what counts otherwise."""

    dealership: int
    demand: Demand
    first_day: date
    last_day: date
    last_ready: date  # the day on which a vehicle that comes in last is ready
    earliest: datetime
    credit: Mapping[int, int]
    without: Collection[int]


Row = tuple[int, bool, date, datetime | None, list[str], list[int]]


def read_pools(cursor: Any, reading: Reading) -> Iterator[Row]:
    """The rows of POOLS for this reading."""
    demand = reading.demand
    scarce = demand.transport in BY_DAY | BY_DEPARTURE
    cursor.execute(
        POOLS,
        {
            "limiting": [PoolKind.HAND_BACK, PoolKind.WAITERS, PoolKind.SERVICE_GROUP, PoolKind.CHANNEL_DAY],
            "always": [
                PoolKind.SHOP_DAY,
                PoolKind.HAND_BACK,
                *([PoolKind.WAITERS] if demand.transport == Transport.WAIT else []),
            ],
            "beyond": [PoolKind.HAND_BACK, *([PoolKind.TRANSPORT] if demand.transport in BY_DAY else [])],
            "usual": USUAL_CUSTOMERS,
            "without": list(reading.without),
            "shop": PoolKind.SHOP_DAY,
            "minutes": demand.minutes,
            "skill": PoolKind.SKILL_DAY,
            "skills": _json(demand.skill_minutes),
            "skill_names": list(demand.skill_minutes),
            "group": PoolKind.SERVICE_GROUP,
            "groups": _json(demand.groups),
            "group_names": list(demand.groups),
            "credit_pools": list(reading.credit),
            "credit_units": list(reading.credit.values()),
            "dealership": reading.dealership,
            "first": reading.first_day,
            "last": reading.last_day,
            "stay": reading.last_ready,
            "cell": PoolKind.ADVISOR_CELL,
            "day": PoolKind.ADVISOR_DAY,
            "earliest": reading.earliest,
            "advisor": "" if demand.advisor is None else str(demand.advisor),
            "transport": PoolKind.TRANSPORT,
            "way": demand.transport if scarce else "",
            "channel": PoolKind.CHANNEL_DAY,
            "asked_by": demand.channel,
        },
    )
    for kind, limits, day, seconds, subjects, loads in cursor.fetchall():
        start = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        yield kind, limits, date.fromordinal(day), start, subjects, loads


def _json(amounts: Mapping[str, int]) -> str:
    return json.dumps(dict(amounts))
