"""Answering an offer: once, by one, in time."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.expiry import release_expired_holds
from booking.actions.history import CUSTOMER
from booking.actions.move import move_appointment
from booking.actions.offers import OfferOver, accept_offer, decline_offer
from booking.actions.refresh import refresh_pools
from booking.actions.wait_list import leave_wait_list, serve_wait_list
from booking.audit import count_violations
from booking.models import (
    Appointment,
    CapacityPool,
    EntryState,
    EventKind,
    Hold,
    HoldState,
    OfferState,
    PoolKind,
    Source,
    WaitListEntry,
    WaitListOffer,
)
from customers.models import Customer, Vehicle
from dealerships.models import Dealership
from lib import tokens
from lib.errors import Refusal
from notifications.models import Message, State
from tests.booking.actions.test_refresh import alignment
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.booking.waiters import close, expire, offer_of, offered, open_again, wait, wait_with
from tests.garage import MONDAY, NOW, Garage, make_garage

NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=1)


def accept(offer: WaitListOffer) -> Appointment:
    return accept_offer(offer=offer, now=NOW)


def decline(offer: WaitListOffer) -> WaitListOffer:
    return decline_offer(offer=offer, now=NOW)


def test_yes_brings_the_appointment_forward_and_frees_the_old_place(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    entry = wait_with(mine)
    offer = offer_of(entry)

    moved = accept(offer)

    assert (moved.pk, moved.reference, moved.starts_at, moved.version) == (
        mine.pk, mine.reference, garage.at(7, 30), 2,
    )  # fmt: skip
    event = moved.events.get(kind=EventKind.MOVED)
    assert (event.source, event.actor) == (Source.WAIT_LIST, "customer")
    entry.refresh_from_db()
    offer.refresh_from_db()
    assert (entry.state, offer.state, offer.appointment) == (EntryState.SERVED, OfferState.ACCEPTED, moved)
    assert not CapacityPool.objects.filter(local_date=NEXT_MONDAY, used__gt=0).exists()
    assert Message.objects.filter(kind="moved", state=State.PENDING).count() == 2
    assert_sound()


def test_yes_without_an_appointment_books_one_by_the_wait_list(garage: Garage) -> None:
    entry = wait(garage)
    assert not Customer.objects.exists()

    booked = accept(offer_of(entry))

    assert (booked.source, booked.starts_at, booked.contact_name) == (
        Source.WAIT_LIST, garage.at(7, 30), "Luc Tremblay",
    )  # fmt: skip
    assert (booked.vehicle_words, booked.minutes) == ("Honda Civic 2019", 45)
    assert Message.objects.filter(kind="confirmation", state=State.PENDING).count() == 2
    assert Hold.objects.get().state == HoldState.BOOKED
    entry.refresh_from_db()
    assert entry.state == EntryState.SERVED
    assert_sound()


def test_what_the_guest_typed_is_shown_and_not_what_the_record_knows(garage: Garage) -> None:
    known = garage.book(garage.at(15, day=NEXT_MONDAY), plate="A12BCD")
    Vehicle.objects.filter(pk=known.vehicle_id).update(vin="2HGFC2F59KH000001")
    booked = accept(offer_of(wait(garage)))
    assert (booked.vehicle_plate, booked.vehicle_words) == ("", "Honda Civic 2019")


def test_an_offer_that_was_answered_sends_nothing_more(garage: Garage) -> None:
    offer = offer_of(wait(garage))
    accept(offer)
    assert set(Message.objects.filter(about=offer.about).values_list("state", flat=True)) == {State.CANCELLED}


def test_yes_twice_is_one_yes(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    for entry in (wait_with(mine), wait(garage, "Bob Roy")):
        offer = offer_of(entry)
        assert accept(offer) == accept(offer)
    assert Appointment.objects.count() == 2
    mine.refresh_from_db()
    assert mine.version == 2


@pytest.mark.parametrize("bound", [True, False], ids=["moved", "booked"])
def test_two_browsers_and_two_taps_make_one_appointment(garage: Garage, bound: bool) -> None:
    before = deadlocks()
    for round_ in range(4):
        day = MONDAY + timedelta(days=round_)
        wishes = {"first": day, "last": day}
        if bound:
            entry = wait_with(garage.book(garage.at(9, day=NEXT_MONDAY + timedelta(days=round_))), **wishes)
        else:
            entry = wait(garage, f"Client {round_}", **wishes)
        offer = offer_of(entry)

        answers = at_once([partial(accept, offer)] * 4)

        assert len({answer.pk for answer in answers}) == 1
        assert {answer.starts_at for answer in answers} == {garage.at(7, 30, day=day)}
        assert Appointment.objects.count() == round_ + 1
    assert deadlocks() == before
    assert_sound()


def test_no_passes_the_place_on_and_keeps_the_turn(garage: Garage) -> None:
    close(garage, keep=(garage.at(9),))
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    offer = offer_of(first)

    assert decline(offer).state == OfferState.DECLINED
    assert decline(offer).state == OfferState.DECLINED

    first.refresh_from_db()
    assert first.state == EntryState.WAITING
    assert offered(first) == [(garage.at(9), OfferState.DECLINED)]
    assert offered(second) == [(garage.at(9), OfferState.OPEN)]
    with pytest.raises(OfferOver):
        accept(offer)
    assert_sound()


def test_too_late_is_calm_and_changes_nothing(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    entry = wait_with(mine)
    offer = offer_of(entry)
    expire(offer)

    with pytest.raises(OfferOver):
        accept(offer)  # the sweeper has not come by yet
    release_expired_holds()
    with pytest.raises(OfferOver):
        accept(offer)

    mine.refresh_from_db()
    entry.refresh_from_db()
    assert (mine.version, entry.state) == (1, EntryState.WAITING)
    assert_sound()


def test_an_offer_that_is_no_gain_any_more_is_over(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    close(garage, keep=(garage.at(10), garage.at(8)))
    entry = wait_with(mine, parts=("am",))
    later = offer_of(entry)
    WaitListOffer.objects.filter(pk=later.pk).update(starts_at=garage.at(9, day=NEXT_MONDAY))
    with pytest.raises(OfferOver):
        accept(later)
    assert Appointment.objects.get().version == 1


def test_an_offer_for_a_cancelled_visit_is_over(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    offer = offer_of(wait_with(mine))
    cancel_appointment(appointment=mine, by=CUSTOMER, now=NOW)
    with pytest.raises(OfferOver):
        accept(offer)
    serve_wait_list(dealership=garage.dealership, now=NOW)
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert_sound()


def test_the_staff_closing_the_day_meanwhile_does_not_break_what_was_kept(garage: Garage) -> None:
    offer = offer_of(wait(garage))
    CapacityPool.objects.filter(local_date=MONDAY).update(closed=True)
    assert accept(offer).starts_at == garage.at(7, 30)


def test_a_yes_claims_from_a_limit_that_was_made_since_the_offer(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    offer = offer_of(wait_with(mine))
    alignment(garage)
    refresh_pools(dealership=Dealership.objects.get(), now=NOW)

    moved = accept(offer)

    racks = CapacityPool.objects.filter(kind=PoolKind.SERVICE_GROUP, used__gt=0)
    assert [(rack.local_date, rack.used) for rack in racks] == [(moved.local_date, 1)]
    assert_sound()


def test_a_yes_that_races_with_the_end_of_its_time_wins_or_loses_whole(garage: Garage) -> None:
    before, won = deadlocks(), 0
    for round_ in range(6):
        start = garage.at(8 + round_)
        if round_ == 4:
            continue  # lunch
        close(garage, keep=(start,))
        first, _second = wait(garage, f"Ann {round_}"), wait(garage, f"Bob {round_}")
        offer = offer_of(first)

        def end(offer: WaitListOffer = offer) -> int:
            expire(offer)
            return serve_wait_list(dealership=garage.dealership, now=NOW)

        outcomes = at_once([partial(accept, offer), end], expect=OfferOver)
        offer.refresh_from_db()
        if isinstance(outcomes[0], Appointment):
            won += 1
            first.refresh_from_db()
            assert (offer.state, first.state) == (OfferState.ACCEPTED, EntryState.SERVED)
        assert_sound()
        for entry in WaitListEntry.objects.filter(state=EntryState.WAITING):
            leave_wait_list(entry=entry, now=NOW)
        taken = CapacityPool.objects.filter(kind=PoolKind.ADVISOR_CELL, starts_at=start, used__gt=0).exists()
        assert taken == isinstance(outcomes[0], Appointment)
    assert deadlocks() == before
    assert Appointment.objects.count() == won


def test_yes_against_no_cancel_move_and_leave_at_once_stays_sound(garage: Garage) -> None:
    before = deadlocks()
    for round_ in range(5):
        day = NEXT_MONDAY + timedelta(days=round_ % 5)
        mine = garage.book(garage.at(9, day=day))
        entry = wait_with(mine, first=MONDAY, last=MONDAY)
        offer = offer_of(entry)
        assert offer
        at_once(
            [
                partial(accept, offer),
                partial(decline, offer),
                partial(leave_wait_list, entry=entry, now=NOW),
                partial(cancel_appointment, appointment=mine, by=CUSTOMER, now=NOW),
                partial(
                    move_appointment, appointment=mine, start=garage.at(15, day=day), by=CUSTOMER, version=1, now=NOW
                ),
                partial(serve_wait_list, dealership=garage.dealership, now=NOW),
            ],
            expect=Refusal,
        )  # fmt: skip
        serve_wait_list(dealership=garage.dealership, now=NOW)
        assert_sound()
    assert deadlocks() == before
    assert not WaitListOffer.objects.filter(state=OfferState.OPEN).exists()
    assert not Hold.objects.filter(state=HoldState.HELD).exists()


def test_links_of_offers_are_secrets_that_the_database_does_not_know(garage: Garage) -> None:
    offer = offer_of(wait(garage))
    token = tokens.token_for(offer.link_nonce, purpose="offer")
    assert tokens.digest(token) == offer.link_digest
    assert len(token) * 6 >= 128
    row = str(WaitListOffer.objects.filter(pk=offer.pk).values().get())
    assert token not in row


@pytest.mark.parametrize(
    ("name", "breaks"),
    [
        (
            "open_offers_whose_place_is_not_held",
            lambda offer: Hold.objects.filter(pk=offer.hold_id).update(state=HoldState.RELEASED),
        ),
        (
            "held_places_of_offers_that_are_over",
            lambda offer: WaitListOffer.objects.filter(pk=offer.pk).update(state=OfferState.DECLINED),
        ),
        (
            "accepted_offers_without_appointment",
            lambda offer: WaitListOffer.objects.filter(pk=offer.pk).update(state=OfferState.ACCEPTED),
        ),
    ],
)
def test_the_audit_sees_an_offer_that_went_wrong(garage: Garage, name: str, breaks) -> None:
    offer = offer_of(wait(garage))
    assert count_violations()[name] == 0
    breaks(offer)
    assert count_violations()[name] == 1


def test_a_declined_start_comes_to_the_next_and_another_one_to_the_first(garage: Garage) -> None:
    close(garage, keep=(garage.at(9),))
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    decline(offer_of(first))
    open_again(garage, garage.at(14))
    serve_wait_list(dealership=garage.dealership, now=NOW)
    assert offered(first)[-1] == (garage.at(14), OfferState.OPEN)
    assert offered(second) == [(garage.at(9), OfferState.OPEN)]
