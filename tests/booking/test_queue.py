"""How long vehicles wait, as the dealership's own visits show it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Status
from booking.queue import FEWEST_VISITS, Finished, Queue, find_queues, queues_of
from lib import clock
from tests.booking.past import TODAY, finish, past_visit
from tests.garage import Garage, make_garage

NOON = clock.at_local(TODAY, time(12), "America/Toronto")
START = datetime(2026, 11, 2, 13, tzinfo=UTC)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


def waited(minutes: int, *, skill: str = "tires", work: int = 45) -> Finished:
    """A visit whose work began `minutes` after its check-in."""
    end = START + timedelta(minutes=15 + minutes + work)
    return Finished(START, end, work, {skill: work})


def test_seven_in_ten_waited_no_longer_rounded_up_to_a_quarter_hour() -> None:
    waits = [*range(10, 150, 10), *range(200, 260, 10)]
    assert len(waits) == FEWEST_VISITS
    assert queues_of(waited(minutes) for minutes in waits) == {"tires": Queue(150, 20)}
    assert sorted(waits)[13] == 140


def test_too_few_visits_say_nothing() -> None:
    few = [waited(30)] * (FEWEST_VISITS - 1)
    assert queues_of(few) == {}
    assert queues_of([*few, waited(30)]) == {"tires": Queue(30, FEWEST_VISITS)}


def test_work_that_was_done_sooner_than_planned_did_not_wait() -> None:
    assert queues_of([waited(-30)] * FEWEST_VISITS) == {"tires": Queue(0, FEWEST_VISITS)}


def test_nobody_is_told_of_more_than_eight_hours() -> None:
    assert queues_of([waited(10_000)] * FEWEST_VISITS)["tires"].minutes == 480


def test_a_visit_counts_for_the_skill_with_the_most_minutes() -> None:
    mixed = Finished(START, START + timedelta(hours=4), 100, {"express": 40, "mechanical": 60})
    alike = Finished(START, START + timedelta(hours=4), 80, {"tires": 40, "express": 40})
    assert (mixed.main_skill, alike.main_skill) == ("mechanical", "express")


@given(st.lists(st.integers(-60, 900), min_size=FEWEST_VISITS, max_size=60), st.integers(0, 120))
def test_it_covers_seven_in_ten_in_quarter_hours_and_grows_with_the_waits(
    waits: list[int], more: int
) -> None:
    shown = queues_of(waited(minutes) for minutes in waits)["tires"].minutes
    assert shown % 15 == 0
    assert 0 <= shown <= 480
    covered = sum(min(max(0, minutes), 480) <= shown for minutes in waits)
    assert covered * 10 >= len(waits) * 7
    assert queues_of(waited(minutes + more) for minutes in waits)["tires"].minutes >= shown


@pytest.mark.django_db
def test_it_is_read_from_the_completed_visits_in_three_queries(garage: Garage) -> None:
    for number in range(FEWEST_VISITS):
        finish(past_visit(garage, number), minutes=15 + 45 + 40)
    with CaptureQueriesContext(connection) as queries:
        found = find_queues(garage.dealership, now=NOON)
    assert found == {"tires": Queue(45, FEWEST_VISITS)}
    few = len(queries)
    for number in range(FEWEST_VISITS, 2 * FEWEST_VISITS):
        finish(past_visit(garage, number), minutes=15 + 45 + 40)
    with CaptureQueriesContext(connection) as queries:
        assert find_queues(garage.dealership, now=NOON)["tires"].visits == 2 * FEWEST_VISITS
    assert (few, len(queries)) == (3, 3)


OTHERS = {
    "a visit on site": {"transport": "wait"},
    "a vehicle that stayed the night": {"minutes": 24 * 60},
    "one that was handed over after closing": {"minutes": 9 * 60 + 45},
    "one of today": {"day": TODAY},
    "one of nine weeks ago": {"day": TODAY - timedelta(weeks=8, days=1)},
    "one that is still here": {"status": Status.ARRIVED},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_says_nothing_about_the_queue_is_left_out(garage: Garage, other: dict[str, object]) -> None:
    for number in range(FEWEST_VISITS):
        finish(past_visit(garage, number), minutes=100)
    day = other.get("day")
    odd = past_visit(
        garage,
        99,
        day=day if isinstance(day, date) else None,
        transport=str(other.get("transport", "drop_off")),
        status=Status(str(other.get("status", Status.COMPLETED))),
    )
    minutes = other.get("minutes", 100)
    assert isinstance(minutes, int)
    finish(odd, minutes=minutes)
    assert find_queues(garage.dealership, now=NOON)["tires"].visits == FEWEST_VISITS


@pytest.mark.django_db
def test_a_visit_that_was_completed_twice_counts_by_the_last_time(garage: Garage) -> None:
    for number in range(FEWEST_VISITS):
        visit = past_visit(garage, number)
        finish(visit, minutes=61)
        finish(visit, minutes=15 + 45 + 120)
    assert find_queues(garage.dealership, now=NOON) == {"tires": Queue(120, FEWEST_VISITS)}
