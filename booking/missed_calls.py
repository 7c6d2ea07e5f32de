"""Whether a missed call is answered with a text message: to whom, when, from whom. Looks, never writes."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q

from dealerships.models import Dealership
from lib import clock
from notifications.models import Cadence, Channel, Suppression

# An answer to a call is of use right after it, and at an hour at which people are up.
USEFUL_FOR = timedelta(minutes=30)
FROM, UNTIL = time(8), time(21)
KIND = "missed_call"


def called(number: str) -> Dealership | None:
    """The dealership that was called: by its telephone, or by the number of its text messages."""
    here = Q(phone=number) | Q(sms_sender=number)
    return Dealership.objects.select_related("group").filter(here).order_by("pk").first()


def is_worth_a_text(dealership: Dealership, caller: str, *, called_at: datetime, now: datetime) -> bool:
    """Whether the caller may be written to now: by day, soon after the call, nobody of ours, and not stopped.

    A cadence row of the kind that is not active switches it off for the dealership.
    """
    wall = clock.local(now, dealership.zone).time()
    if not FROM <= wall < UNTIL or now - called_at > USEFUL_FOR:
        return False
    if Cadence.objects.filter(dealership=dealership, kind=KIND, active=False).exists():
        return False
    if Dealership.objects.filter(Q(phone=caller) | Q(sms_sender=caller)).exists():
        return False
    return not Suppression.objects.filter(
        group=dealership.group_id, channel=Channel.SMS, address=caller
    ).exists()
