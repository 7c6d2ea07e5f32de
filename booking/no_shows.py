"""Who confirmed and who came, by how long before they booked, by reminder and by its wording. Reads, never writes.

Counted are visits whose day is over and that were not called off. Who came: arrived or completed. What nobody marked
at the desk says nothing about coming and is told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import Exists, OuterRef

from booking.models import Appointment, AppointmentEvent, EventKind, Status
from dealerships.models import Dealership
from lib import clock
from lib.proportions import Share
from notifications.models import Channel, Message

REMINDER = "reminder_1d"
# By days between the booking and the visit, both inclusive; the last bucket has no end.
BUCKETS: tuple[tuple[int, int | None], ...] = ((0, 0), (1, 3), (4, 7), (8, 14), (15, 28), (29, None))
# Booked the day before or on the day itself: too late for the reminder of the day before.
REMINDED_FROM = 2

# A reminder is planned with its booking, which is at most so long before the visit.
_PLANNED_AHEAD = timedelta(days=400)

Key = TypeVar("Key")

CAME = frozenset({Status.ARRIVED, Status.COMPLETED})
KNOWN = CAME | {Status.NO_SHOW}


class Visit(NamedTuple):
    """What counts of a visit: days of lead, whether it was confirmed, what became of it, and its reminder."""

    days: int
    confirmed: bool
    status: str
    reminder: str  # `sms`, `email`, or blank for none
    variant: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Of a number of visits: how many confirmed, and of those of which it is known, how many came."""

    visits: int
    confirmed: Share
    came: Share
    came_confirmed: Share
    came_unconfirmed: Share
    unmarked: int


def load_visits(dealership: Dealership, *, since: datetime, now: datetime) -> list[Visit]:
    """The visits that were to begin between two moments and were not called off. Two queries."""
    confirmed = AppointmentEvent.objects.filter(
        appointment=OuterRef("pk"), kind=EventKind.CONFIRMED, at__lte=OuterRef("starts_at")
    )
    # The day is over once the vehicle should have been ready: until then it may still come in.
    rows = (
        Appointment.objects.filter(dealership=dealership, starts_at__gte=since, ready_at__lt=now)
        .exclude(status=Status.CANCELLED)
        .annotate(was_confirmed=Exists(confirmed))
        .values_list("reference", "local_date", "created_at", "was_confirmed", "status")
    )
    reminders = _reminders(dealership, since)
    zone = dealership.zone
    return [
        Visit(
            max(0, (day - clock.local(made, zone).date()).days),
            agreed,
            status,
            *reminders.get(reference, ("", "")),
        )
        for reference, day, made, agreed, status in rows
    ]


def rates_of(visits: Iterable[Visit]) -> Rates:
    """Counts of these visits."""
    all_of_them = list(visits)
    known = [one for one in all_of_them if one.status in KNOWN]
    confirmed = [one for one in known if one.confirmed]
    return Rates(
        visits=len(all_of_them),
        confirmed=Share(sum(one.confirmed for one in all_of_them), len(all_of_them)),
        came=_came(known),
        came_confirmed=_came(confirmed),
        came_unconfirmed=_came([one for one in known if not one.confirmed]),
        unmarked=len(all_of_them) - len(known),
    )


def by_lead_time(visits: Iterable[Visit]) -> dict[tuple[int, int | None], Rates]:
    """Rates for every bucket of BUCKETS, empty ones too."""
    found = _rates_by(visits, lambda one: bucket_of(one.days))
    return {bucket: found.get(bucket, rates_of(())) for bucket in BUCKETS}


def by_reminder(visits: Iterable[Visit]) -> dict[str, Rates]:
    """Rates by the way of the reminder of the day before, for visits that were booked early enough for one."""
    found = _rates_by((one for one in visits if one.days >= REMINDED_FROM), lambda one: one.reminder)
    return {way: found.get(way, rates_of(())) for way in (*Channel.values[::-1], "")}


def by_wording(visits: Iterable[Visit]) -> dict[str, Rates]:
    """Rates by the wording of the reminder of the day before (blank: the usual one), for visits that got one."""
    return _rates_by((one for one in visits if one.reminder), lambda one: one.variant)


def bucket_of(days: int) -> tuple[int, int | None]:
    return next((first, last) for first, last in BUCKETS if days >= first and (last is None or days <= last))


def _rates_by(visits: Iterable[Visit], key: Callable[[Visit], Key]) -> dict[Key, Rates]:
    groups: dict[Key, list[Visit]] = defaultdict(list)
    for one in visits:
        groups[key(one)].append(one)
    return {name: rates_of(members) for name, members in groups.items()}


def _came(visits: list[Visit]) -> Share:
    return Share(sum(one.status in CAME for one in visits), len(visits))


def _reminders(dealership: Dealership, since: datetime) -> dict[str, tuple[str, str]]:
    """Way and wording of the reminder that each visit was sent, by reference; a text message goes before an e-mail."""
    sent = Message.objects.filter(
        dealership=dealership,
        kind=REMINDER,
        created_at__gte=since - _PLANNED_AHEAD,
        sent_at__gte=since - timedelta(days=2),
    )
    rows = sent.order_by("channel", "sent_at").values_list("about", "channel", "variant")
    return {about.rpartition(":")[2]: (channel, variant) for about, channel, variant in rows}
