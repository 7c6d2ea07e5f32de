"""One question about a visit, answered once and changed for a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.actions.review import review_visit
from booking.errors import NotPossible
from booking.models import Appointment, EventKind, Review, Status
from lib import clock
from lib.errors import Refusal
from notifications.models import Conversation
from tests.booking.past import past_visit
from tests.garage import make_garage


@pytest.fixture
def visit(db: None) -> Appointment:
    return past_visit(make_garage(), 0)


def test_a_score_and_words_are_kept_with_the_visits_history(visit: Appointment) -> None:
    review_visit(appointment=visit, score=5, words=" Merci!\u0000 ")

    review = Review.objects.get()
    assert (review.appointment, review.score, review.words) == (visit, 5, "Merci!")
    assert visit.events.get(kind=EventKind.REVIEWED).new["score"] == 5
    assert not Conversation.objects.exists()


def test_it_may_be_changed_for_a_week_and_is_one(visit: Appointment) -> None:
    now = clock.now()
    review_visit(appointment=visit, score=5, words="", now=now)
    week = timedelta(days=7)

    review_visit(appointment=visit, score=4, words="Bien", now=now + week - timedelta(seconds=1))
    assert Review.objects.get().score == 4
    assert Review.objects.get().at == now

    with pytest.raises(NotPossible):
        review_visit(appointment=visit, score=1, words="", now=now + week)
    assert Review.objects.get().score == 4


def test_the_same_twice_is_written_once(visit: Appointment) -> None:
    for _click in range(2):
        review_visit(appointment=visit, score=4, words="Bien")

    assert visit.events.filter(kind=EventKind.REVIEWED).count() == 1


@pytest.mark.parametrize(("score", "waits"), [(1, True), (2, True), (3, False)])
def test_who_was_served_badly_is_answered_by_somebody(visit: Appointment, score: int, waits: bool) -> None:
    review_visit(appointment=visit, score=score, words="")

    waiting = Conversation.objects.filter(customer=visit.customer, waiting_since__isnull=False)
    assert waiting.exists() is waits


@pytest.mark.parametrize("score", [0, 6, -1])
def test_there_are_five_scores(visit: Appointment, score: int) -> None:
    with pytest.raises(Refusal):
        review_visit(appointment=visit, score=score, words="")


@pytest.mark.parametrize("status", [Status.BOOKED, Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED])
def test_only_a_visit_that_is_over_is_rated(visit: Appointment, status: Status) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    with pytest.raises(NotPossible):
        review_visit(appointment=visit, score=5, words="")
