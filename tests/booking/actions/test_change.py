"""Moving, cancelling, and the steps of a visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.book import AlreadyBooked
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER, staff
from booking.actions.move import move_appointment
from booking.actions.progress import (
    confirm_appointment,
    mark_arrived,
    mark_completed,
    mark_no_show,
    undo_step,
)
from booking.errors import NotPossible, SlotTaken, Stale
from booking.models import Appointment, CapacityPool, EventKind, Status
from dealerships.models import Role
from notifications.models import Message, State
from tests.booking.storm import assert_sound
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def messages(appointment: Appointment, **which: object) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(about=appointment.about, **which).order_by("version", "kind", "channel")
    return list(rows.values_list("kind", "channel", "state"))


def move(appointment: Appointment, start, *, version: int | None = None) -> Appointment:
    return move_appointment(
        appointment=appointment, start=start, by=CUSTOMER, version=version or appointment.version, now=NOW
    )


def test_a_move_keeps_the_reference_raises_the_version_and_frees_the_old_place(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))

    moved = move(appointment, garage.at(9, day=MONDAY + timedelta(days=1)))

    assert (moved.reference, moved.version) == (appointment.reference, 2)
    assert CapacityPool.objects.filter(local_date=MONDAY, used__gt=0).count() == 0
    event = moved.events.get(kind=EventKind.MOVED)
    assert (event.old["starts_at"], event.new["starts_at"]) == (
        appointment.starts_at.isoformat(), moved.starts_at.isoformat(),
    )  # fmt: skip
    assert_sound()


def test_a_move_withdraws_what_was_planned_and_tells_the_new_time(garage: Garage) -> None:
    appointment = garage.book(garage.at(8, day=MONDAY + timedelta(days=4)))

    moved = move(appointment, garage.at(9, day=MONDAY + timedelta(days=8)))

    assert {state for _kind, _channel, state in messages(moved, version=1)} == {State.CANCELLED}
    assert messages(moved, version=2) == [
        ("expected", "sms", "pending"),
        ("moved", "email", "pending"),
        ("moved", "sms", "pending"),
        ("reminder_1d", "sms", "pending"),
        ("reminder_3d", "email", "pending"),
    ]
    told = Message.objects.get(about=moved.about, kind="moved", channel="sms")
    assert told.payload["previous_starts_at"] == appointment.starts_at.isoformat()


def test_a_move_within_the_same_full_day_uses_its_own_place(garage: Garage) -> None:
    CapacityPool.objects.filter(kind=8, local_date=MONDAY).update(cap=45)
    appointment = garage.book(garage.at(8))

    assert move(appointment, garage.at(9)).starts_at == garage.at(9)
    assert_sound()


def test_a_move_to_a_taken_start_changes_nothing(garage: Garage) -> None:
    for _advisor in garage.advisors:
        garage.book(garage.at(9))
    appointment = garage.book(garage.at(8))

    with pytest.raises(SlotTaken) as taken:
        move(appointment, garage.at(9))

    assert len(taken.value.alternatives) == 3
    appointment.refresh_from_db()
    assert (appointment.version, appointment.starts_at) == (1, garage.at(8))
    assert_sound()


def test_a_stale_move_is_refused_and_a_repeated_one_is_harmless(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    move(appointment, garage.at(9))

    assert move(appointment, garage.at(9), version=1).version == 2
    with pytest.raises(Stale):
        move(appointment, garage.at(10), version=1)


def test_a_move_to_where_it_is_changes_nothing_and_tells_nobody(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    planned = messages(appointment)

    same = move(appointment, garage.at(8))

    assert (same.version, same.starts_at) == (1, appointment.starts_at)
    assert messages(appointment) == planned
    assert_sound()


def test_a_repeated_move_is_not_taken_for_done_once_it_was_cancelled(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    moved = move(appointment, garage.at(9))
    cancel_appointment(appointment=moved, by=CUSTOMER, now=NOW)

    with pytest.raises(Stale):
        move(appointment, garage.at(9), version=moved.version)


def test_a_cancelled_appointment_frees_its_claims_and_withdraws_its_messages(garage: Garage) -> None:
    appointment = garage.book(garage.at(8, day=MONDAY + timedelta(days=4)))

    cancelled = cancel_appointment(appointment=appointment, by=CUSTOMER, reason="Voyage", now=NOW)

    assert cancelled.status == Status.CANCELLED
    assert not CapacityPool.objects.filter(used__gt=0).exists()
    assert [kind for kind, _channel, state in messages(cancelled) if state == State.PENDING] == [
        "cancelled"
    ] * 2
    assert cancelled.events.get(kind=EventKind.CANCELLED).new["reason"] == "Voyage"
    assert_sound()


def test_cancelling_twice_tells_once(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    for _click in range(2):
        cancel_appointment(appointment=appointment, by=CUSTOMER, now=NOW)

    assert Message.objects.filter(kind="cancelled", channel="sms").count() == 1
    assert appointment.events.filter(kind=EventKind.CANCELLED).count() == 1


def test_what_is_over_can_neither_be_moved_nor_cancelled(garage: Garage) -> None:
    appointment = mark_arrived(appointment=garage.book(garage.at(8)), by=CUSTOMER)

    with pytest.raises(NotPossible):
        move(appointment, garage.at(9))
    with pytest.raises(NotPossible):
        cancel_appointment(appointment=appointment, by=CUSTOMER, now=NOW)


def test_a_visit_goes_from_booked_to_completed_with_a_history(garage: Garage) -> None:
    by = staff(make_staff(garage.dealership, Role.ADVISOR))
    appointment = garage.book(garage.at(8))
    for step in (confirm_appointment, mark_arrived, mark_completed):
        appointment = step(appointment=appointment, by=by)

    assert appointment.status == Status.COMPLETED
    assert list(appointment.events.values_list("kind", flat=True)) == [
        "booked",
        "confirmed",
        "arrived",
        "completed",
    ]
    assert_sound()


def test_a_double_click_on_arrived_is_one_event(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    for _click in range(2):
        mark_arrived(appointment=appointment, by=CUSTOMER)

    assert appointment.events.filter(kind=EventKind.ARRIVED).count() == 1


def test_a_no_show_who_turns_up_has_arrived(garage: Garage) -> None:
    appointment = mark_no_show(appointment=garage.book(garage.at(8)), by=CUSTOMER)

    assert mark_arrived(appointment=appointment, by=CUSTOMER).status == Status.ARRIVED
    assert_sound()


def test_nothing_is_completed_before_it_arrived(garage: Garage) -> None:
    with pytest.raises(NotPossible):
        mark_completed(appointment=garage.book(garage.at(8)), by=CUSTOMER)


def test_a_slip_of_the_finger_is_undone(garage: Garage) -> None:
    appointment = mark_arrived(appointment=garage.book(garage.at(8)), by=CUSTOMER)

    assert undo_step(appointment=appointment, by=CUSTOMER).status == Status.BOOKED


@pytest.mark.parametrize("slip", [mark_arrived, mark_no_show])
def test_a_slip_undone_plans_the_reminders_again(garage: Garage, slip) -> None:
    appointment = garage.book(garage.at(8, day=MONDAY + timedelta(days=4)))
    reminders = messages(appointment, kind__startswith="reminder")
    assert {state for _kind, _channel, state in reminders} == {State.PENDING}
    slip(appointment=appointment, by=CUSTOMER)
    assert {state for *_which, state in messages(appointment)} == {State.CANCELLED}

    for _click in range(2):
        undo_step(appointment=appointment, by=CUSTOMER, now=NOW)

    assert messages(appointment, kind__startswith="reminder") == reminders
    assert appointment.events.filter(kind=EventKind.REOPENED).count() == 1


def test_a_completed_visit_reopened_is_not_reminded(garage: Garage) -> None:
    appointment = mark_arrived(
        appointment=garage.book(garage.at(8, day=MONDAY + timedelta(days=4))), by=CUSTOMER
    )
    completed = mark_completed(appointment=appointment, by=CUSTOMER)

    assert undo_step(appointment=completed, by=CUSTOMER, now=NOW).status == Status.ARRIVED
    assert not messages(appointment, state=State.PENDING)


@pytest.mark.parametrize("slips", [[mark_arrived], [mark_no_show], [mark_no_show, mark_arrived]])
def test_a_confirmed_visit_is_confirmed_again_after_a_slip(garage: Garage, slips) -> None:
    appointment = confirm_appointment(appointment=garage.book(garage.at(8)), by=CUSTOMER)
    for slip in slips:
        appointment = slip(appointment=appointment, by=CUSTOMER)

    assert undo_step(appointment=appointment, by=CUSTOMER, now=NOW).status == Status.CONFIRMED


def test_two_steps_back_from_completed_find_the_confirmation_too(garage: Garage) -> None:
    appointment = garage.book(garage.at(8))
    for step in (confirm_appointment, mark_arrived, mark_completed, undo_step):
        appointment = step(appointment=appointment, by=CUSTOMER)

    assert undo_step(appointment=appointment, by=CUSTOMER, now=NOW).status == Status.CONFIRMED


def test_a_confirmation_of_another_time_does_not_come_back(garage: Garage) -> None:
    appointment = confirm_appointment(appointment=garage.book(garage.at(8)), by=CUSTOMER)
    arrived = mark_arrived(appointment=move(appointment, garage.at(9)), by=CUSTOMER)

    assert undo_step(appointment=arrived, by=CUSTOMER, now=NOW).status == Status.BOOKED


def test_what_is_cancelled_is_not_reopened(garage: Garage) -> None:
    cancelled = cancel_appointment(appointment=garage.book(garage.at(8)), by=CUSTOMER, now=NOW)

    with pytest.raises(NotPossible):
        undo_step(appointment=cancelled, by=CUSTOMER, now=NOW)
    assert not messages(cancelled, state=State.PENDING, kind__startswith="reminder")


def test_a_visit_with_stored_tires_is_not_moved_to_tomorrow(garage: Garage) -> None:
    appointment = garage.book(
        garage.at(8, day=MONDAY + timedelta(days=4)), basket=garage.basket(tires="stored")
    )

    with pytest.raises(SlotTaken):
        move(appointment, garage.at(9))
    assert move(appointment, garage.at(9, day=MONDAY + timedelta(days=2))).version == 2


def test_a_no_show_whose_vehicle_was_booked_again_for_that_time_cannot_come_back(garage: Garage) -> None:
    missed = mark_no_show(appointment=garage.book(garage.at(8), plate="ABC123"), by=CUSTOMER)
    garage.book(garage.at(8), plate="ABC123")

    for step in (undo_step, mark_arrived):
        with pytest.raises(AlreadyBooked):
            step(appointment=missed, by=CUSTOMER)
    missed.refresh_from_db()
    assert missed.status == Status.NO_SHOW
