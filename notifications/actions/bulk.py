"""Planning very many messages at once: what is the same for all messages about a subject travels once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dealerships.models import Dealership
from notifications.kinds import kind_named

# As `make_message` and `queue_messages` write them: a test compares the two, column by column.
_INSERT = """
INSERT INTO notifications_message (
    id, dedupe_key, dealership_id, customer_id, kind, channel, "to", language, about, version, variant, payload, state,
    not_before, next_try_at, expires_at, attempts, lease_generation, provider_reference, error, created_at
)
SELECT gen_random_uuid(), concat_ws(':', s.about, s.version, m.kind, m.channel), %s, s.customer, m.kind, m.channel,
    s.addresses ->> m.channel, s.language, s.about, s.version, m.variant, s.payload, 'pending',
    m.due, m.due, m.ends, 0, 0, '', '', clock_timestamp()
FROM jsonb_to_recordset(%s::jsonb) s(about text, version int, customer bigint, addresses jsonb, language text,
                                     payload jsonb, planned jsonb),
     jsonb_to_recordset(s.planned) m(kind text, channel text, variant text, due timestamptz, ends timestamptz)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """One message of a subject: what, by which channel and wording, from when, until when."""

    kind: str
    channel: str
    due: datetime
    ends: datetime
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What several messages are about: whose they are, where they go by each channel, what they say."""

    about: str
    version: int
    customer: int
    addresses: dict[str, str]
    language: str
    payload: dict[str, Any]
    planned: Sequence[Plan]


def plan_in_bulk(dealership: Dealership, subjects: Sequence[Subject]) -> int:
    """Plan messages that are not due yet, in the caller's transaction; how many were new. One query.

    One that is there already, whatever became of it, is left alone. ValueError for a kind without words for a channel.
    """
    if not subjects:
        return 0
    rows = json.dumps([_row(subject) for subject in subjects])
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [dealership.pk, rows])
        return int(cursor.rowcount)


def _row(subject: Subject) -> dict[str, Any]:
    for one in subject.planned:
        kind_named(one.kind, channel=one.channel)
    return {
        "about": subject.about,
        "version": subject.version,
        "customer": subject.customer,
        "addresses": subject.addresses,
        "language": subject.language,
        "payload": subject.payload,
        "planned": [
            {
                "kind": one.kind,
                "channel": one.channel,
                "variant": one.variant,
                "due": one.due.isoformat(),
                "ends": one.ends.isoformat(),
            }
            for one in subject.planned
        ],
    }
