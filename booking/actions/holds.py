"""Holds: a chosen start stays the chooser's for ten minutes, on the database's clock.

A hold's claims are real. Expired ones are given back by the sweeper and, should it be dead, by the next
taker whom they stand in the way of.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from booking.actions.claims import apply_claims, claims_of
from booking.actions.retry import Busy, retried
from booking.actions.taking import take_start
from booking.availability import Start
from booking.menu import Basket, load_menu, plan
from booking.models import Hold, HoldState
from dealerships.models import Dealership
from lib import clock

HOLD_FOR = timedelta(minutes=10)


def hold_start(
    *, dealership: Dealership, basket: Basket, start: datetime, holder: str, now: datetime | None = None
) -> Hold:
    """Keep `start` for `holder` for ten minutes, in place of what the holder held here before.

    Choosing the same start again does not lengthen a hold. Raises Refusal, StartRefused, SlotTaken, Busy.
    """
    moment = now or clock.now()
    demand = plan(load_menu(dealership), basket)
    held = live_hold(dealership, holder)
    if held and held.starts_at == start and Basket.from_json(held.basket) == basket:
        return held

    def take(found: Start, advisor: int, pools: dict[int, int]) -> Hold:
        return _take_hold(dealership, basket, holder, found, advisor, pools)

    return take_start(dealership, demand, start, take, now=moment, owner=held)


def live_hold(dealership: Dealership, holder: str) -> Hold | None:
    """What `holder` holds at this dealership now, unexpired; or None."""
    return Hold.objects.filter(
        dealership=dealership, holder=holder, state=HoldState.HELD, expires_at__gt=Now()
    ).first()


def extend_hold(*, hold: Hold) -> bool:
    """Ten more minutes, once; whether they were given."""
    return bool(
        Hold.objects.filter(pk=hold.pk, state=HoldState.HELD, extended=False, expires_at__gt=Now()).update(
            extended=True, expires_at=database_clock() + HOLD_FOR
        )
    )


@retried
def _take_hold(
    dealership: Dealership, basket: Basket, holder: str, start: Start, advisor: int, pools: dict[int, int]
) -> Hold:
    try:
        with transaction.atomic(durable=True):
            held = (
                Hold.objects.select_for_update()
                .filter(dealership=dealership, holder=holder, state=HoldState.HELD)
                .first()
            )
            held = held or Hold(dealership=dealership, holder=holder)
            old = {} if held._state.adding else claims_of(held)
            held.basket, held.starts_at, held.ready_at = basket.as_json(), start.starts_at, start.ready_at
            held.advisor_id, held.extended, held.expires_at = advisor, False, database_clock() + HOLD_FOR
            held.save()
            apply_claims(held, {pool: pools.get(pool, 0) - old.get(pool, 0) for pool in {*pools, *old}})
            return held
    except IntegrityError as error:
        if "hold_one_live_a_holder" in str(error):
            # Two tabs of one browser at the same moment: the other one's hold stands.
            raise Busy from error
        raise


def database_clock() -> datetime:
    """The database's clock, by which holds begin and end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
