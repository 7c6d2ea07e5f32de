"""The dealership at an address, remembered by the version that the database gives every change of its row.

Every page and every call of the API begins with it: building the ORM's query for the same row again and again took
half of the time of a search for a day.
"""

from __future__ import annotations

import copy

from django.db import connection

from dealerships.models import Dealership

# The version is the row's own, by trigger; `xmin` is PostgreSQL's, of the group's row.
STAND = """
SELECT d.rules_version, g.xmin::text,
       EXISTS (SELECT FROM dealerships_dealership o WHERE o.group_id = d.group_id AND o.id <> d.id)
FROM dealerships_dealership d JOIN dealerships_group g ON g.id = d.group_id WHERE d.slug = %s
"""
MOST_REMEMBERED = 500

_remembered: dict[str, tuple[tuple[int, str], Dealership]] = {}


def dealership_at(slug: str) -> Dealership | None:
    """The dealership of this slug with its group, as it is now; None when there is none.

    It knows whether the group `has_others`. One query; a second one when it changed since this process last asked.
    The caller's own copy: changing it changes nothing for others.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAND, [slug])
        row = cursor.fetchone()
    if row is None:
        return None
    *stand, has_others = row
    known = _remembered.get(slug)
    if known is None or known[0] != tuple(stand):
        found = Dealership.objects.select_related("group").filter(slug=slug).first()
        if found is None:
            return None
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        # What was read is at least as new as the stand: an older one is asked for again.
        known = _remembered[slug] = ((stand[0], stand[1]), found)
    own = copy.copy(known[1])
    own.has_others = has_others
    return own
