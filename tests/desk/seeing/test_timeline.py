"""What was written about an appointment, both ways, as its card tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext, override

from desk.seeing.timeline import message_lines
from lib import clock
from notifications.models import Conversation, Incoming, Message, State


@pytest.fixture
def booked(workshop):
    return workshop.book(8)


def page(client, booked):
    return client.get(reverse("desk:appointment", args=["boreal", booked.reference])).content.decode()


def line(booked, kind, channel="sms"):
    found = [one for one in message_lines(booked) if one.title == kind]
    return next(one for one in found if (one.icon == "smartphone") == (channel == "sms"))


def change(booked, kind, channel="sms", **fields):
    Message.objects.filter(about=booked.about, kind=kind, channel=channel).update(**fields)


def answered(booked, words="Oui", meaning="confirm", **more):
    thread, _made = Conversation.objects.get_or_create(
        dealership=booked.dealership, customer=booked.customer, defaults={"channel": "sms"}
    )
    return Incoming.objects.create(
        conversation=thread, channel="sms", sender=booked.contact_phone, words=words, meaning=meaning,
        about=booked.about, **more,
    )  # fmt: skip


def test_each_message_says_how_it_went_and_what_it_said(advisor, booked):
    at = clock.now()
    change(booked, "confirmation", state=State.DELIVERED, sent_at=at, delivered_at=at + timedelta(minutes=3))
    found = line(booked, "Confirmation")
    assert (found.state, found.mood, found.why) == (gettext("delivered"), "", "")
    assert len(found.steps) == 2
    assert "Honda Civic" in found.words
    assert escape(found.words) in page(advisor, booked)


@pytest.mark.parametrize(
    ("state", "error", "mood", "why"),
    [
        (State.CANCELLED, "withdrawn", "off", "Called off: the appointment changed, or it was no longer needed."),
        (State.CANCELLED, "suppressed", "off", "This number or address wants no more messages, or can’t be reached."),
        (State.CANCELLED, "no consent", "off", "Their consent did not stand on that day."),
        (State.FAILED, "21211 no such number", "late", "21211 no such number"),
        (State.FAILED, "can't be written: KeyError('x')", "late", "It could not be written: a fault on our side."),
        (State.UNKNOWN, "timed out", "late", "Nobody knows whether it arrived: it is not sent a second time."),
        (State.PENDING, "503 busy", "", "503 busy"),
        (State.DEAD, "", "late", ""),
    ],
)  # fmt: skip
def test_what_did_not_go_says_why(booked, state, error, mood, why):
    lease = clock.now() + timedelta(minutes=5) if state == State.UNKNOWN else None
    change(booked, "confirmation", state=state, error=error, lease_until=lease)
    with override("en"):
        found = line(booked, "Confirmation")
        assert found.mood == mood
        assert gettext(why) in found.why if why else found.why == ""


def test_an_answer_stands_among_them_with_its_words(advisor, booked):
    answered(booked, at=clock.now() + timedelta(hours=1))
    answered(booked, words="euh, non", meaning="other", at=clock.now() + timedelta(hours=2))
    found = [one for one in message_lines(booked) if one.came_in]
    assert [one.words for one in found] == ["euh, non", "Oui"]
    assert "euh, non" in page(advisor, booked)


def test_words_that_were_destroyed_or_cannot_be_written_leave_the_line(booked, caplog):
    change(booked, "confirmation", payload={})
    assert line(booked, "Confirmation").words == ""
    change(booked, "confirmation", payload={"dealership": None})
    assert line(booked, "Confirmation").words == ""
    assert "can't be written" in caplog.text


def test_the_queries_do_not_grow_with_the_messages(booked):
    with CaptureQueriesContext(connection) as few:
        message_lines(booked)
    for number in range(8):
        answered(booked, words=str(number))
    with CaptureQueriesContext(connection) as many:
        assert len(message_lines(booked)) > 8
    assert len(few) == len(many) == 2
