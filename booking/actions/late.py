"""A customer who says on the day that they will come later: the place is kept, and the desk knows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import Appointment, EventKind
from lib import clock
from lib.errors import Refusal

CHOICES = (10, 20, 30, 45)  # minutes
# From so long before the start, until so long after it.
BEFORE, AFTER = timedelta(hours=3), timedelta(minutes=60)


def may_announce(appointment: Appointment, *, now: datetime) -> bool:
    """Whether it is the hour to say so: close to the start, and the vehicle is not here yet."""
    return appointment.is_upcoming and -BEFORE <= now - appointment.starts_at <= AFTER


def announce_late(
    *, appointment: Appointment, minutes: int, by: By, now: datetime | None = None
) -> Appointment:
    """Note that the customer comes `minutes` after the start; saying it again replaces it, saying the same nothing.

    The time of the visit, its version and its messages stay. Raises Refusal for other minutes, NotPossible when it
    is not the hour.
    """
    if minutes not in CHOICES:
        raise Refusal(_("Choose one of the times."), code="not_offered", field="minutes")
    with transaction.atomic():
        late = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if not may_announce(late, now=now or clock.now()):
            raise NotPossible(
                _("That can be said on the day only, until an hour after the start. Please call us.")
            )
        if late.late_minutes == minutes:
            return late
        old = snapshot(late) | {"late_minutes": late.late_minutes}
        late.late_minutes = minutes
        late.save(update_fields=["late_minutes"])
        record(late, EventKind.LATE, by, old=old, late_minutes=minutes)
        return late
