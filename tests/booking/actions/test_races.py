"""Two people, one place: the claims decide, whatever the interleaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from booking.actions import claims
from booking.actions.book import book_appointment
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start
from booking.actions.move import move_appointment
from booking.errors import SlotTaken, Stale
from booking.models import Appointment, CapacityPool, Hold, HoldState, PoolKind, Status
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.garage import MONDAY, NOW, Garage, make_garage

CLIENTS = 32


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=1, horizon_days=8)


def booked(outcomes: list[object]) -> list[Appointment]:
    return [outcome.appointment for outcome in outcomes if not isinstance(outcome, Exception)]


def race(garage: Garage, place: datetime) -> list[object]:
    """Everybody asks for the same place at the same moment."""
    requests = [garage.request(place, name=f"Client {number}") for number in range(CLIENTS)]
    return at_once(
        [partial(book_appointment, request=request, now=NOW) for request in requests], expect=SlotTaken
    )


@pytest.mark.parametrize("part", range(2))
def test_in_40_rounds_one_of_32_gets_the_last_place_and_the_others_three_alternatives(
    garage: Garage, part: int
) -> None:
    before = deadlocks()
    for round_ in range(20):
        place = garage.at(8, 0, day=MONDAY + timedelta(days=round_ % 5)) + timedelta(
            minutes=15 * (round_ // 5)
        )
        outcomes = race(garage, place)

        assert len(booked(outcomes)) == 1
        refused = [outcome for outcome in outcomes if isinstance(outcome, SlotTaken)]
        assert len(refused) == CLIENTS - 1
        assert all(len(refusal.alternatives) == 3 for refusal in refused)
        assert all(start.starts_at != place for refusal in refused for start in refusal.alternatives)
    assert Appointment.objects.count() == 20
    assert deadlocks() == before
    assert_sound()


@pytest.mark.parametrize("cap", [1, 3, 7, 20])
def test_a_cap_of_minutes_is_filled_exactly_and_never_passed(transactional_db: None, cap: int) -> None:
    garage = make_garage(advisors=12, shop_minutes=cap * 45, tire_minutes=None, horizon_days=2)
    starts = [garage.at(8, 15 * quarter) for quarter in (0, 1, 2)]

    requests = [garage.request(starts[number % 3], name=f"Client {number}") for number in range(CLIENTS)]
    outcomes = at_once(
        [partial(book_appointment, request=request, now=NOW) for request in requests], expect=SlotTaken
    )

    assert len(booked(outcomes)) == cap
    assert CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=MONDAY).used == cap * 45
    assert_sound()


@pytest.fixture
def without_the_guard(garage: Garage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Garage]:
    """The same engine with the claim guard off: look, wait a moment, then write; no constraint behind it."""
    unguarded = "UPDATE booking_capacitypool SET used = used + %(units)s WHERE id = %(pool)s"
    monkeypatch.setattr(claims, "TAKE", unguarded)
    limits = (
        "ALTER TABLE booking_capacitypool DROP CONSTRAINT pool_never_overbooked",
        (
            "ALTER TABLE booking_capacitypool ADD CONSTRAINT pool_never_overbooked"
            " CHECK (cap IS NULL OR used <= cap + override) NOT VALID"
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(limits[0])
    yield garage
    with connection.cursor() as cursor:
        cursor.execute(limits[1])


def test_the_race_is_real_because_without_the_guard_the_place_is_sold_twice(
    without_the_guard: Garage,
) -> None:
    outcomes = race(without_the_guard, without_the_guard.at(9))

    assert len(booked(outcomes)) > 1


def test_crossing_moves_never_deadlock_and_lose_no_place(garage: Garage) -> None:
    before = deadlocks()
    here, there = garage.at(8), garage.at(8, day=MONDAY + timedelta(days=1))
    for _round in range(3):
        mine, yours = garage.book(here), garage.book(there)
        moves = [
            partial(move_appointment, appointment=appointment, start=start, by=CUSTOMER, version=1, now=NOW)
            for appointment, start in ((mine, there), (yours, here))
        ] * 8
        at_once(moves, expect=(SlotTaken, Stale))
        assert_sound()
        for appointment in (mine, yours):
            cancel_appointment(appointment=appointment, by=CUSTOMER, now=NOW)
    assert deadlocks() == before
    assert not CapacityPool.objects.filter(used__gt=0).exists()


def test_a_place_that_is_freed_and_taken_at_once_has_one_owner(garage: Garage) -> None:
    appointment = garage.book(garage.at(10))
    others = [garage.request(garage.at(10), name=f"Client {number}") for number in range(4)]

    at_once(
        [
            partial(cancel_appointment, appointment=appointment, by=CUSTOMER, now=NOW),
            *[partial(book_appointment, request=request, now=NOW) for request in others],
        ],
        expect=SlotTaken,
    )

    assert Appointment.objects.filter(status=Status.BOOKED).count() <= 1
    assert_sound()


def test_one_of_16_browsers_holds_the_last_place(garage: Garage) -> None:
    holds = [
        partial(
            hold_start, dealership=garage.dealership, basket=garage.basket(), start=garage.at(11),
            holder=f"browser {number}", now=NOW,
        )
        for number in range(16)
    ]  # fmt: skip

    outcomes = at_once(holds, expect=SlotTaken)

    assert [type(outcome) for outcome in outcomes].count(Hold) == 1
    assert Hold.objects.filter(state=HoldState.HELD).count() == 1
    assert_sound()
