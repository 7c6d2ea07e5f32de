"""What a visit's changes plan and withdraw, by the dealership's own cadence."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER, By, staff
from booking.actions.late import announce_late
from booking.actions.move import move_appointment
from booking.actions.progress import (
    confirm_appointment,
    mark_arrived,
    mark_completed,
    mark_no_show,
    undo_step,
)
from booking.actions.ready_notice import opening_words, tell_ready, was_told_ready
from booking.errors import NotPossible
from booking.models import Actor, Appointment, EventKind, Source
from booking.rulebook import rulebook_of
from booking.standing import is_unseen
from customers.models import Customer
from dealerships.models import Role
from lib import clock
from notifications.kinds import KINDS
from notifications.models import Cadence, Message, State, Way
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

FAR = MONDAY + timedelta(days=24)  # a Thursday, chosen more than three weeks ahead
DESK = By(Actor.STAFF, Source.WALK_IN)


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    return make_garage(horizon_days=40)


@pytest.fixture
def visit(garage: Garage) -> Appointment:
    return garage.book(garage.at(9, day=FAR))


def planned(appointment: Appointment) -> set[tuple[str, str]]:
    rows = Message.objects.filter(about=appointment.about, state=State.PENDING)
    return set(rows.values_list("kind", "channel"))


def kinds(appointment: Appointment) -> set[str]:
    return {kind for kind, _channel in planned(appointment)}


def own_cadence(garage: Garage, kind: str, **changes: Any) -> Cadence:
    usual = KINDS[kind].usual
    assert usual is not None
    values = {
        "days": usual.days, "at": usual.at, "minutes": usual.minutes, "way": usual.way,
        "lasts_minutes": int(usual.lasts.total_seconds()) // 60,
    }  # fmt: skip
    return Cadence.objects.create(dealership=garage.dealership, kind=kind, **{**values, **changes})


def test_what_is_booked_far_ahead_is_reminded_of_twice_and_asked_about_twice(visit: Appointment) -> None:
    assert planned(visit) == {
        ("confirmation", "email"), ("confirmation", "sms"), ("reconfirm", "email"), ("reconfirm", "sms"),
        ("reconfirm_again", "sms"), ("reminder_3d", "email"), ("reminder_1d", "sms"), ("expected", "sms"),
    }  # fmt: skip


def test_every_message_is_known_to_be_its_customers(visit: Appointment) -> None:
    assert set(Message.objects.values_list("customer", flat=True)) == {visit.customer_id}


def test_the_dealerships_own_cadence_decides(garage: Garage) -> None:
    own_cadence(garage, "reminder_1d", at=time(14), way=Way.BOTH)
    own_cadence(garage, "expected", active=False)

    visit = garage.book(garage.at(9, day=FAR))

    assert ("reminder_1d", "email") in planned(visit)
    assert "expected" not in kinds(visit)
    text = Message.objects.get(kind="reminder_1d", channel="sms")
    assert f"{clock.local(text.not_before, visit.zone):%m-%d %H:%M}" == "12-23 14:00"


def test_a_wording_that_is_chosen_is_kept_with_the_message(garage: Garage) -> None:
    own_cadence(garage, "reminder_1d", wording="cost")

    garage.book(garage.at(9, day=FAR))

    assert dict(Message.objects.values_list("kind", "variant"))["reminder_1d"] == "cost"


def test_the_cadences_cost_a_booking_one_query(garage: Garage, django_assert_max_num_queries: Any) -> None:
    own_cadence(garage, "reminder_1d")
    own_cadence(garage, "reconfirm")
    with django_assert_max_num_queries(100) as queries:
        garage.book(garage.at(9, day=FAR))
    asked = [query["sql"] for query in queries if "notifications_cadence" in query["sql"]]
    assert len(asked) == 1


def test_what_is_booked_at_the_delivery_is_welcomed(garage: Garage) -> None:
    visit = garage.book(garage.at(9, day=FAR), by=By(Actor.STAFF, Source.DELIVERY))

    assert {"welcome", "reminder_1d"} <= kinds(visit)
    assert "confirmation" not in kinds(visit)


def test_who_confirms_is_not_asked_again(visit: Appointment) -> None:
    confirm_appointment(appointment=visit, by=CUSTOMER)

    assert kinds(visit) == {"confirmation", "reminder_3d", "expected"}


def test_a_move_asks_anew_only_when_it_is_far_ahead(garage: Garage, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(created_at=NOW - timedelta(days=60))
    near = move_appointment(
        appointment=visit, start=garage.at(9, day=MONDAY + timedelta(days=8)), by=CUSTOMER, version=1, now=NOW
    )
    assert kinds(near) == {"moved", "reminder_3d", "reminder_1d", "expected"}

    far = move_appointment(appointment=near, start=garage.at(9, day=FAR), by=CUSTOMER, version=2, now=NOW)
    assert {"reconfirm", "reconfirm_again"} <= kinds(far)


@pytest.mark.parametrize("step", [mark_arrived, mark_no_show])
def test_nothing_more_is_said_to_who_has_come_or_has_not(visit: Appointment, step: Any) -> None:
    step(appointment=visit, by=DESK)

    assert planned(visit) == set()


def test_a_cancellation_leaves_its_own_news_alone(visit: Appointment) -> None:
    cancelled = cancel_appointment(appointment=visit, by=CUSTOMER)

    assert kinds(cancelled) == {"cancelled"}


def test_who_says_that_they_come_later_is_not_looked_for(visit: Appointment) -> None:
    expected = Message.objects.get(kind="expected")
    assert is_unseen(expected)

    announce_late(appointment=visit, minutes=45, by=CUSTOMER, now=visit.starts_at)

    assert not is_unseen(expected)


def completed(visit: Appointment, **more: Any) -> Appointment:
    mark_arrived(appointment=visit, by=DESK)
    return mark_completed(appointment=visit, by=DESK, **more)


def test_after_a_change_of_tires_the_nuts_are_tightened_again(garage: Garage, visit: Appointment) -> None:
    handed_back = garage.at(11, day=FAR)

    completed(visit, now=handed_back)

    assert planned(visit) == {("retorque", "sms"), ("review", "sms")}
    due = dict(Message.objects.filter(state=State.PENDING).values_list("kind", "not_before"))
    assert due["retorque"] == garage.at(10, day=FAR + timedelta(days=4))
    assert due["review"] == garage.at(11, day=FAR + timedelta(days=1))
    told = Message.objects.get(kind="review")
    assert told.payload["completed_at"] == handed_back.isoformat()


def test_after_other_work_it_is_not(garage: Garage) -> None:
    visit = garage.book(garage.at(9, day=FAR), basket=garage.basket("oil_change"))

    completed(visit)

    assert kinds(visit) == {"review"}


def test_a_visit_that_was_not_completed_after_all_is_not_followed(garage: Garage, visit: Appointment) -> None:
    first = garage.at(11, day=FAR)
    done = completed(visit, now=first)
    undo_step(appointment=done, by=DESK)

    assert planned(visit) == set()
    assert Customer.objects.get().served_at is None

    again = garage.at(15, day=FAR)
    visit.refresh_from_db()
    mark_completed(appointment=visit, by=DESK, now=again)
    assert kinds(visit) == {"retorque", "review"}
    assert Customer.objects.get().served_at == again


def test_what_was_served_before_counts_again_after_a_slip(garage: Garage, visit: Appointment) -> None:
    before = NOW - timedelta(days=100)
    Customer.objects.update(served_at=before)
    done = completed(visit, now=garage.at(11, day=FAR))
    assert Customer.objects.get().served_at == garage.at(11, day=FAR)

    undo_step(appointment=done, by=DESK)

    assert Customer.objects.get().served_at == before


def test_a_booking_is_an_inquiry_an_import_is_not(garage: Garage) -> None:
    garage.book(garage.at(9, day=FAR), name="Luc Tremblay")
    garage.book(garage.at(9, day=FAR), name="Ann Roy", by=By(Actor.SYSTEM, Source.IMPORT))

    asked = dict(Customer.objects.values_list("name", "inquired_at"))
    assert asked["Luc Tremblay"] is not None
    assert asked["Ann Roy"] is None


def test_who_is_known_has_asked_again(garage: Garage) -> None:
    garage.book(garage.at(9, day=FAR))
    Customer.objects.update(inquired_at=clock.now() - timedelta(days=300))

    garage.book(garage.at(10, day=FAR))

    [luc] = Customer.objects.all()
    assert clock.now() - luc.inquired_at < timedelta(minutes=5)


def test_the_vehicle_is_ready_once(garage: Garage, visit: Appointment) -> None:
    arrived = mark_arrived(appointment=visit, by=DESK)
    julie = staff(make_staff(garage.dealership, Role.ADVISOR), Source.WALK_IN)
    noon = garage.at(12, day=FAR)

    tell_ready(appointment=arrived, by=julie, now=noon)
    tell_ready(appointment=arrived, by=julie, now=noon)

    assert planned(visit) == {("ready", "email"), ("ready", "sms")}
    assert arrived.events.filter(kind=EventKind.READY).count() == 1
    text = Message.objects.get(kind="ready", channel="sms")
    assert text.payload["closes_at"] == garage.at(17, 30, day=FAR).isoformat()
    assert text.expires_at == noon + timedelta(hours=24)


def test_a_slip_withdraws_the_news_and_a_later_one_is_told_for_itself(
    garage: Garage, visit: Appointment
) -> None:
    arrived = mark_arrived(appointment=visit, by=DESK)
    tell_ready(appointment=arrived, by=DESK)
    Message.objects.filter(kind="ready", channel="sms").update(state=State.ACCEPTED, sent_at=clock.now())

    reopened = undo_step(appointment=arrived, by=DESK)
    assert "ready" not in kinds(reopened)
    assert not was_told_ready(reopened)

    tell_ready(appointment=mark_arrived(appointment=reopened, by=DESK), by=DESK)
    assert planned(visit) == {("ready", "email"), ("ready", "sms")}


def test_only_what_is_here_can_be_ready(visit: Appointment) -> None:
    with pytest.raises(NotPossible):
        tell_ready(appointment=visit, by=DESK)


def test_it_can_be_picked_up_until_the_next_closing(garage: Garage) -> None:
    calendar = rulebook_of(garage.dealership).calendar
    saturday = MONDAY + timedelta(days=5)
    open_now = opening_words(calendar, garage.at(12, day=saturday))
    assert open_now == {
        "closes_at": garage.at(17, 30, day=saturday).isoformat(),
        "opens_again_at": garage.at(7, 30, day=saturday + timedelta(days=2)).isoformat(),
    }
    closed = opening_words(calendar, garage.at(18, day=saturday))
    assert closed["closes_at"] == garage.at(17, 30, day=saturday + timedelta(days=2)).isoformat()
