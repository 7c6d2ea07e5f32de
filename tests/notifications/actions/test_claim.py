from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from lib import clock
from notifications.actions import claim
from notifications.models import Channel, Message, State
from tests.notifications.letters import letter

pytestmark = pytest.mark.django_db


def due(count=1, **fields):
    for number in range(count):
        letter(about=f"appointment:{number}{fields.get('kind', '')}", **fields).save()


def test_a_claim_is_a_lease_of_ninety_seconds_on_the_databases_clock():
    due()
    (message,) = claim.claim_due_messages()
    row = Message.objects.annotate(clock=Now()).get()
    assert (row.state, row.lease_generation, row.called_at) == (State.SENDING, 1, None)
    assert message.lease_generation == 1
    assert timedelta(seconds=88) < row.lease_until - row.clock <= timedelta(seconds=90)


def test_only_what_is_due_is_claimed():
    due(next_try_at=clock.now() + timedelta(minutes=1))
    assert claim.claim_due_messages() == []


def test_twenty_at_a_time_and_never_the_same_twice():
    due(25)
    first, second = claim.claim_due_messages(), claim.claim_due_messages()
    assert (len(first), len(second)) == (20, 5)
    assert not {message.pk for message in first} & {message.pk for message in second}


def test_what_somebody_waits_for_goes_before_reminders_then_the_oldest_first():
    now = clock.now()
    due(kind="reminder_1d", channel=Channel.SMS, next_try_at=now - timedelta(hours=3))
    due(kind="moved", next_try_at=now - timedelta(seconds=2))
    due(kind="confirmation", next_try_at=now - timedelta(seconds=1))
    assert [message.kind for message in claim.claim_due_messages()] == [
        "moved",
        "confirmation",
        "reminder_1d",
    ]


def test_a_call_counts_as_a_try_and_starts_once():
    due()
    (message,) = claim.claim_due_messages()
    assert claim.start_call(message)
    assert not claim.start_call(message)
    row = Message.objects.get()
    assert (row.attempts, message.attempts) == (1, 1)
    assert row.called_at is not None


def test_a_withdrawn_message_is_not_called():
    due()
    (message,) = claim.claim_due_messages()
    Message.objects.update(state=State.CANCELLED, lease_until=None)
    assert not claim.start_call(message)


def test_what_was_not_called_can_be_given_back():
    due(2)
    called, waiting = claim.claim_due_messages()
    claim.start_call(called)
    claim.release([called, waiting])
    assert Message.objects.get(pk=called.pk).state == State.SENDING
    row = Message.objects.get(pk=waiting.pk)
    assert (row.state, row.lease_until) == (State.PENDING, None)


def test_the_claims_query_uses_the_index_of_what_is_due():
    due()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM notifications_message WHERE state = 'pending' AND next_try_at <= now()"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "message_due" in plan
