"""Joining, waiting with other wishes, leaving: one entry a visit, and what it frees passes on."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.wait_list import change_wishes, leave_wait_list, put_first, take_off
from booking.errors import NotPossible
from booking.models import Appointment, EntryState, OfferState, WaitListEntry
from booking.waiting import Wishes
from dealerships.models import Role
from lib.errors import Refusal
from notifications.models import Message, State
from tests.booking.storm import assert_sound, at_once
from tests.booking.waiters import close, offer_of, offered, open_again, serve, wait, wait_with
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

TUESDAY, NEXT_MONDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(advisors=1)


def test_who_joins_is_told_with_a_link_and_offered_what_is_open(garage: Garage) -> None:
    entry = wait(garage)

    assert offered(entry) == [(garage.at(7, 30), OfferState.OPEN)]
    kinds = Message.objects.order_by("kind", "channel").values_list("kind", "channel", "about")
    assert list(kinds) == [
        ("wait_list_joined", "email", entry.about),
        ("wait_list_joined", "sms", entry.about),
        ("wait_list_offer", "email", offer_of(entry).about),
        ("wait_list_offer", "sms", offer_of(entry).about),
    ]
    assert_sound()


def test_a_declared_exception_comes_first_and_can_be_taken_back(garage: Garage) -> None:
    close(garage)
    manager = make_staff(garage.dealership, Role.MANAGER)
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    put_first(entry=second, by=manager, reason="Rappel de sécurité")
    open_again(garage, garage.at(9))
    serve(garage)
    assert (offered(first), len(offered(second))) == ([], 1)

    again = put_first(entry=second, by=manager, reason=" ")
    assert (again.priority, again.priority_reason) == (0, "")


def test_who_joins_twice_with_the_same_words_waits_once(garage: Garage) -> None:
    assert wait(garage) == wait(garage)
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    assert wait_with(mine) == wait_with(mine, last=MONDAY)
    assert WaitListEntry.objects.count() == 2


def test_two_taps_at_once_make_one_entry(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))

    entries = at_once([partial(wait, garage)] * 4 + [partial(wait_with, mine)] * 4)

    assert len({entry.pk for entry in entries}) == 2
    assert_sound()


def test_a_visit_that_is_over_cannot_be_brought_forward(garage: Garage) -> None:
    mine = garage.book(garage.at(9))
    with pytest.raises(NotPossible):
        wait_with(mine, now=garage.at(9))
    cancel_appointment(appointment=mine, by=CUSTOMER, now=NOW)
    mine.refresh_from_db()
    with pytest.raises(NotPossible):
        wait_with(mine)


def test_leaving_frees_the_place_for_the_next_and_sends_nothing_more(garage: Garage) -> None:
    close(garage, keep=(garage.at(9),))
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy")
    offer = offer_of(first)

    assert leave_wait_list(entry=first, now=NOW)
    assert not leave_wait_list(entry=first, now=NOW)

    first.refresh_from_db()
    assert (first.state, offered(first)) == (EntryState.LEFT, [(garage.at(9), OfferState.WITHDRAWN)])
    assert offered(second) == [(garage.at(9), OfferState.OPEN)]
    about = Message.objects.filter(about__in=[first.about, offer.about])
    assert set(about.values_list("state", flat=True)) == {State.CANCELLED}
    assert_sound()


def test_who_is_taken_off_the_list_was_so_for_a_reason(garage: Garage) -> None:
    entry, manager = wait(garage), make_staff(garage.dealership, Role.MANAGER)
    with pytest.raises(Refusal):
        take_off(entry=entry, by=manager, reason="  ", now=NOW)
    take_off(entry=entry, by=manager, reason="Demandé par téléphone", now=NOW)

    entry.refresh_from_db()
    assert (entry.state, entry.priority_reason) == (EntryState.LEFT, "Demandé par téléphone")
    with pytest.raises(NotPossible):
        take_off(entry=entry, by=manager, reason="Encore", now=NOW)
    assert offer_of(entry) is None


def test_other_wishes_take_back_what_no_longer_suits_and_keep_the_turn(garage: Garage) -> None:
    close(garage, keep=(garage.at(9), garage.at(9, day=TUESDAY)))
    first, second = wait(garage, "Ann Roy"), wait(garage, "Bob Roy", last=MONDAY)

    change_wishes(entry=first, wishes=Wishes(TUESDAY, TUESDAY), now=NOW)

    assert offered(first) == [
        (garage.at(9), OfferState.WITHDRAWN),
        (garage.at(9, day=TUESDAY), OfferState.OPEN),
    ]
    assert offered(second) == [(garage.at(9), OfferState.OPEN)]
    # What was taken back was not refused: it may come again.
    change_wishes(entry=first, wishes=Wishes(MONDAY, TUESDAY, parts=("am",)), now=NOW)
    assert len(offered(first)) == 2
    assert_sound()


def test_a_cancelled_visit_leaves_the_list_and_its_offer_passes_on(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    close(garage, keep=(garage.at(10),))
    entry, other = wait_with(mine), wait(garage, "Bob Roy")
    assert len(offered(entry)) == 1

    cancel_appointment(appointment=mine, by=CUSTOMER, now=NOW)
    serve(garage)

    entry.refresh_from_db()
    assert entry.state == EntryState.LEFT
    assert offered(entry) == [(garage.at(10), OfferState.WITHDRAWN)]
    assert offered(other) == [(garage.at(10), OfferState.OPEN)]
    assert_sound()


def test_muted_channels_of_the_visit_are_muted_here_too(garage: Garage) -> None:
    mine = garage.book(garage.at(9, day=NEXT_MONDAY))
    Appointment.objects.update(muted_channels=["sms"])
    mine.refresh_from_db()
    wait_with(mine)
    told = Message.objects.filter(kind__startswith="wait_list").values_list("channel", flat=True)
    assert set(told) == {"email"}
