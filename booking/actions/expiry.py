"""Giving back what holds claim, when they are over: by choice, by the sweeper, or by the next taker."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from booking.actions.claims import apply_claims, claims_of
from booking.actions.offer_holds import settle_offer
from booking.actions.retry import retried
from booking.models import Appointment, Hold, HoldState
from dealerships.models import Dealership

SWEEP = 200


class HoldLostError(Exception):
    """The hold ran out between the look at it and the lock on it."""


def use_hold(hold: Hold, appointment: Appointment) -> None:
    """The hold becomes the appointment, in the caller's transaction; who takes its claims over does so next.

    Raises HoldLostError when it has run out or was used.
    """
    live = Hold.objects.filter(pk=hold.pk, state=HoldState.HELD, expires_at__gt=Now())
    if live.update(state=HoldState.BOOKED) != 1:
        raise HoldLostError
    settle_offer(hold, HoldState.BOOKED, appointment=appointment)


@retried
def release_hold(*, hold: Hold) -> None:
    """Give back what the hold claims; harmless when it holds nothing any more."""
    with transaction.atomic():
        held = Hold.objects.select_for_update().filter(pk=hold.pk, state=HoldState.HELD).first()
        if held:
            end_hold(held, HoldState.RELEASED)


def release_expired_holds(*, dealership: Dealership | None = None) -> int:
    """Give back what expired holds claim (at one dealership, or at all); how many holds ended.

    Two sweepers share the work: each skips what the other has locked.
    """
    expired = Hold.objects.filter(state=HoldState.HELD, expires_at__lte=Now())
    if dealership is not None:
        expired = expired.filter(dealership=dealership)
    released = 0
    for hold_id in list(expired.order_by("expires_at").values_list("pk", flat=True)[:SWEEP]):
        released += _release_expired(hold_id)
    return released


@retried
def _release_expired(hold_id: UUID) -> int:
    with transaction.atomic():
        held = (
            Hold.objects.select_for_update(skip_locked=True)
            .filter(pk=hold_id, state=HoldState.HELD, expires_at__lte=Now())
            .first()
        )
        if held is None:
            return 0
        end_hold(held, HoldState.EXPIRED)
        return 1


def end_hold(held: Hold, state: HoldState) -> None:
    """Give back what a hold claims whose row the caller has locked, in the caller's transaction."""
    held.state = state
    held.save(update_fields=["state"])
    settle_offer(held, state)
    apply_claims(held, {pool: -units for pool, units in claims_of(held).items()})
