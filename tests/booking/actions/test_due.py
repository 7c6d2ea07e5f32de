"""What hangs on the calendar: next season's tires, planned where they may be written about."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db.models import F

from booking import due as due_rules
from booking.actions import due as due_actions
from booking.actions.due import plan_due_messages
from booking.due import letters_due
from booking.models import Appointment, Status
from booking.standing import is_due
from customers.models import ConsentKind, Customer, VehicleDriver
from lib import clock
from notifications.actions import dispatch
from notifications.models import Cadence, Message, State, Way
from notifications.render import render
from tests.booking.past import past_visit
from tests.booking.served import IN_AUTUMN, OPENS, ZONE, agree, at, served
from tests.garage import Garage, make_garage
from tests.notifications.providers import Recorder


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(horizon_days=120)


def plan(garage: Garage, now: datetime) -> int:
    return plan_due_messages(dealership=garage.dealership, now=now)


def test_the_other_seasons_tires_are_written_about_when_they_can_be_booked(garage: Garage) -> None:
    visit = served(garage)

    assert plan(garage, at(OPENS - timedelta(days=10))) == 0
    assert plan(garage, at(OPENS)) == 1

    message = Message.objects.get()
    assert (message.kind, message.channel, message.to) == ("next_season", "email", "client0@example.com")
    assert message.about == f"vehicle:{visit.vehicle_id}:2027-04-01"
    assert message.customer == visit.customer
    assert clock.local(message.not_before, ZONE) == clock.local(at(OPENS, 10), ZONE)
    assert message.payload["winter"] is False
    assert message.payload["first_day"] == "2027-04-01"
    assert message.payload["services"][0]["code"] == "tire_swap"


def test_what_is_planned_can_be_written(garage: Garage) -> None:
    served(garage)
    plan(garage, at(OPENS))

    letter = render(Message.objects.select_related("dealership").get())
    assert "service=tire_swap" in letter.text


def test_however_often_it_is_looked_it_is_planned_once(garage: Garage) -> None:
    served(garage)
    assert [plan(garage, at(OPENS, hour)) for hour in (0, 6, 9, 12)] == [1, 0, 0, 0]
    assert Message.objects.count() == 1


def test_what_was_sent_is_not_sent_again(garage: Garage) -> None:
    served(garage)
    plan(garage, at(OPENS))
    Message.objects.update(state=State.ACCEPTED, sent_at=at(OPENS, 10))

    assert plan(garage, at(OPENS + timedelta(days=3))) == 0
    assert Message.objects.count() == 1


def test_late_is_still_in_time_for_a_week(garage: Garage) -> None:
    served(garage)
    assert plan(garage, at(OPENS + timedelta(days=6))) == 1
    assert Message.objects.get().expires_at == at(OPENS + timedelta(days=7), 10)


def test_a_season_that_has_long_been_open_is_no_news(garage: Garage) -> None:
    served(garage)
    assert plan(garage, at(OPENS + timedelta(days=8))) == 0


def test_without_consent_nothing_is_planned(garage: Garage) -> None:
    served(garage, 0, agrees=False)
    taken_back = served(garage, 1)
    agree(taken_back.customer, "client1@example.com", ConsentKind.WITHDRAWN, at(OPENS - timedelta(days=1)))

    assert plan(garage, at(OPENS)) == 0


def test_work_that_was_done_implies_consent_for_two_years(garage: Garage) -> None:
    visit = served(garage, agrees=False)
    Customer.objects.filter(pk=visit.customer_id).update(served_at=at(IN_AUTUMN))

    assert plan(garage, at(OPENS)) == 1


def test_who_is_coming_anyway_is_not_written_to(garage: Garage) -> None:
    visit = served(garage)
    come = Appointment.objects.get(pk=visit.pk)
    come.pk, come.reference, come.link_digest, come.status = None, "COMING2", "other", Status.BOOKED
    come.starts_at, come.ready_at = at(OPENS + timedelta(days=90), 9), at(OPENS + timedelta(days=90), 12)
    come.save()

    assert plan(garage, at(OPENS)) == 0
    come.status = Status.CANCELLED
    come.save()
    assert plan(garage, at(OPENS)) == 1


def test_a_vehicle_that_somebody_else_brings_now_is_theirs(garage: Garage) -> None:
    visit = served(garage)
    other = past_visit(garage, 1, day=IN_AUTUMN + timedelta(days=20), service="oil_change")
    Appointment.objects.filter(pk=other.pk).update(vehicle=visit.vehicle)

    assert plan(garage, at(OPENS)) == 0


def test_a_vehicle_that_was_taken_off_the_list_is_left_alone(garage: Garage) -> None:
    served(garage)
    VehicleDriver.objects.update(hidden=True)

    assert plan(garage, at(OPENS)) == 0


def test_who_was_erased_is_not_there(garage: Garage) -> None:
    served(garage)
    Customer.objects.update(erased_at=at(OPENS))

    assert plan(garage, at(OPENS)) == 0


def test_two_vehicles_of_one_person_are_one_message_in_a_month(garage: Garage) -> None:
    first, second = served(garage, 0), served(garage, 1)
    Appointment.objects.filter(pk=second.pk).update(customer=first.customer)
    VehicleDriver.objects.filter(vehicle=second.vehicle).update(customer=first.customer)

    assert plan(garage, at(OPENS)) == 1
    assert plan(garage, at(OPENS, 9)) == 0


def test_who_has_just_had_something_commercial_is_left_in_peace(garage: Garage) -> None:
    visit = served(garage)
    Message.objects.create(
        dedupe_key="x", dealership=garage.dealership, customer=visit.customer, kind="review", channel="sms",
        to="+15145550123", language="fr", state=State.ACCEPTED, sent_at=clock.now() - timedelta(days=29),
    )  # fmt: skip
    assert plan(garage, at(OPENS)) == 0
    Message.objects.update(sent_at=clock.now() - timedelta(days=31))
    assert plan(garage, at(OPENS)) == 1


def test_what_is_switched_off_is_not_planned(garage: Garage) -> None:
    served(garage)
    Cadence.objects.create(
        dealership=garage.dealership, kind="next_season", active=False, days=0, at=time(10), way=Way.EMAIL,
        lasts_minutes=1440,
    )  # fmt: skip
    assert plan(garage, at(OPENS)) == 0


def test_the_queries_do_not_grow_with_the_vehicles(
    garage: Garage, django_assert_max_num_queries: Any
) -> None:
    for number in range(2):
        served(garage, number)
    with django_assert_max_num_queries(40) as few:
        assert plan(garage, at(OPENS)) == 2
    Message.objects.all().delete()
    for number in range(2, 8):
        served(garage, number)
    with django_assert_max_num_queries(len(few)):
        assert plan(garage, at(OPENS)) == 8


def test_no_more_visits_are_in_memory_than_a_chunk(
    garage: Garage, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        served(garage, number)
    monkeypatch.setattr(due_rules, "CHUNK", 2)
    with django_assert_max_num_queries(20) as queries:
        letters = list(letters_due(garage.dealership, "next_season", today=OPENS))
    assert len(letters) == 5
    lines = [query["sql"] for query in queries if 'FROM "booking_appointmentline"' in query["sql"]]
    # Their work is read two, two and one at a time.
    assert [
        sql.partition(" IN (")[2].partition(")")[0].count(",") + 1 for sql in lines if " IN (" in sql
    ] == [2, 2, 1]


def test_who_is_erased_between_the_look_and_the_plan_is_not_written_to(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = served(garage)
    asked = due_actions._unasked

    def erased_meanwhile(letters: Any) -> Any:
        Customer.objects.filter(pk=visit.customer_id).update(erased_at=at(OPENS))
        return asked(letters)

    monkeypatch.setattr(due_actions, "_unasked", erased_meanwhile)
    assert plan(garage, at(OPENS)) == 0
    assert not Message.objects.exists()


def test_a_booking_of_that_vehicle_takes_the_message_back(garage: Garage) -> None:
    visit = served(garage)
    plan(garage, at(OPENS))
    message = Message.objects.get()
    assert is_due(message)

    Appointment.objects.filter(pk=visit.pk).update(status=Status.BOOKED)

    assert not is_due(message)


def test_what_is_no_longer_due_is_dropped_by_the_senders(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Recorder()
    monkeypatch.setattr(dispatch, "transport_for", lambda _channel: provider)
    visit = served(garage)
    plan(garage, at(OPENS))
    Appointment.objects.filter(pk=visit.pk).update(status=Status.BOOKED)
    message = Message.objects.select_related("dealership").get()
    Message.objects.update(
        state=State.SENDING, lease_until=F("not_before"), lease_generation=1, expires_at=None
    )
    message.refresh_from_db()

    dispatch.deliver(message)

    message.refresh_from_db()
    assert (message.state, message.error) == (State.CANCELLED, "no longer so")
    assert provider.taken == []
