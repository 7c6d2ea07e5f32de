"""How sending goes: what waits, what is stuck, how the providers answer. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from dealerships.models import Dealership
from notifications.models import Breaker, Channel, Message, Outcome, State, WebhookEvent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# What failed longer ago is history: the appointment's own timeline tells it.
LOOK_BACK = timedelta(days=7)
MOST_STUCK = 50


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one dealership. `oldest_due` is when the longest-waiting message should have left; None if none."""

    due: int
    planned: int
    sending: int
    unknown: int
    dead: int
    failed: int
    oldest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How one provider answered since a moment: calls, those that failed, seconds at the middle and at the 95th of 100."""

    calls: int
    failures: int
    median: float | None
    slow: float | None


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider over the last hour and day; `open_until` while it is left alone."""

    name: str
    hour: Pace
    day: Pace
    failures_in_a_row: int
    open_until: datetime | None


def queue_of(dealership: Dealership, *, now: datetime) -> Queue:
    """Numbers of one dealership. One query. `unknown` and worse: of the last seven days."""
    lately = Q(created_at__gte=now - LOOK_BACK)
    due = Q(state=State.PENDING, next_try_at__lte=now)
    # By the indexes of what waits, what is leased and what is new: the rest of the outbox is history.
    alive = Q(state=State.PENDING) | Q(lease_until__isnull=False) | lately
    numbers = Message.objects.filter(alive, dealership=dealership).aggregate(
        due=Count("pk", filter=due),
        planned=Count("pk", filter=Q(state=State.PENDING, next_try_at__gt=now)),
        sending=Count("pk", filter=Q(state=State.SENDING)),
        unknown=Count("pk", filter=lately & Q(state=State.UNKNOWN)),
        dead=Count("pk", filter=lately & Q(state=State.DEAD)),
        failed=Count("pk", filter=lately & Q(state=State.FAILED)),
        oldest_due=Min("next_try_at", filter=due),
    )
    return Queue(**numbers)


def providers(*, now: datetime) -> list[Provider]:
    """Every provider that was called within a day, or is left alone; for the whole installation. Three queries."""
    hour, day = paces_since(now - HOUR), paces_since(now - DAY)
    breakers = {row.provider: row for row in Breaker.objects.all()}
    quiet = Pace(0, 0, None, None)
    names = sorted({*day, *(name for name, row in breakers.items() if row.failures or row.open_until)})
    return [
        Provider(
            name=name,
            hour=hour.get(name, quiet),
            day=day.get(name, quiet),
            failures_in_a_row=breakers[name].failures if name in breakers else 0,
            open_until=_still(breakers[name].open_until if name in breakers else None, now),
        )
        for name in names
    ]


def paces_since(since: datetime) -> dict[str, Pace]:
    """Each provider's calls since a moment. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_PACES, [Outcome.ACCEPTED, since])
        return {
            name: Pace(calls, failures, median, slow)
            for name, calls, failures, median, slow in cursor.fetchall()
        }


def webhook_numbers() -> dict[str, int]:
    """What came in and waits (`pending`) or was given up (`dead`), for the whole installation. One query."""
    rows = (
        WebhookEvent.objects.exclude(state=WebhookEvent.State.DONE).values_list("state").annotate(Count("pk"))
    )
    return {WebhookEvent.State.PENDING.value: 0, WebhookEvent.State.DEAD.value: 0, **dict(rows)}


def stuck_messages(dealership: Dealership, *, now: datetime) -> QuerySet[Message]:
    """What did not arrive, or may not have, within seven days; the newest first."""
    stuck = Message.objects.filter(
        dealership=dealership,
        state__in=[State.UNKNOWN, State.DEAD, State.FAILED],
        created_at__gte=now - LOOK_BACK,
    )
    return stuck.select_related("customer").order_by("-created_at", "pk")[:MOST_STUCK]


def is_email_to_send_again(message: Message) -> bool:
    """A text message is never sent a second time: nobody knows that the first did not arrive."""
    return message.state == State.DEAD and message.channel == Channel.EMAIL and bool(message.to)


def _still(until: datetime | None, now: datetime) -> datetime | None:
    return until if until and until > now else None


_PACES = """
SELECT provider, count(*), count(*) FILTER (WHERE outcome <> %s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM notifications_attempt WHERE at >= %s GROUP BY provider
"""
