"""How was it? From the link in the message to thanks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from booking.answers import LINK_PURPOSE
from booking.models import Appointment, Review, Status
from lib import clock, tokens
from tests.booking.past import past_visit
from tests.garage import make_garage

PAGE = "/boreal/appointment/review/"


@pytest.fixture
def visit(db) -> Appointment:
    made = past_visit(make_garage(), 0)
    ready = clock.now() - timedelta(days=1)
    token = tokens.token_for(made.link_nonce, purpose=LINK_PURPOSE)
    Appointment.objects.filter(pk=made.pk).update(
        starts_at=ready - timedelta(hours=3), ready_at=ready, link_digest=tokens.digest(token)
    )
    made.refresh_from_db()
    return made


def link(visit: Appointment) -> str:
    return f"/m/{tokens.token_for(visit.link_nonce, purpose=LINK_PURPOSE)}/review/"


@pytest.fixture
def opened(visit) -> Client:
    client = Client()
    client.get(link(visit))
    return client


def test_the_link_leads_to_the_question_and_saves_nothing(visit):
    client = Client()
    answer = client.get(f"{link(visit)}?score=4")
    assert answer.url == f"{PAGE}?score=4"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]

    page = client.get(answer.url)
    assert page.status_code == 200
    assert 'value="4" checked' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert not Review.objects.exists()


def test_it_comes_in_the_language_of_the_visit(visit):
    Appointment.objects.update(language="en")
    client = Client()
    answer = client.get(link(visit))
    assert answer.url == f"/en{PAGE}"
    assert "How was your visit?" in client.get(answer.url).content.decode()


def test_an_answer_is_kept_and_thanked_for(opened):
    answer = opened.post(PAGE, {"score": "5", "words": "Merci à Julie"})
    assert answer.url == f"{PAGE}thanks/"
    review = Review.objects.get()
    assert (review.score, review.words) == (5, "Merci à Julie")
    assert opened.get(answer.url).context["may_change"]


def test_who_was_served_badly_is_told_that_somebody_reads_it(opened):
    opened.post(PAGE, {"score": "1"})
    assert opened.get(f"{PAGE}thanks/").context["bad"]


def test_what_was_said_is_shown_again_and_may_be_changed(opened):
    opened.post(PAGE, {"score": "3", "words": "Bof"})
    page = opened.get(PAGE).content.decode()
    assert 'value="3" checked' in page
    assert "Bof" in page
    opened.post(PAGE, {"score": "4", "words": "Finalement bien"})
    assert Review.objects.get().score == 4


@pytest.mark.parametrize("score", ["", "0", "6", "٣", "55", "x"])
def test_without_a_score_the_words_stay(opened, score):
    answer = opened.post(PAGE, {"score": score, "words": "Longue attente"})
    assert answer.status_code == 422
    assert "Longue attente" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_link_of_something_else_opens_nothing(visit):
    assert Client().get(f"/m/{'x' * 22}/review/").status_code == 404
    Appointment.objects.update(status=Status.ARRIVED)
    assert Client().get(link(visit)).status_code == 404


def test_after_three_weeks_it_is_over(visit):
    Appointment.objects.update(
        ready_at=clock.now() - timedelta(days=22), starts_at=clock.now() - timedelta(days=23)
    )
    assert Client().get(link(visit)).status_code == 404


def test_without_the_link_there_is_no_question(visit):
    assert Client().get(PAGE).url == "/boreal/find/"
    assert Client().post(PAGE, {"score": "1"}).url == "/boreal/find/"
    assert not Review.objects.exists()


def test_the_link_opens_the_question_alone(opened):
    """Three weeks are for the question; the visit's own page keeps its week."""
    Appointment.objects.update(
        ready_at=clock.now() - timedelta(days=10), starts_at=clock.now() - timedelta(days=11)
    )
    assert opened.get(PAGE).status_code == 200
    assert opened.get("/boreal/appointment/").status_code == 302
