"""Moving an appointment: free the old place and take the new one, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from booking.actions import messages
from booking.actions.book import AlreadyBooked
from booking.actions.claims import apply_claims, claims_of, exchange_claims
from booking.actions.expiry import HoldLostError, release_hold, use_hold
from booking.actions.history import By, record, snapshot
from booking.actions.retry import retried
from booking.actions.serving import serve_after_commit
from booking.actions.settle import limits_since
from booking.actions.taking import take_start
from booking.availability import Start
from booking.demands import channel_of, demand_of, present_channel
from booking.errors import NotPossible, Stale
from booking.models import Appointment, EventKind, Hold, Status
from lib import clock


def move_appointment(
    *,
    appointment: Appointment,
    start: datetime,
    by: By,
    version: int,
    advisor: int | None = None,
    notice: bool = True,
    announce: bool = True,
    hold: Hold | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Move to `start` (UTC), with `advisor` or anybody; the reference stays, the version rises.

    A `hold` of that start gives its place to the appointment; one that has run out is of no use, and the start is
    taken like any other. Without `announce` the customer is told nothing now; reminders are planned all the same.
    A repeat of the move that was just made is harmless, and one to where it is changes nothing. Raises
    NotPossible when the visit is not upcoming, Stale for another version, StartRefused, SlotTaken with
    alternatives, Busy.
    """
    moment = now or clock.now()
    demand = demand_of(appointment, advisor=advisor, channel=_channel(appointment, start, by))
    if _moved_already(appointment, start, version):
        return Appointment.objects.get(pk=appointment.pk)

    def take(found: Start, chosen: int, pools: dict[int, int], held: Hold | None = None) -> Appointment:
        return _move(appointment, found, chosen, pools, by, version, moment, announce=announce, hold=held)

    if hold and hold.starts_at == start:
        try:
            return take(Start(start, hold.ready_at, (hold.advisor_id,)), hold.advisor_id, {}, hold)
        except HoldLostError:
            release_hold(hold=hold)
    return take_start(
        appointment.dealership,
        demand,
        start,
        take,
        now=moment,
        owner=appointment,
        prefer=appointment.advisor_id,
        notice=notice,
    )


def _channel(appointment: Appointment, start: datetime, by: By) -> str:
    """A visit that stays on its day stays in its share of it; on another day it is the mover's."""
    if clock.local(start, appointment.zone).date() == appointment.local_date:
        return present_channel(appointment)
    return channel_of(by.source)


def _moved_already(appointment: Appointment, start: datetime, version: int) -> bool:
    """The same form sent twice: this version has just become that start."""
    return Appointment.objects.filter(
        pk=appointment.pk,
        version=version + 1,
        starts_at=start,
        events__kind=EventKind.MOVED,
        events__version=version + 1,
    ).exists()


@retried
def _move(
    appointment: Appointment,
    start: Start,
    advisor: int,
    pools: dict[int, int],
    by: By,
    version: int,
    now: datetime,
    *,
    announce: bool,
    hold: Hold | None,
) -> Appointment:
    try:
        with transaction.atomic(durable=True):
            moved = lock_upcoming(appointment, version)
            if (start.starts_at, advisor) == (moved.starts_at, moved.advisor_id):
                return moved
            old, previous = snapshot(moved), moved.starts_at
            serve_after_commit(dealership=moved.dealership, day=moved.local_date, now=now)
            _write(moved, start, advisor)
            record(moved, EventKind.MOVED, by, old=old)
            messages.withdraw(moved)
            if announce:
                messages.announce(moved, "moved", now=now, previous=previous)
            messages.plan_messages(moved, now=now)
            if hold:
                use_hold(hold, moved)
                exchange_claims(
                    hold, moved, limits_since(hold, moved, demand_of(moved, channel=channel_of(by.source)))
                )
            else:
                held = claims_of(moved)
                apply_claims(
                    moved, {pool: pools.get(pool, 0) - held.get(pool, 0) for pool in {*pools, *held}}
                )
            return moved
    except IntegrityError as error:
        if "appointment_once_a_vehicle_and_start" in str(error):
            raise AlreadyBooked from error
        raise


def lock_upcoming(appointment: Appointment, version: int) -> Appointment:
    """The appointment, locked; raises Stale or NotPossible."""
    locked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("dealership", "vehicle", "advisor")
        .get(pk=appointment.pk)
    )
    if locked.version != version:
        raise Stale
    if not locked.is_upcoming:
        raise NotPossible(_("This appointment can no longer be changed."))
    return locked


def _write(moved: Appointment, start: Start, advisor: int) -> None:
    wall = clock.local(start.starts_at, moved.zone)
    moved.starts_at, moved.ready_at, moved.advisor_id = start.starts_at, start.ready_at, advisor
    moved.local_date, moved.local_time = wall.date(), wall.time()
    # What was confirmed was the other time, and so was what one would be late for.
    moved.status, moved.late_minutes = Status.BOOKED, 0
    moved.version += 1
    moved.save(
        update_fields=[
            "starts_at", "ready_at", "advisor", "local_date", "local_time", "status", "late_minutes", "version",
        ]
    )  # fmt: skip
