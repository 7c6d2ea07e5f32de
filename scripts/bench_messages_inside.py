"""What the bench of messages does inside the site's own code; each prints one JSON object.

`plan` plans what the cadences send about every visit of Garage Boréal; `due 10000` makes so many of its planned
reminders due; `book 90` books there for so many seconds; `told` says what was sent and how long it waited.
Run with the environment of a site of its own: everything that was planned before is forgotten.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count, Max, Min  # noqa: E402

from booking.actions.book import Request, book_appointment  # noqa: E402
from booking.actions.history import CUSTOMER  # noqa: E402
from booking.actions.replan import plan_all  # noqa: E402
from booking.availability import find_availability  # noqa: E402
from booking.menu import Basket, load_menu, plan  # noqa: E402
from booking.models import UPCOMING, Appointment  # noqa: E402
from customers.details import Contact, VehicleDetails  # noqa: E402
from dealerships.models import Dealership  # noqa: E402
from lib import clock  # noqa: E402
from lib.errors import Refusal  # noqa: E402
from notifications.cadence import columns_of  # noqa: E402
from notifications.kinds import KINDS  # noqa: E402
from notifications.models import Cadence, Message, State  # noqa: E402

TIRES = Basket(services=("tire_swap",), transport="drop_off", answers={"rims": "on", "tires": "own"})
BOOK_EVERY = 0.5  # seconds
MAKE_DUE = """
UPDATE notifications_message SET not_before = now(), next_try_at = now(), expires_at = now() + interval '4 hours',
    payload = payload || jsonb_build_object('starts_at', to_jsonb(now() + interval '20 hours'))
WHERE id IN (
    SELECT id FROM notifications_message
    WHERE kind = 'reminder_1d' AND channel = 'sms' AND state = 'pending'
      -- of bench_seed.py's visits, each of another customer: the demo's own customers have several.
      AND about LIKE 'appointment:V___________' LIMIT %s
)
"""


def make_plans() -> dict[str, float]:
    """Seconds of planning everything about every visit, in one process."""
    dealership = Dealership.objects.get(slug="boreal")
    _forget()
    visits = Appointment.objects.filter(dealership=dealership, status__in=UPCOMING).count()
    before = time.monotonic()
    done = plan_all(dealership=dealership)
    seconds = time.monotonic() - before
    again = time.monotonic()
    repeated = plan_all(dealership=dealership)
    return {
        "visits": visits,
        "messages": done.made,
        "seconds": seconds,
        "again_seconds": time.monotonic() - again,
        "again_changed": repeated.made + repeated.changed + repeated.withdrawn,
    }


def make_due(count: int) -> dict[str, int]:
    """So many reminders that are due now, at any hour; nothing else is planned."""
    usual = KINDS["reminder_1d"].usual
    assert usual is not None
    columns = columns_of(usual) | {"quiet_from": "08:00", "quiet_until": "08:00"}
    dealership = Dealership.objects.get(slug="boreal")
    Cadence.objects.update_or_create(dealership=dealership, kind="reminder_1d", defaults=columns)
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, [count])
        cursor.execute("DELETE FROM notifications_message WHERE next_try_at > now()")
        cursor.execute("VACUUM ANALYZE notifications_message")
    return {"due": Message.objects.filter(state=State.PENDING).count()}


def book_on(seconds: float) -> dict[str, int]:
    """Two bookings a second, each by somebody else."""
    dealership, booked = Dealership.objects.get(slug="boreal"), 0
    now = clock.now()
    demand = plan(load_menu(dealership), TIRES)
    first = clock.local(now, dealership.zone).date() + timedelta(days=20)
    found = find_availability(dealership, demand, first_day=first, days=60, now=now, find_first=False)
    starts = [start.starts_at for day in found.days.values() for start in day]
    end = time.monotonic() + seconds
    for start in starts:
        if time.monotonic() > end:
            break
        booked += _book(dealership, start)
        time.sleep(BOOK_EVERY)
    return {"booked": booked}


def _book(dealership: Dealership, start: datetime) -> int:
    number = uuid.uuid4().int % 10_000_000
    contact = Contact(name="Client Pressé", phone=f"+1438{number:07}", email="", language="fr")
    vehicle = VehicleDetails(plate="", year=2019, make="Honda", model="Civic")
    request = Request(
        dealership=dealership, basket=TIRES, start=start, contact=contact, vehicle=vehicle, by=CUSTOMER
    )
    try:
        book_appointment(request=request)
    except Refusal:
        return 0
    return 1


def say_sent() -> dict[str, object]:
    """How many of each kind left, when the first and the last did, and how long each confirmation waited."""
    sent = Message.objects.filter(sent_at__isnull=False)
    reminders = sent.filter(kind="reminder_1d").aggregate(
        count=Count("pk"), first=Min("sent_at"), last=Max("sent_at")
    )
    waits = [
        (one.sent_at - one.created_at).total_seconds()
        for one in sent.filter(kind="confirmation").only("sent_at", "created_at")
        if one.sent_at
    ]
    ready = Message.objects.filter(
        kind__in=("reminder_1d", "confirmation"), next_try_at__lte=datetime.now(UTC)
    )
    others = ready.exclude(state=State.ACCEPTED).values("kind", "state", "error").annotate(n=Count("pk"))
    return {
        "sent": reminders["count"],
        "seconds": (reminders["last"] - reminders["first"]).total_seconds() if reminders["count"] else 0,
        "waits": sorted(waits),
        "others": list(others),
    }


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message CASCADE")


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    does = {"plan": make_plans, "due": make_due, "book": book_on, "told": say_sent}
    print(json.dumps(does[name](*map(int, arguments)), default=str))
