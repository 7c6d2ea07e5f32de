"""What happens to a booked visit on the way: confirmed, arrived, completed, not shown, and the way back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions import messages
from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import UPCOMING, Appointment, EventKind, Status


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


def undo_step(*, appointment: Appointment, by: By) -> Appointment:
    """A slip of the finger at the counter: arrived or no-show becomes booked again, completed becomes arrived."""
    target = Status.ARRIVED if appointment.status == Status.COMPLETED else Status.BOOKED
    allowed = (Status.COMPLETED,) if target == Status.ARRIVED else (Status.ARRIVED, Status.NO_SHOW)
    return _step(appointment, target, EventKind.REOPENED, by, allowed=allowed)


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
        locked.save(update_fields=["status"])
        record(locked, kind, by, old=old)
        if target in (Status.NO_SHOW, Status.ARRIVED, Status.COMPLETED):
            messages.withdraw(locked)
        return locked
