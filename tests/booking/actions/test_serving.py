"""Serving in turn: one offer an entry at a time, one entry a place."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import serving
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start, live_hold
from booking.actions.move import move_appointment
from booking.actions.wait_list import change_wishes, leave_wait_list
from booking.models import (
    Appointment,
    CapacityPool,
    EntryState,
    Hold,
    HoldState,
    OfferState,
    Service,
    Status,
    WaitListEntry,
    WaitListOffer,
)
from booking.waiting import MOST_A_DAY, Wishes
from lib.errors import Refusal
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.booking.waiters import close, expire, offer_of, offered, open_again, serve, wait, wait_with
from tests.garage import MONDAY, NOW, Garage, make_garage

TUESDAY, NEXT_MONDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=1)


def test_when_nobody_waits_serving_costs_one_query(garage: Garage, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert serve(garage) == 0


def test_a_place_is_offered_to_one_at_a_time_in_the_order_of_entry(garage: Garage) -> None:
    close(garage)
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    open_again(garage, garage.at(9))

    assert serve(garage) == 1
    assert serve(garage) == 0
    assert offered(first) == [(garage.at(9), OfferState.OPEN)]
    assert offered(second) == []


def test_each_has_one_open_offer_however_many_places_are_free(garage: Garage) -> None:
    entries = [wait(garage, f"Client {number}") for number in range(3)]

    serve(garage)
    assert [len(offered(entry)) for entry in entries] == [1, 1, 1]
    assert len({offer_of(entry).starts_at for entry in entries}) == 3


def test_nothing_is_offered_at_night_and_the_morning_makes_up_for_it(garage: Garage) -> None:
    night = garage.at(20, day=date(2026, 11, 29))
    entry = wait(garage, now=night)
    assert offered(entry) == []
    assert serve(garage, now=garage.at(7, 59)) == 0

    assert serve(garage, now=garage.at(8)) == 1
    # Not within the notice of an hour.
    assert offer_of(entry).starts_at == garage.at(9)


def test_preferences_are_kept(garage: Garage) -> None:
    tuesday_afternoon = wait(garage, weekdays=(1,), parts=("pm",))
    assert offer_of(tuesday_afternoon).starts_at == garage.at(13, day=TUESDAY)


def test_an_appointment_is_only_moved_forward_and_keeps_its_place_meanwhile(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=TUESDAY))
    close(garage, keep=(garage.at(10, day=TUESDAY), garage.at(9, day=NEXT_MONDAY)))
    entry = wait_with(mine)
    assert offered(entry) == []

    open_again(garage, garage.at(14))
    assert serve(garage) == 1
    assert offer_of(entry).starts_at == garage.at(14)
    assert mine.claims.filter(active=True).exists()
    assert_sound()


def test_one_day_is_served_when_one_day_is_asked_for(garage: Garage) -> None:
    close(garage)
    entry = wait(garage)
    open_again(garage, garage.at(9), garage.at(9, day=TUESDAY))

    assert serve(garage, day=MONDAY + timedelta(days=2)) == 0
    assert serve(garage, day=TUESDAY) == 1
    assert offer_of(entry).starts_at == garage.at(9, day=TUESDAY)


def test_inside_a_transaction_a_day_is_served_too_and_undone_with_it(garage: Garage) -> None:
    close(garage)
    entry = wait(garage)
    open_again(garage, garage.at(9))

    with transaction.atomic():
        assert serve(garage, day=MONDAY) == 1
        transaction.set_rollback(True)
    assert offered(entry) == []
    with transaction.atomic():
        assert serve(garage, day=MONDAY) == 1
    assert len(offered(entry)) == 1
    assert_sound()


def test_a_place_without_an_answer_passes_on_and_is_not_offered_to_the_same_again(garage: Garage) -> None:
    close(garage)
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    open_again(garage, garage.at(9))
    serve(garage)
    expire(offer_of(first))

    assert serve(garage) == 1
    assert offered(first) == [(garage.at(9), OfferState.EXPIRED)]
    assert offered(second) == [(garage.at(9), OfferState.OPEN)]
    expire(offer_of(second))
    assert serve(garage) == 0
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert_sound()


def test_nobody_is_asked_more_than_three_times_a_day(garage: Garage) -> None:
    entry = wait(garage)
    for _round in range(MOST_A_DAY + 2):
        if offer := offer_of(entry):
            expire(offer)
        serve(garage)
    assert len(offered(entry)) == MOST_A_DAY
    # No two of them so near that the second asks the same.
    starts = [start for start, _state in offered(entry)]
    assert starts == [garage.at(7, 30), garage.at(8, 30), garage.at(9, 30)]

    assert serve(garage, now=garage.at(12)) == 1


def test_a_range_that_is_over_ends_the_entry(garage: Garage) -> None:
    entry = wait(garage, last=MONDAY)
    serve(garage, now=garage.at(9, day=TUESDAY))
    entry.refresh_from_db()
    assert entry.state == EntryState.ENDED
    assert offered(entry) == [(garage.at(7, 30), OfferState.WITHDRAWN)]
    assert_sound()


def test_what_a_cancellation_or_a_move_frees_is_offered_at_once(garage: Garage) -> None:
    cancelled, moved = garage.book(garage.at(9)), garage.book(garage.at(11))
    close(garage, keep=(garage.at(9), garage.at(11), garage.at(9, day=NEXT_MONDAY)))
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")

    cancel_appointment(appointment=cancelled, by=CUSTOMER, now=NOW)
    move_appointment(appointment=moved, start=garage.at(9, day=NEXT_MONDAY), by=CUSTOMER, version=1, now=NOW)

    assert offered(first) == [(garage.at(9), OfferState.OPEN)]
    assert offered(second) == [(garage.at(11), OfferState.OPEN)]
    assert_sound()


def test_a_list_that_cannot_be_served_does_not_undo_the_cancellation(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = garage.book(garage.at(9))
    wait(garage)
    monkeypatch.setattr(serving, "_tidy", lambda *_args: 1 / 0)
    cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED


def test_who_moves_forward_alone_gives_back_an_offer_that_is_no_gain_any_more(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    close(garage, keep=(garage.at(10, day=TUESDAY), garage.at(11)))
    entry = wait_with(mine, first=TUESDAY)
    assert offer_of(entry).starts_at == garage.at(10, day=TUESDAY)

    move_appointment(appointment=mine, start=garage.at(11), by=CUSTOMER, version=1, now=NOW)
    serve(garage)

    entry.refresh_from_db()
    assert entry.state == EntryState.ENDED
    assert offer_of(entry) is None
    assert_sound()


def test_a_service_that_left_the_menu_is_offered_no_place(garage: Garage) -> None:
    close(garage)
    entry = wait(garage)
    Service.objects.filter(code="tire_swap").update(active=False)
    open_again(garage, garage.at(9))
    assert serve(garage) == 0
    assert offered(entry) == []


def test_the_customer_s_own_hold_is_left_alone(garage: Garage) -> None:
    hold_start(
        dealership=garage.dealership, basket=garage.basket(), start=garage.at(8), holder="browser", now=NOW
    )
    entry = wait(garage)
    assert offer_of(entry).starts_at == garage.at(7, 30)
    assert live_hold(garage.dealership, "browser").starts_at == garage.at(8)


def test_another_dealership_s_list_is_another_list(garage: Garage) -> None:
    other = make_garage(slug="riviere", advisors=1)
    close(garage)
    close(other)
    mine, theirs = wait(garage), wait(other)
    open_again(other, other.at(9))
    assert serve(garage) == 0
    assert serve(other) == 1
    assert (len(offered(mine)), len(offered(theirs))) == (0, 1)


def test_many_who_ask_the_same_are_searched_for_once(garage: Garage) -> None:
    close(garage)

    def queries(more: int) -> int:
        for number in range(more):
            wait(garage, f"Client {WaitListEntry.objects.count()}.{number}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            serve(garage)
        return len(asked)

    few = queries(2)
    # One more for each entry: whether the rules are still those known.
    assert queries(10) - few <= 10


@pytest.mark.parametrize("servers", [2, 8])
def test_places_freed_at_once_go_to_the_first_in_turn_whoever_serves(garage: Garage, servers: int) -> None:
    before = deadlocks()
    close(garage)
    entries = [wait(garage, f"Client {number}", last=MONDAY) for number in range(15)]
    freed = [garage.at(8 + number // 4, 15 * (number % 4)) for number in range(10)]
    open_again(garage, *freed)

    made = at_once([partial(serve, garage)] * servers)

    assert sum(made) == 10
    assert [len(offered(entry)) for entry in entries] == [1] * 10 + [0] * 5
    assert {offer_of(entry).starts_at for entry in entries[:10]} == set(freed)
    assert deadlocks() == before
    assert_sound()


def test_ten_cancellations_at_once_find_their_ten_people(garage: Garage) -> None:
    before = deadlocks()
    booked = [garage.book(garage.at(8 + number // 4, 15 * (number % 4))) for number in range(10)]
    close(garage, keep=tuple(one.starts_at for one in booked))
    entries = [wait(garage, f"Client {number}") for number in range(12)]
    assert not WaitListOffer.objects.exists()

    def free(appointment: Appointment) -> None:
        cancel_appointment(appointment=appointment, by=CUSTOMER, now=NOW)
        serve(garage, day=MONDAY)

    at_once([partial(free, one) for one in booked])
    serve(garage)

    assert [len(offered(entry)) for entry in entries] == [1] * 10 + [0] * 2
    assert WaitListOffer.objects.filter(state=OfferState.OPEN).count() == 10
    assert deadlocks() == before
    assert_sound()


def test_leaving_moving_cancelling_and_serving_at_once_lose_no_place(garage: Garage) -> None:
    before = deadlocks()
    close(garage, keep=(garage.at(9), garage.at(10), garage.at(11), garage.at(14, day=TUESDAY)))
    for round_ in range(3):
        day = NEXT_MONDAY + timedelta(days=round_)
        open_again(garage, garage.at(9, day=day), garage.at(10, day=day), garage.at(11, day=day))
        visits = [garage.book(garage.at(hour, day=day)) for hour in (9, 10, 11)]
        entries = [wait_with(one) for one in visits] + [
            wait(garage, f"Client {round_}.{n}") for n in range(3)
        ]

        def cancel(visit: Appointment) -> None:
            cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)
            serve(garage)

        at_once(
            [
                partial(cancel, visits[0]),
                partial(
                    move_appointment, appointment=visits[1], start=garage.at(14, day=TUESDAY), by=CUSTOMER,
                    version=1, now=NOW,
                ),
                partial(leave_wait_list, entry=entries[3], now=NOW),
                partial(change_wishes, entry=entries[4], wishes=Wishes(TUESDAY, TUESDAY), now=NOW),
                partial(serve, garage),
                partial(serve, garage),
            ],
            expect=(Refusal,),
        )  # fmt: skip
        serve(garage)
        assert_sound()
        for entry in WaitListEntry.objects.filter(state=EntryState.WAITING):
            leave_wait_list(entry=entry, now=NOW)
        for visit in Appointment.objects.exclude(status=Status.CANCELLED):
            cancel_appointment(appointment=visit, by=CUSTOMER, now=NOW)
    assert not Hold.objects.filter(state=HoldState.HELD).exists()
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert deadlocks() == before
    assert_sound()
