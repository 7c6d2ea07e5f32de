"""An erasure that is refused leaves everything as it was; one that is not ends what the person waited for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from django.core import serializers
from django.db.models import Model

from booking.actions import book, erase
from booking.actions.erase import StillComing, erase_customer
from booking.actions.history import staff
from booking.actions.offers import OfferOver, accept_offer
from booking.actions.photos import add_photo
from booking.actions.progress import mark_arrived, mark_completed
from booking.models import (
    Appointment,
    AppointmentEvent,
    CallRequest,
    EntryState,
    Hold,
    HoldState,
    OfferState,
    Photo,
    Status,
    WaitListEntry,
    WaitListOffer,
)
from booking.models.photo import photo_storage
from customers.models import (
    ERASED_NAME,
    AccessRecord,
    ConsentEvent,
    Customer,
    RetentionRun,
    Vehicle,
    VehicleDriver,
)
from dealerships.models import Role, User
from lib.errors import Refusal
from notifications.actions import conversations, outbox
from notifications.actions.conversations import open_conversation, write_to_customer
from notifications.models import Attempt, Conversation, Incoming, Message, State, Suppression, WebhookEvent
from tests.booking.pictures import upload
from tests.booking.storm import (
    PATIENCE,
    assert_sound,
    at_once,
    deadlocks,
    in_thread,
    wait_until_somebody_waits,
)
from tests.booking.waiters import offer_of, wait
from tests.garage import NOW, Garage, make_garage, make_staff

TABLES = [
    Appointment, AppointmentEvent, AccessRecord, Attempt, CallRequest, ConsentEvent, Conversation, Customer, Hold,
    Incoming, Message, Photo, RetentionRun, Suppression, Vehicle, VehicleDriver, WaitListEntry, WaitListOffer,
    WebhookEvent,
]  # fmt: skip


@pytest.fixture
def garage(transactional_db: None) -> Iterator[Garage]:
    yield make_garage(advisors=1)
    for photo in Photo.objects.all():
        photo_storage().delete(str(photo.file.name))


@pytest.fixture
def manager(garage: Garage) -> User:
    return make_staff(garage.dealership, Role.MANAGER)


@pytest.fixture
def luc(garage: Garage, manager: User) -> Customer:
    """Somebody with a visit that is over, its photo, and a place that is offered."""
    visit = garage.book(garage.at(8))
    add_photo(dealership=garage.dealership, upload=upload(), appointment=visit)
    mark_arrived(appointment=visit, by=staff(manager))
    mark_completed(appointment=visit, by=staff(manager))
    entry = wait(garage)
    WaitListEntry.objects.filter(pk=entry.pk).update(customer=visit.customer)
    return visit.customer


@pytest.fixture
def offer(luc: Customer) -> WaitListOffer:
    offer = offer_of(WaitListEntry.objects.get())
    assert offer is not None
    return offer


@pytest.fixture
def wakes(monkeypatch: pytest.MonkeyPatch) -> list[Thread]:
    """Who asked the senders to look."""
    calls: list[Thread] = []

    def woken() -> None:
        calls.append(current_thread())

    monkeypatch.setattr(outbox, "wake", woken)
    return calls


def erase_luc(luc: Customer, garage: Garage, manager: User) -> bool:
    return erase_customer(customer=luc, dealership=garage.dealership, user=manager, now=NOW)


def everything() -> dict[str, str]:
    """Every row that an erasure may touch, as text by table and number."""
    return {f"{row._meta.label}:{row.pk}": serializers.serialize("json", [row]) for row in _rows()}


def _rows() -> Iterator[Model]:
    for table in TABLES:
        yield from table._default_manager.all()


def photo_is_there() -> bool:
    return photo_storage().exists(str(Photo.objects.get().file.name))


def test_who_books_while_the_erasure_looks_is_refused_and_nothing_has_changed(
    luc: Customer,
    offer: WaitListOffer,
    garage: Garage,
    manager: User,
    wakes: list[Thread],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written, go_on = Event(), Event()
    really = book._tell

    def slowly(*more: Any) -> None:
        really(*more)
        written.set()
        go_on.wait(PATIENCE)

    monkeypatch.setattr(book, "_tell", slowly)
    before = everything()
    wakes.clear()
    booking = in_thread(lambda: garage.book(garage.at(9)))
    assert written.wait(PATIENCE)
    refused: list[StillComing] = []

    def try_it() -> None:
        try:
            erase_luc(luc, garage, manager)
        except StillComing as refusal:
            refused.append(refusal)

    erasing = in_thread(try_it)
    wait_until_somebody_waits()
    go_on.set()
    booking.join(PATIENCE)
    erasing.join(PATIENCE)

    assert len(refused) == 1
    assert before.items() <= everything().items()
    assert photo_is_there()
    assert erasing not in wakes
    assert_sound()


def test_what_is_refused_at_its_last_step_has_changed_nothing(
    luc: Customer,
    offer: WaitListOffer,
    garage: Garage,
    manager: User,
    wakes: list[Thread],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_more: Any) -> None:
        raise Refusal("Not now.", code="not_now")

    monkeypatch.setattr(erase, "record_act", refuse)
    before = everything()
    wakes.clear()
    with pytest.raises(Refusal, match="Not now"):
        erase_luc(luc, garage, manager)
    assert everything() == before
    assert photo_is_there()
    assert wakes == []
    assert_sound()


def test_who_is_erased_waits_no_more_and_their_place_is_free(
    luc: Customer, offer: WaitListOffer, garage: Garage, manager: User
) -> None:
    assert erase_luc(luc, garage, manager)
    entry = WaitListEntry.objects.get()
    offer.refresh_from_db()
    assert (entry.state, entry.contact_name) == (EntryState.LEFT, ERASED_NAME)
    assert (offer.state, offer.hold.state) == (OfferState.WITHDRAWN, HoldState.RELEASED)
    assert not Message.objects.filter(state=State.PENDING).exists()
    assert not Photo.objects.exists()
    with pytest.raises(OfferOver):
        accept_offer(offer=offer, now=NOW)
    assert_sound()


def test_a_yes_to_an_offer_and_an_erasure_at_once_are_one_or_the_other(
    luc: Customer, offer: WaitListOffer, garage: Garage, manager: User
) -> None:
    before = deadlocks()
    yes, erased = at_once(
        [lambda: accept_offer(offer=offer, now=NOW), lambda: erase_luc(luc, garage, manager)],
        expect=(OfferOver, StillComing),
    )
    coming = Appointment.objects.filter(starts_at__gt=NOW, status=Status.BOOKED)
    if isinstance(erased, StillComing):
        assert coming.get() == yes
        assert coming.get().customer == luc
    else:
        # Whoever takes the place all the same, now that it is free, is somebody whom nobody knows yet.
        assert [visit.customer for visit in coming if visit.customer == luc] == []
        assert Customer.objects.get(pk=luc.pk).name == ERASED_NAME
    assert deadlocks() == before
    assert_sound()


def test_what_they_entered_as_a_guest_is_theirs_and_another_ones_of_the_household_is_not(
    luc: Customer, offer: WaitListOffer, garage: Garage, manager: User
) -> None:
    WaitListEntry.objects.update(customer=None)
    ada = wait(garage, "Ada Tremblay")
    erase_luc(luc, garage, manager)
    names = dict(WaitListEntry.objects.values_list("contact_name", "state"))
    assert names == {ERASED_NAME: EntryState.LEFT, "Ada Tremblay": EntryState.WAITING}
    ada.refresh_from_db()
    assert ada.contact_phone == "+15145550123"


def test_what_the_desk_is_writing_at_that_moment_is_forgotten_too(
    luc: Customer, garage: Garage, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = open_conversation(dealership=garage.dealership, customer=luc)
    written, go_on = Event(), Event()
    really = conversations._payload

    def slowly(*more: Any) -> dict[str, object]:
        written.set()
        go_on.wait(PATIENCE)
        return really(*more)

    monkeypatch.setattr(conversations, "_payload", slowly)
    before, key = deadlocks(), str(uuid.uuid4())

    def write() -> None:
        write_to_customer(
            conversation=thread, channel="sms", words="Bonjour M. Tremblay", author="Zoé", key=key
        )

    writing = in_thread(write)
    assert written.wait(PATIENCE)
    erasing = in_thread(lambda: erase_luc(luc, garage, manager))
    wait_until_somebody_waits()
    go_on.set()
    writing.join(PATIENCE)
    erasing.join(PATIENCE)

    assert Message.objects.get(kind="desk_message").payload == {}
    assert Conversation.objects.get().last_words == ""
    assert deadlocks() == before


def test_who_was_erased_while_somebody_had_the_record_in_hand_is_not_booked_for(
    luc: Customer, garage: Garage, manager: User
) -> None:
    erase_luc(Customer.objects.get(pk=luc.pk), garage, manager)
    visit = garage.book(garage.at(9), customer=luc)
    assert (visit.customer == luc, visit.customer.name) == (False, "Luc Tremblay")
