from datetime import timedelta

import pytest
from django.db import transaction

from lib import clock
from notifications.actions import outbox
from notifications.actions.outbox import queue_message, withdraw_messages
from notifications.actions.wake import wake
from notifications.models import Channel, Message, State
from tests.notifications.letters import letter, visit

ABOUT = "appointment:K4T7QFX"


@pytest.fixture
def plan(dealership):
    def plan(kind="confirmation", channel=Channel.EMAIL, **fields):
        fields = {"about": ABOUT, "version": 1, "to": "luc@example.com", "language": "fr", **fields}
        queue_message(dealership=dealership, kind=kind, channel=channel, payload=visit(), **fields)

    return plan


@pytest.fixture
def wakes(monkeypatch):
    calls = []

    def woken():
        calls.append(1)

    monkeypatch.setattr(outbox, "wake", woken)
    return calls


def test_a_planned_message_is_a_pending_row_that_is_due_now(plan, dealership):
    plan()
    message = Message.objects.get()
    assert (message.state, message.kind, message.channel) == (State.PENDING, "confirmation", Channel.EMAIL)
    assert message.dedupe_key == "appointment:K4T7QFX:1:confirmation:email"
    assert (message.dealership, message.payload["vehicle"]) == (dealership, "Honda Civic 2019")
    assert message.next_try_at == message.not_before <= clock.now()


def test_planning_the_same_thing_again_is_harmless(plan):
    plan()
    plan(to="other@example.com")
    assert Message.objects.get().to == "luc@example.com"


def test_another_version_kind_or_channel_is_another_message(plan):
    plan()
    plan(version=2)
    plan("moved")
    plan(channel=Channel.SMS, to="+14505550142")
    assert Message.objects.count() == 4


def test_without_a_subject_every_call_plans_a_message(plan):
    plan(about="")
    plan(about="")
    assert Message.objects.count() == 2


def test_a_kind_without_words_for_the_channel_is_refused(plan):
    with pytest.raises(ValueError, match="reminder_3d"):
        plan("reminder_3d", Channel.SMS)
    assert not Message.objects.exists()


def test_one_transaction_wakes_once_after_its_commit(plan, wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        plan()
        plan("moved")
        plan(channel=Channel.SMS)
        assert wakes == []
    assert len(callbacks) == len(wakes) == 1


def test_what_is_not_due_yet_wakes_nobody(plan, wakes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        plan("reminder_3d", not_before=clock.now() + timedelta(days=2))
    assert wakes == []


def test_a_savepoint_that_is_rolled_back_does_not_take_the_wake_with_it(
    plan, wakes, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sid = transaction.savepoint()
        plan()
        transaction.savepoint_rollback(sid)
        plan("moved")
    assert wakes == [1]


def test_the_callback_that_is_registered_is_the_real_one(plan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        plan()
    assert callbacks == [wake]


def test_withdrawing_cancels_what_is_planned_about_the_subject_only(plan):
    plan()
    plan("reminder_1d", Channel.SMS, to="+14505550142")
    plan(about="appointment:OTHER")
    assert withdraw_messages(ABOUT) == 2
    assert set(Message.objects.filter(about=ABOUT).values_list("state", "error")) == {
        (State.CANCELLED, "withdrawn")
    }
    assert Message.objects.get(about="appointment:OTHER").state == State.PENDING


def test_kinds_to_keep_stay(plan):
    plan()
    plan("reminder_3d")
    assert withdraw_messages(ABOUT, keep=["confirmation"]) == 1
    assert Message.objects.get(kind="confirmation").state == State.PENDING


def test_a_withdrawal_without_a_subject_would_be_everybodys(db):
    with pytest.raises(ValueError, match="subject"):
        withdraw_messages("")


@pytest.mark.parametrize("state", [State.ACCEPTED, State.FAILED, State.DEAD, State.CANCELLED])
def test_what_is_done_stays_as_it_is(db, state):
    letter(state=state, sent_at=clock.now()).save()
    assert withdraw_messages(ABOUT) == 0
    message = Message.objects.get()
    assert (message.state, message.expires_at) == (state, None)


def test_a_claimed_message_whose_provider_was_not_called_is_withdrawn_too(db):
    letter(state=State.SENDING, lease_until=clock.now() + timedelta(minutes=1)).save()
    assert withdraw_messages(ABOUT) == 1
    assert Message.objects.get().state == State.CANCELLED


def test_what_is_being_sent_expires_instead(db):
    now = clock.now()
    letter(state=State.SENDING, lease_until=now + timedelta(minutes=1), called_at=now).save()
    assert withdraw_messages(ABOUT) == 0
    message = Message.objects.get()
    assert message.state == State.SENDING
    assert message.expires_at <= now + timedelta(seconds=1)
