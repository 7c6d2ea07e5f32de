"""What happens to a booked visit on the way: confirmed, arrived, completed, not shown, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.actions import messages
from booking.actions.book import AlreadyBooked
from booking.actions.history import By, record, snapshot
from booking.errors import NotPossible
from booking.models import UPCOMING, Appointment, EventKind, Status
from customers.actions.inquiry import note_service, take_back_service
from customers.models import Customer
from lib import clock


def confirm_appointment(*, appointment: Appointment, by: By) -> Appointment:
    """The customer says that they will come, and is asked no more. Raises NotPossible when it is not upcoming."""
    return _step(
        appointment,
        Status.CONFIRMED,
        EventKind.CONFIRMED,
        by,
        allowed=UPCOMING,
        then=messages.withdraw_asking,
    )


def mark_arrived(*, appointment: Appointment, by: By) -> Appointment:
    """The vehicle is here. A no-show who turns up after all has arrived too; the place was kept."""
    allowed = (*UPCOMING, Status.NO_SHOW)
    return _step(appointment, Status.ARRIVED, EventKind.ARRIVED, by, allowed=allowed, then=messages.withdraw)


def mark_completed(*, appointment: Appointment, by: By, now: datetime | None = None) -> Appointment:
    """The work is done and the vehicle handed back; what follows a visit is planned."""
    moment = now or clock.now()
    with transaction.atomic():
        before = Customer.objects.values_list("served_at", flat=True).get(pk=appointment.customer_id)
        return _step(
            appointment,
            Status.COMPLETED,
            EventKind.COMPLETED,
            by,
            allowed=(Status.ARRIVED,),
            then=lambda done: _follow_up(done, moment),
            completed_at=moment.isoformat(),
            served_before=before.isoformat() if before else None,
        )


def mark_no_show(*, appointment: Appointment, by: By) -> Appointment:
    """Nobody came. Reminders still planned are withdrawn; the place stays claimed, the customer may turn up."""
    return _step(appointment, Status.NO_SHOW, EventKind.NO_SHOW, by, allowed=UPCOMING, then=messages.withdraw)


def undo_step(*, appointment: Appointment, by: By, now: datetime | None = None) -> Appointment:
    """A slip of the finger at the counter: completed becomes arrived; arrived or no-show becomes what it was.

    A visit that was confirmed is confirmed again, any other booked; the reminders to come are planned again.
    """
    if appointment.status == Status.COMPLETED:
        return _step(
            appointment, Status.ARRIVED, EventKind.REOPENED, by, allowed=(Status.COMPLETED,), then=_take_back
        )
    with transaction.atomic():
        Appointment.objects.select_for_update().get(pk=appointment.pk)  # its history stands still
        target = _status_before_visit(appointment)
        allowed = (Status.ARRIVED, Status.NO_SHOW)
        reopened = _step(appointment, target, EventKind.REOPENED, by, allowed=allowed, then=messages.withdraw)
        messages.plan_messages(reopened, now=now or clock.now())
        return reopened


def _follow_up(done: Appointment, moment: datetime) -> None:
    """Nothing of before is sent any more; what follows is planned, and consent is implied for two years (CASL)."""
    messages.withdraw(done)
    note_service(customer_id=done.customer_id, at=moment)
    messages.plan_aftercare(done, completed_at=moment)


def _take_back(reopened: Appointment) -> None:
    """It was not completed after all."""
    messages.withdraw(reopened)
    done = reopened.events.filter(kind=EventKind.COMPLETED).last()
    noted = _moment(done.new.get("completed_at")) if done else None
    if done and noted:
        before = _moment(done.new.get("served_before"))
        take_back_service(customer_id=reopened.customer_id, at=noted, before=before)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _status_before_visit(appointment: Appointment) -> Status:
    """What it was before it arrived or was missed, however many slips ago: the last upcoming state it left."""
    left = appointment.events.filter(old__status__in=UPCOMING).exclude(new__status__in=UPCOMING).last()
    return Status(left.old["status"]) if left else Status.BOOKED


def _step(
    appointment: Appointment,
    target: Status,
    kind: EventKind,
    by: By,
    *,
    allowed: Collection[Status],
    then: Callable[[Appointment], None],
    **more: str | None,
) -> Appointment:
    """Take the step, write it down with `more`, and do `then` in the same transaction; nothing when it was taken."""
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
        record(locked, kind, by, old=old, **more)
        then(locked)
        return locked
