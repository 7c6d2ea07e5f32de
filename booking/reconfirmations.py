"""Visits that were booked long ahead and whose customers did not answer when they were asked whether they come.

Nothing is released by itself (docs/decisions/0016-unanswered-reconfirmations.md): the desk is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from booking.models import Appointment, Status
from dealerships.models import Dealership
from notifications.models import Message, State

# Who has not answered the second question by then is not about to.
PATIENCE = timedelta(days=2)
ASKED_AGAIN = "reconfirm_again"
# It has arrived, as far as anybody knows; a failed one is no silence of the customer's.
HEARD = (State.ACCEPTED, State.DELIVERED, State.UNKNOWN)


def with_silence(visits: QuerySet[Appointment], *, now: datetime) -> QuerySet[Appointment]:
    """The same visits, each with `unanswered`: asked twice about its present time, and silent for two days since."""
    asked = Message.objects.filter(
        Q(sent_at__lte=now - PATIENCE) | Q(sent_at=None, called_at__lte=now - PATIENCE),
        about=Concat(Value("appointment:"), OuterRef("reference")),
        version=OuterRef("version"),
        kind=ASKED_AGAIN,
        state__in=HEARD,
    )
    return visits.annotate(unanswered=Q(Exists(asked), status=Status.BOOKED, starts_at__gt=now))


def unanswered_visits(dealership: Dealership, *, now: datetime) -> QuerySet[Appointment]:
    """The dealership's visits of that kind, the soonest first."""
    upcoming = Appointment.objects.filter(dealership=dealership, status=Status.BOOKED, starts_at__gt=now)
    return with_silence(upcoming, now=now).filter(Q(unanswered=True)).order_by("starts_at", "pk")
