"""The record of how long vehicles wait: kept up to date, and used for the next promise."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from booking import tasks
from booking.actions.queue import measure_queues
from booking.availability import find_availability
from booking.menu import load_menu, plan
from booking.models import Appointment, QueueRecord
from booking.queue import FEWEST_VISITS
from dealerships.calendar import load_calendar
from dealerships.models import Dealership
from lib import clock
from tests.booking.past import TODAY, finish, past_visit
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db
NOON = clock.at_local(TODAY, time(12), "America/Toronto")


@pytest.fixture
def garage() -> Garage:
    return make_garage()


def fill(garage: Garage, wait: int, *, service: str = "tire_swap", visits: int = FEWEST_VISITS) -> None:
    for number in range(visits):
        finish(past_visit(garage, number, service=service), minutes=15 + 45 + wait)


def known(garage: Garage) -> dict[str, int]:
    return dict(QueueRecord.objects.filter(dealership=garage.dealership).values_list("skill", "minutes"))


def rules_version(garage: Garage) -> int:
    return Dealership.objects.values_list("rules_version", flat=True).get(pk=garage.dealership.pk)


def minutes_to_ready(garage: Garage, *services: str) -> float:
    demand = plan(load_menu(garage.dealership), garage.basket(*services))
    found = find_availability(garage.dealership, demand, first_day=MONDAY, days=1, now=NOW)
    start = found.days[MONDAY][0]
    return (start.ready_at - start.starts_at) / timedelta(minutes=1)


def test_what_is_measured_is_promised_from_then_on(garage: Garage) -> None:
    booked = garage.book(garage.at(8))
    assert minutes_to_ready(garage) == 15 + 90 + 45  # by the setting
    fill(garage, 28)

    assert measure_queues(dealership=garage.dealership, now=NOON) == 1

    assert known(garage) == {"tires": 30}
    assert minutes_to_ready(garage) == 15 + 30 + 45
    # Work without a record goes by the setting; with several skills, the slowest known queue counts.
    assert minutes_to_ready(garage, "oil_change") == 150
    fill(garage, 60, service="oil_change")
    measure_queues(dealership=garage.dealership, now=NOON)
    assert (
        minutes_to_ready(garage, "tire_swap", "oil_change") == 15 + 60 + 90
    )  # 85 minutes, to the quarter hour
    # A promise that was made stays.
    assert Appointment.objects.get(pk=booked.pk).ready_at == booked.ready_at


def test_what_stays_the_same_is_not_written(garage: Garage) -> None:
    fill(garage, 28)
    measure_queues(dealership=garage.dealership, now=NOON)
    before = rules_version(garage), QueueRecord.objects.values_list("measured_at", "visits").get()
    fill(garage, 30)

    assert measure_queues(dealership=garage.dealership, now=NOON + timedelta(hours=1)) == 0

    assert (rules_version(garage), QueueRecord.objects.values_list("measured_at", "visits").get()) == before


def test_a_queue_that_grows_is_written_again_and_one_without_visits_is_forgotten(garage: Garage) -> None:
    fill(garage, 28)
    measure_queues(dealership=garage.dealership, now=NOON)
    fill(garage, 200)

    assert measure_queues(dealership=garage.dealership, now=NOON) == 1
    record = QueueRecord.objects.get()
    assert (record.minutes, record.visits, record.measured_at) == (210, 2 * FEWEST_VISITS, NOON)

    later = NOON + timedelta(weeks=20)
    assert measure_queues(dealership=garage.dealership, now=later) == 1
    assert known(garage) == {}
    assert measure_queues(dealership=garage.dealership, now=later) == 0


def test_each_dealership_has_its_own_record(garage: Garage) -> None:
    other = make_garage(slug="riviere")
    fill(garage, 28)
    fill(other, 75)

    for one in (garage, other):
        measure_queues(dealership=one.dealership, now=NOON)

    assert (known(garage), known(other)) == ({"tires": 30}, {"tires": 75})


def test_the_periodic_job_measures_every_dealership(garage: Garage) -> None:
    other = make_garage(slug="riviere")
    today = clock.local(clock.now(), "America/Toronto").date()
    fortnight = timedelta(days=14)
    for one in (garage, other):
        day = next(load_calendar(one.dealership, today - fortnight, today).open_days(today - fortnight, 14))
        for number in range(FEWEST_VISITS):
            finish(past_visit(one, number, day=day), minutes=15 + 45 + 28)

    tasks.measure_queues()

    assert known(garage) == known(other) == {"tires": 30}
