"""What the bench measures inside the site's own code, printed as one JSON object.

`bench_inside.py queries <path>` counts the queries of one request; `bench_inside.py regenerate 3` changes the rules of
Garage Boréal three times and back, makes its pools each time, and watches how long anybody waits for that.
Run with the environment of the site under test.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections  # noqa: E402
from django.db.models import F, QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from booking.actions.refresh import refresh_pools  # noqa: E402
from booking.models import CapacityRule, PoolKind, Shift  # noqa: E402
from dealerships.models import Dealership, Role, StaffMember  # noqa: E402

LOOK_EVERY = 0.004  # seconds
# The claims that wait for a lock which we hold, and for how long by now (milliseconds).
WAITING = """
SELECT l.pid, l.waitstart, extract(epoch FROM clock_timestamp() - l.waitstart) * 1000
FROM pg_locks l WHERE NOT l.granted AND l.waitstart IS NOT NULL AND %s = ANY(pg_blocking_pids(l.pid))
"""


def count_queries(path: str) -> dict[str, int]:
    """The queries of a GET, in a process that knows the rules already."""
    client = Client(HTTP_HOST="localhost")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(path).status_code
    return {"status": status, "queries": len(captured)}


def regenerate(times: int) -> dict[str, object]:
    """Seconds of each making of four months of pools after each of CHANGES, and how long others waited for it."""
    dealership = Dealership.objects.get(slug="boreal")
    seconds: dict[str, list[float]] = {change.__name__: [] for change in CHANGES}
    changed: dict[str, int] = {}
    with watched() as waits:
        for step in range(2 * times):
            for change in CHANGES:
                change(dealership, -1 if step % 2 else 1)
                before = time.monotonic()
                done = refresh_pools(dealership=dealership)
                seconds[change.__name__].append(time.monotonic() - before)
                changed[change.__name__] = done.changed + done.made
    return {"seconds": seconds, "changed": changed, "waits_ms": waits}


def one_rule(dealership: Dealership, sign: int) -> None:
    """An advisor goes to lunch a quarter hour later."""
    advisor = StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR).earliest("pk")
    _lunch_later(Shift.objects.filter(person=advisor), sign)


def every_rule(dealership: Dealership, sign: int) -> None:
    """Everybody does, and of everything else that is ruled there are 15 units more."""
    _lunch_later(Shift.objects.filter(person__dealership=dealership), sign)
    rules = CapacityRule.objects.filter(dealership=dealership, cap__gt=0).exclude(kind=PoolKind.SHOP_DAY)
    rules.update(cap=F("cap") + sign * 15)
    advisors = StaffMember.objects.filter(dealership=dealership, daily_customers__gt=0)
    advisors.update(daily_customers=F("daily_customers") + sign)


CHANGES = (one_rule, every_rule)


def _lunch_later(shifts: QuerySet[Shift], sign: int) -> None:
    mornings = list(shifts.filter(ends__hour__range=(11, 12)))
    for shift in mornings:
        minutes = shift.ends.hour * 60 + shift.ends.minute + sign * 15
        shift.ends = shift.ends.replace(hour=minutes // 60, minute=minutes % 60)
    Shift.objects.bulk_update(mornings, ["ends"])


class watched:  # noqa: N801 - a context
    """The longest wait of each claim that waited for this connection's locks, in milliseconds."""

    def __enter__(self) -> list[float]:
        self.waits: list[float] = []
        self.done = threading.Event()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (self.pid,) = cursor.fetchone()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self.waits

    def __exit__(self, *_error: object) -> None:
        self.done.set()
        self.thread.join()

    def _watch(self) -> None:
        longest: dict[object, float] = {}
        try:
            with connection.cursor() as cursor:
                while not self.done.wait(LOOK_EVERY):
                    cursor.execute(WAITING, [self.pid])
                    for pid, since, waited in cursor.fetchall():
                        longest[pid, since] = max(longest.get((pid, since), 0.0), float(waited))
        finally:
            connections.close_all()
        self.waits += longest.values()


if __name__ == "__main__":
    what: dict[str, Callable[[str], object]] = {
        "queries": count_queries,
        "regenerate": lambda times: regenerate(int(times)),
    }
    print(json.dumps(what[sys.argv[1]](sys.argv[2])))
