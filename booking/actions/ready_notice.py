"""Telling the customer that the vehicle can be picked up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions import messages
from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import Appointment, EventKind, Status
from booking.rulebook import rulebook_of
from dealerships.calendar import Calendar
from lib import clock

# Who has not been told by then has been called, or has come.
LASTS = timedelta(hours=24)


def tell_ready(*, appointment: Appointment, by: By, now: datetime | None = None) -> Appointment:
    """Say that the vehicle is ready, once; again only after the visit was reopened, since then it was not.

    Raises NotPossible while the vehicle is not here.
    """
    with transaction.atomic():
        ready = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if ready.status != Status.ARRIVED:
            raise NotPossible(_("The appointment's present state does not allow that."))
        if was_told_ready(ready):
            return ready  # twice the same click
        earlier = ready.events.filter(kind=EventKind.READY, version=ready.version).count()
        record(ready, EventKind.READY, by, old=snapshot(ready))
        moment = now or clock.now()
        messages.announce(
            ready,
            "ready",
            now=moment,
            until=moment + LASTS,
            turn=earlier,
            **opening_words(rulebook_of(ready.dealership).calendar, moment),
        )
        return ready


def was_told_ready(appointment: Appointment) -> bool:
    """Whether the customer knows, since the visit was last reopened. One query."""
    kinds = (EventKind.READY, EventKind.REOPENED)
    last = appointment.events.filter(kind__in=kinds).values_list("kind", flat=True).last()
    return last == EventKind.READY


def opening_words(calendar: Calendar, now: datetime) -> dict[str, Any]:
    """Until when it can be picked up: the end of the present opening, or of the next one; and the opening after it."""
    today = clock.local(now, calendar.zone).date()
    day = today if calendar.is_open(today) and now < calendar.closes(today) else calendar.next_open_day(today)
    if day is None:
        return {}
    words = {"closes_at": calendar.closes(day).isoformat()}
    after = calendar.next_open_day(day)
    return words | ({"opens_again_at": calendar.opens(after).isoformat()} if after else {})
