"""Who confirmed and who came, counted."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking.actions.history import CUSTOMER, staff
from booking.actions.progress import confirm_appointment, mark_arrived, mark_no_show
from booking.models import Appointment, AppointmentEvent, Status
from booking.no_shows import (
    BUCKETS,
    Visit,
    bucket_of,
    by_lead_time,
    by_reminder,
    by_wording,
    load_visits,
    rates_of,
)
from dealerships.models import Role
from lib import clock
from notifications.models import Message, State
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

AFTER = NOW + timedelta(days=5)
SINCE = NOW - timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def booked(garage: Garage, hour: int, *, days: int = 3, **changes: object) -> Appointment:
    visit = garage.book(garage.at(hour), name=f"Luc {hour}")
    made = garage.at(9) - timedelta(days=days)
    Appointment.objects.filter(pk=visit.pk).update(created_at=made, **changes)
    visit.refresh_from_db()
    return visit


def remind(visit: Appointment, channel: str, *, variant: str = "", state: str = State.ACCEPTED) -> None:
    Message.objects.create(
        dedupe_key=f"{visit.about}:{channel}:test", dealership=visit.dealership, kind="reminder_1d", channel=channel,
        to="x", language="fr", about=visit.about, variant=variant, state=state, created_at=visit.created_at,
        sent_at=visit.starts_at - timedelta(days=1) if state == State.ACCEPTED else None,
    )  # fmt: skip


def visits(garage: Garage) -> list[Visit]:
    return load_visits(garage.dealership, since=SINCE, now=AFTER)


def test_a_visit_is_read_with_its_lead_its_confirmation_its_reminder_and_its_end(garage: Garage) -> None:
    by = staff(make_staff(garage.dealership, Role.ADVISOR))
    came, missed, unmarked = (booked(garage, hour, days=days) for hour, days in ((8, 0), (9, 5), (10, 40)))
    confirm_appointment(appointment=came, by=CUSTOMER)
    mark_arrived(appointment=came, by=by)
    mark_no_show(appointment=missed, by=by)
    remind(missed, "email")
    remind(missed, "sms", variant="cost")
    remind(unmarked, "sms", state=State.CANCELLED)
    found = sorted(visits(garage))
    assert found == [
        Visit(0, found[0].confirmed, Status.ARRIVED, "", ""),
        Visit(5, False, Status.NO_SHOW, "sms", "cost"),
        Visit(40, False, Status.BOOKED, "", ""),
    ]


def test_a_confirmation_counts_until_the_start_and_a_cancelled_visit_never(garage: Garage) -> None:
    late, called_off = booked(garage, 8), booked(garage, 9, status=Status.CANCELLED)
    event = {"actor": "customer", "source": "web", "version": 1}
    AppointmentEvent.objects.create(
        appointment=late, kind="confirmed", at=late.starts_at + timedelta(minutes=1), **event
    )
    assert [one.confirmed for one in visits(garage)] == [False]
    AppointmentEvent.objects.create(
        appointment=late, kind="confirmed", at=late.starts_at - timedelta(hours=1), **event
    )
    assert [one.confirmed for one in visits(garage)] == [True]
    assert called_off.status == Status.CANCELLED


def test_only_days_that_are_over_are_counted(garage: Garage) -> None:
    booked(garage, 8)
    assert load_visits(garage.dealership, since=SINCE, now=garage.at(9)) == []
    assert load_visits(garage.dealership, since=garage.at(9), now=AFTER) == []
    elsewhere = make_garage(slug="riviere")
    assert load_visits(elsewhere.dealership, since=SINCE, now=AFTER) == []


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, (0, 0)), (1, (1, 3)), (3, (1, 3)), (4, (4, 7)), (8, (8, 14)), (15, (15, 28)), (28, (15, 28)), (29, (29, None)),
     (400, (29, None))],
)  # fmt: skip
def test_every_lead_has_its_bucket(days: int, bucket: tuple[int, int | None]) -> None:
    assert bucket_of(days) == bucket


def test_the_rates_say_of_how_many_they_are() -> None:
    told = [
        Visit(2, True, Status.COMPLETED, "sms", ""),
        Visit(2, True, Status.ARRIVED, "sms", "cost"),
        Visit(2, True, Status.NO_SHOW, "email", ""),
        Visit(10, False, Status.NO_SHOW, "", ""),
        Visit(10, False, Status.BOOKED, "sms", "cost"),
        Visit(0, False, Status.COMPLETED, "", ""),
    ]
    total = rates_of(told)
    assert (total.visits, total.unmarked) == (6, 1)
    assert (total.confirmed.part, total.confirmed.whole) == (3, 6)
    assert (total.came.part, total.came.whole) == (3, 5)
    assert (total.came_confirmed.part, total.came_confirmed.whole) == (2, 3)
    assert (total.came_unconfirmed.part, total.came_unconfirmed.whole) == (1, 2)
    lead = by_lead_time(told)
    assert list(lead) == list(BUCKETS)
    assert [rates.visits for rates in lead.values()] == [1, 3, 0, 2, 0, 0]
    # Booked on the day itself, there is no reminder of the day before to speak of.
    assert {way: rates.visits for way, rates in by_reminder(told).items()} == {"sms": 3, "email": 1, "": 1}
    wordings = by_wording(told)
    assert {name: rates.visits for name, rates in wordings.items()} == {"": 2, "cost": 2}


def test_a_year_is_read_in_two_queries(garage: Garage, django_assert_num_queries) -> None:
    for hour in (8, 9, 10):
        remind(booked(garage, hour), "sms")
    with django_assert_num_queries(2):
        assert len(visits(garage)) == 3


def test_what_is_counted_is_the_dealership_s_own_day(garage: Garage) -> None:
    visit = booked(garage, 8)
    # 23:30 in Montréal on the evening before is already the day itself in UTC.
    evening = clock.at_local(MONDAY - timedelta(days=1), time(23, 30), "America/Toronto")
    Appointment.objects.filter(pk=visit.pk).update(created_at=evening)
    assert [one.days for one in visits(garage)] == [1]
