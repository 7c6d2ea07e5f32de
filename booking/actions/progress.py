"""What happens to a booked visit on the way: confirmed, arrived, completed, not shown, and the way back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.actions import messages
from booking.actions.book import AlreadyBooked
from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import UPCOMING, Appointment, EventKind, Status
from lib import clock


def confirm_appointment(*, appointment: Appointment, by: By) -> Appointment:
    """The customer says that they will come. Raises NotPossible when the visit is not upcoming."""
    return _step(appointment, Status.CONFIRMED, EventKind.CONFIRMED, by, allowed=UPCOMING)


def mark_arrived(*, appointment: Appointment, by: By) -> Appointment:
    """The vehicle is here. A no-show who turns up after all has arrived too; the place was kept."""
    return _step(appointment, Status.ARRIVED, EventKind.ARRIVED, by, allowed=(*UPCOMING, Status.NO_SHOW))


def mark_completed(*, appointment: Appointment, by: By) -> Appointment:
    """The work is done and the vehicle handed back."""
    return _step(appointment, Status.COMPLETED, EventKind.COMPLETED, by, allowed=(Status.ARRIVED,))


def mark_no_show(*, appointment: Appointment, by: By) -> Appointment:
    """Nobody came. Reminders still planned are withdrawn; the place stays claimed, the customer may turn up."""
    return _step(appointment, Status.NO_SHOW, EventKind.NO_SHOW, by, allowed=UPCOMING)


def undo_step(*, appointment: Appointment, by: By, now: datetime | None = None) -> Appointment:
    """A slip of the finger at the counter: completed becomes arrived; arrived or no-show becomes what it was.

    A visit that was confirmed is confirmed again, any other booked; the reminders to come are planned again.
    """
    if appointment.status == Status.COMPLETED:
        return _step(appointment, Status.ARRIVED, EventKind.REOPENED, by, allowed=(Status.COMPLETED,))
    with transaction.atomic():
        Appointment.objects.select_for_update().get(pk=appointment.pk)  # its history stands still
        target = _status_before_visit(appointment)
        allowed = (Status.ARRIVED, Status.NO_SHOW)
        reopened = _step(appointment, target, EventKind.REOPENED, by, allowed=allowed)
        messages.plan_messages(reopened, now=now or clock.now())
        return reopened


def _status_before_visit(appointment: Appointment) -> Status:
    """What it was before it arrived or was missed, however many slips ago: the last upcoming state it left."""
    left = appointment.events.filter(old__status__in=UPCOMING).exclude(new__status__in=UPCOMING).last()
    return Status(left.old["status"]) if left else Status.BOOKED


def _step(
    appointment: Appointment, target: Status, kind: EventKind, by: By, *, allowed: Collection[Status]
) -> Appointment:
    with transaction.atomic():
        locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
        if locked.status == target:
            return locked  # twice the same click
        if locked.status not in allowed:
            raise NotPossible(_("The appointment's present state does not allow that."))
        old = snapshot(locked)
        locked.status = target
        try:
            with transaction.atomic():
                locked.save(update_fields=["status"])
        except IntegrityError as error:
            # A no-show's vehicle may have been booked again for that very time meanwhile.
            raise AlreadyBooked from error
        record(locked, kind, by, old=old)
        if target in (Status.NO_SHOW, Status.ARRIVED, Status.COMPLETED):
            messages.withdraw(locked)
        return locked
