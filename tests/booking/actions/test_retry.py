"""A lost lock is tried again, whole; anything else is not."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from booking.actions.claims import apply_claims
from booking.actions.retry import MOST_REPEATS, Busy, retried
from booking.models import CapacityPool, PoolKind
from tests.booking.storm import assert_sound, at_once
from tests.garage import MONDAY, NOW, Garage, make_garage


class LostError(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def failing(times: int, sqlstate: str):
    calls = []

    @retried
    def action() -> int:
        calls.append(1)
        if len(calls) <= times:
            raise OperationalError("lost") from LostError(sqlstate)
        return len(calls)

    return action, calls


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "55P03"])
def test_a_deadlock_a_serialization_failure_and_a_lock_timeout_are_tried_again(sqlstate: str) -> None:
    action, _calls = failing(2, sqlstate)

    assert action() == 3


def test_it_gives_up_with_a_sentence_after_three_repeats() -> None:
    action, calls = failing(99, "55P03")

    with pytest.raises(Busy):
        action()
    assert len(calls) == MOST_REPEATS + 1


def test_a_lost_connection_is_not_tried_again() -> None:
    action, calls = failing(99, "08006")

    with pytest.raises(OperationalError):
        action()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_a_pool_that_stays_locked_is_waited_for_no_longer_than_two_seconds() -> None:
    garage = make_garage()
    appointment = garage.book(garage.at(8))
    pool = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)

    def take() -> str:
        try:
            with transaction.atomic():
                apply_claims(appointment, {pool.pk: 1})
        except OperationalError as error:
            return error.__cause__.sqlstate
        return "taken"

    def lock_and_ask() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM booking_capacitypool WHERE id = %s FOR UPDATE", [pool.pk])
            [answer] = at_once([take])
            return answer

    assert lock_and_ask() == "55P03"
    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_meets_a_short_lock_waits_and_succeeds() -> None:
    garage: Garage = make_garage()
    pool = CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY)

    def hold_the_lock_for_a_moment() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM booking_capacitypool WHERE id = %s FOR UPDATE", [pool.pk])
            cursor.execute("SELECT pg_sleep(0.5)")

    _lock, booked = at_once([hold_the_lock_for_a_moment, partial(garage.book, garage.at(8), now=NOW)])

    assert booked.reference
