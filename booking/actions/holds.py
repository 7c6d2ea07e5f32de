"""Holds: a chosen start stays the chooser's for ten minutes, on the database's clock.

A hold's claims are real. Expired ones are given back by the sweeper and, should it be dead, by the next
taker whom they stand in the way of.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from booking.actions.claims import Full, apply_claims, claims_of
from booking.actions.retry import Busy, retried
from booking.availability import Start, nearest_starts
from booking.errors import SlotTaken
from booking.menu import Basket, load_menu, plan
from booking.models import Hold, HoldState
from booking.starts import pools_of, require_start
from dealerships.models import Dealership
from lib import clock

HOLD_FOR = timedelta(minutes=10)
MOST_TRIES = 12
SWEEP = 200


def hold_start(
    *, dealership: Dealership, basket: Basket, start: datetime, holder: str, now: datetime | None = None
) -> Hold:
    """Keep `start` for `holder` for ten minutes, in place of what the holder held here before.

    Choosing the same start again does not lengthen a hold. Raises Refusal, StartRefused, SlotTaken, Busy.
    """
    moment = now or clock.now()
    demand = plan(load_menu(dealership), basket)
    for attempt in range(MOST_TRIES):
        held = live_hold(dealership, holder)
        if held and held.starts_at == start and Basket.from_json(held.basket) == basket:
            return held
        found = require_start(dealership, demand, start, now=moment, owner=held)
        advisor = found.advisors[attempt % len(found.advisors)]
        try:
            pools = pools_of(dealership, demand, found, advisor)
            return _take_hold(dealership, basket, holder, found, advisor, pools)
        except Full as full:
            release_expired_holds(pool=full.pool.pk)
    raise SlotTaken(nearest_starts(dealership, demand, start, now=moment))


def live_hold(dealership: Dealership, holder: str) -> Hold | None:
    """What `holder` holds at this dealership now, unexpired; or None."""
    return Hold.objects.filter(
        dealership=dealership, holder=holder, state=HoldState.HELD, expires_at__gt=Now()
    ).first()


def extend_hold(*, hold: Hold) -> bool:
    """Ten more minutes, once; whether they were given."""
    return bool(
        Hold.objects.filter(pk=hold.pk, state=HoldState.HELD, extended=False, expires_at__gt=Now()).update(
            extended=True, expires_at=_clock() + HOLD_FOR
        )
    )


@retried
def release_hold(*, hold: Hold, state: HoldState = HoldState.RELEASED) -> None:
    """Give back what the hold claims; harmless when it holds nothing any more."""
    with transaction.atomic():
        held = Hold.objects.select_for_update().filter(pk=hold.pk, state=HoldState.HELD).first()
        if held:
            held.state = state
            held.save(update_fields=["state"])
            apply_claims(held, {pool: -units for pool, units in claims_of(held).items()})


def release_expired_holds(*, pool: int | None = None) -> int:
    """Give back what expired holds claim (of one pool, or of all); how many holds ended.

    Two sweepers share the work: each skips what the other has locked.
    """
    expired = Hold.objects.filter(state=HoldState.HELD, expires_at__lte=Now())
    if pool is not None:
        expired = expired.filter(claims__pool=pool, claims__active=True)
    released = 0
    for hold_id in list(expired.order_by("expires_at").values_list("pk", flat=True)[:SWEEP]):
        released += _release_expired(hold_id)
    return released


@retried
def _release_expired(hold_id: object) -> int:
    with transaction.atomic():
        held = (
            Hold.objects.select_for_update(skip_locked=True)
            .filter(pk=hold_id, state=HoldState.HELD, expires_at__lte=Now())
            .first()
        )
        if held is None:
            return 0
        held.state = HoldState.EXPIRED
        held.save(update_fields=["state"])
        apply_claims(held, {pool: -units for pool, units in claims_of(held).items()})
        return 1


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
            held.advisor_id, held.extended, held.expires_at = advisor, False, _clock() + HOLD_FOR
            held.save()
            apply_claims(held, {pool: pools.get(pool, 0) - old.get(pool, 0) for pool in {*pools, *old}})
            return held
    except IntegrityError as error:
        if "hold_one_live_a_holder" in str(error):
            # Two tabs of one browser at the same moment: the other one's hold stands.
            raise Busy from error
        raise


def _clock() -> datetime:
    """The database's clock, by which holds begin and end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
