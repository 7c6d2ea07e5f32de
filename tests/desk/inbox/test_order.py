"""In which order a thread shows what was written to and fro."""

from __future__ import annotations

from datetime import timedelta

from lib import clock
from notifications.models import Message
from tests.booking.texts import inbound, was_sent
from tests.desk.inbox.pages import url
from tests.notifications.threads import came_in


def received(workshop, thread, words, *, at, told_at):
    """They wrote `words`; the provider says when in whole seconds, and told us at `told_at`."""
    incoming = came_in(workshop.garage.dealership, words, customer=thread.customer, at=at, for_the_desk=False)
    incoming.event = inbound(words, at=at)
    incoming.event.received_at = told_at
    incoming.event.save()
    incoming.save()
    return incoming


def sent(booked, words, *, at):
    message = was_sent(booked, "desk_message", at=at, words=words, author="Julie")
    return Message.objects.filter(pk=message.pk).update(created_at=at)


def in_order(advisor, thread) -> list[str]:
    return [line.words for line in advisor.get(url(thread)).context["lines"] if line.side != "auto"]


def test_within_a_second_what_came_in_stands_after_what_it_answers_and_before_its_answer(
    workshop, advisor, thread, booked
):
    second = (clock.now() + timedelta(minutes=1)).replace(microsecond=0)
    sent(booked, "Quand?", at=second + timedelta(microseconds=200_000))
    received(workshop, thread, "À 8 h", at=second, told_at=second + timedelta(microseconds=600_000))
    sent(booked, "Parfait", at=second + timedelta(microseconds=900_000))

    assert in_order(advisor, thread)[1:] == ["Quand?", "À 8 h", "Parfait"]


def test_a_provider_s_clock_that_is_ahead_puts_nothing_below_its_answer(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=1)
    received(workshop, thread, "À 8 h", at=now + timedelta(seconds=90), told_at=now)
    sent(booked, "Parfait", at=now + timedelta(seconds=2))

    assert in_order(advisor, thread)[1:] == ["À 8 h", "Parfait"]


def test_what_was_told_late_stands_where_it_was_written(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=30)
    received(workshop, thread, "À 8 h", at=now, told_at=now + timedelta(minutes=20))
    sent(booked, "Êtes-vous là?", at=now + timedelta(minutes=5))

    assert in_order(advisor, thread)[1:] == ["À 8 h", "Êtes-vous là?"]


def test_of_one_moment_theirs_come_first_and_in_turn(workshop, advisor, thread, booked):
    now = clock.now() + timedelta(minutes=1)
    for words in ("un", "deux", "trois"):
        received(workshop, thread, words, at=now, told_at=now)
    sent(booked, "Reçu", at=now)

    assert in_order(advisor, thread)[1:] == ["un", "deux", "trois", "Reçu"]
