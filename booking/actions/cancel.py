"""Cancelling: the place is free at once, and nothing planned is sent any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from booking.actions import messages
from booking.actions.claims import apply_claims, claims_of
from booking.actions.history import By, record, snapshot
from booking.actions.move import lock_upcoming
from booking.actions.retry import retried
from booking.actions.serving import serve_after_commit
from booking.models import Appointment, EventKind, Status
from lib import clock


@retried
def cancel_appointment(
    *,
    appointment: Appointment,
    by: By,
    version: int | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> Appointment:
    """Cancel an upcoming appointment; without `version`, whatever its present one.

    Cancelling what is cancelled changes nothing. Raises Stale, NotPossible, Busy.
    """
    with transaction.atomic(durable=True):
        present = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if present.status == Status.CANCELLED:
            return present
        cancelled = lock_upcoming(present, present.version if version is None else version)
        old = snapshot(cancelled)
        cancelled.status = Status.CANCELLED
        cancelled.version += 1
        cancelled.save(update_fields=["status", "version"])
        record(cancelled, EventKind.CANCELLED, by, old=old, reason=reason)
        messages.withdraw(cancelled)
        messages.announce(cancelled, "cancelled", now=now or clock.now())
        serve_after_commit(dealership=cancelled.dealership, day=cancelled.local_date, now=now or clock.now())
        apply_claims(cancelled, {pool: -units for pool, units in claims_of(cancelled).items()})
        return cancelled
