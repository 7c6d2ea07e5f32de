"""What must be known when a message is about to leave, read once for a batch where it is the same for all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from customers.consent_words import Topic
from customers.consents import may_send
from dealerships.models import Closure, Dealership
from lib import clock
from notifications.cadence import cadences_of
from notifications.kinds import KINDS, Kind, When
from notifications.models import Message, Suppression
from notifications.wanted import Circumstances

# Whether what a kind tells about still is so, by kind: said by the apps that know (booking's `ready`), since the
# outbox knows nothing of visits and vehicles.
STANDS: dict[str, Callable[[Message], bool]] = {}


class Look:
    """One batch's look: cadences and closed days are read once a dealership, consents and stops for each message."""

    def __init__(self) -> None:
        self._cadences: dict[int, dict[str, When]] = {}
        self._closed: dict[int, frozenset[date]] = {}

    def at(self, message: Message, *, now: datetime) -> Circumstances:
        """The circumstances of this message at this moment."""
        kind = KINDS[message.kind]
        dealership = message.dealership
        if dealership is None:
            return Circumstances()
        return Circumstances(
            suppressed=_is_suppressed(message, dealership),
            when=self._when(dealership, kind),
            closed=self._days(dealership, now) if kind.purpose else (),
            agreed=not kind.purpose or _agreed(message, kind, now),
            standing=STANDS[kind.name](message) if kind.name in STANDS else True,
        )

    def _when(self, dealership: Dealership, kind: Kind) -> When | None:
        if not kind.waits_for_day:
            return None
        if dealership.pk not in self._cadences:
            self._cadences[dealership.pk] = cadences_of(dealership)
        return self._cadences[dealership.pk][kind.name]

    def _days(self, dealership: Dealership, now: datetime) -> frozenset[date]:
        if dealership.pk not in self._closed:
            self._closed[dealership.pk] = closed_days(dealership, now)
        return self._closed[dealership.pk]


def closed_days(dealership: Dealership, now: datetime) -> frozenset[date]:
    """The days of the coming seven weeks on which the whole dealership is closed, holidays among them. One query."""
    today = clock.local(now, dealership.zone).date()
    last = today + timedelta(days=49)
    rows = Closure.objects.filter(
        dealership=dealership, staff_member=None, team="", first_day__lte=last, last_day__gte=today
    )
    return frozenset(
        day
        for first, end in rows.values_list("first_day", "last_day")
        for day in clock.local_days(max(first, today), (min(end, last) - max(first, today)).days + 1)
    )


def _agreed(message: Message, kind: Kind, now: datetime) -> bool:
    """Whether the law lets it go to this address today; never to somebody of whom there is no record."""
    if message.customer is None:
        return False
    topic = Topic(message.channel, kind.purpose)
    return may_send(customer=message.customer, topic=topic, address=message.to, at=now)


def _is_suppressed(message: Message, dealership: Dealership) -> bool:
    return Suppression.objects.filter(
        group=dealership.group_id, channel=message.channel, address=message.to.lower()
    ).exists()
