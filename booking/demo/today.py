"""Moves the visits on to where the hour of the day has them, by the same actions as the counter."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER, staff
from booking.actions.move import move_appointment
from booking.actions.progress import confirm_appointment, mark_arrived, mark_completed, mark_no_show
from booking.availability import nearest_starts
from booking.demands import demand_of
from booking.demo.dice import dice
from booking.models import Appointment, Status
from booking.models.appointment import UPCOMING
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal
from notifications.models import Message

NO_SHOW, CONFIRMED = 0.05, 0.5
CHANGES = {"moved": 2, "cancelled": 2}
# Who is this late will not come any more.
GIVEN_UP = timedelta(minutes=45)


def bring_up_to_date(dealership: Dealership, *, now: datetime, user: User) -> int:
    """Arrived, completed, not shown, confirmed: as of `now`. How many steps were made; none when repeated."""
    live = Appointment.objects.filter(
        dealership=dealership,
        status__in=[*UPCOMING, Status.ARRIVED],
        starts_at__lte=now + timedelta(days=3),
    )
    return sum(_advance(appointment, now, user) for appointment in live.order_by("starts_at"))


def _advance(appointment: Appointment, now: datetime, user: User) -> int:
    by = staff(user)
    if appointment.starts_at > now:
        if appointment.status == Status.BOOKED and _share(appointment) < CONFIRMED:
            confirm_appointment(appointment=appointment, by=CUSTOMER)
            return 1
        return 0
    if appointment.is_upcoming:
        if _share(appointment) < NO_SHOW:
            if appointment.starts_at + GIVEN_UP > now:
                return 0
            mark_no_show(appointment=appointment, by=by)
            return 1
        appointment = mark_arrived(appointment=appointment, by=by)
        return 1 + _complete(appointment, now, user)
    return _complete(appointment, now, user)


def _complete(appointment: Appointment, now: datetime, user: User) -> int:
    if appointment.ready_at > now:
        return 0
    mark_completed(appointment=appointment, by=staff(user))
    return 1


def _share(appointment: Appointment) -> float:
    """From 0 to 1, always the same for this visit."""
    return dice(appointment.contact_name, appointment.starts_at.isoformat()).random()


def make_changes(dealership: Dealership, *, now: datetime) -> int:
    """A few customers have moved or cancelled by their link; once. How many did."""
    sent = Message.objects.filter(dealership=dealership, kind__in=CHANGES).exists()
    if sent:
        return 0
    coming = Appointment.objects.filter(
        dealership=dealership,
        status__in=UPCOMING,
        starts_at__gte=now + timedelta(days=2),
    ).exclude(contact_email="")
    chosen = list(coming.select_related("dealership").order_by("starts_at", "pk")[: sum(CHANGES.values())])
    for appointment in chosen[: CHANGES["moved"]]:
        _move(appointment, now)
    for appointment in chosen[CHANGES["moved"] :]:
        cancel_appointment(appointment=appointment, by=CUSTOMER, now=now)
    return len(chosen)


def _move(appointment: Appointment, now: datetime) -> None:
    wanted = clock.at_local(
        appointment.local_date + timedelta(days=2), appointment.local_time, appointment.zone
    )
    near = nearest_starts(appointment.dealership, demand_of(appointment), wanted, now=now)
    for start in near:
        try:
            move_appointment(
                appointment=appointment,
                start=start.starts_at,
                by=CUSTOMER,
                version=appointment.version,
                now=now,
            )
        except Refusal:
            continue
        return
