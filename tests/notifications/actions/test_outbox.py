from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from lib import clock
from notifications.actions import outbox
from notifications.actions.outbox import queue_message, set_email_instead, withdraw_messages
from notifications.actions.wake import wake
from notifications.models import Channel, Message, State
from tests.booking.storm import at_once
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


def test_what_was_withdrawn_before_it_was_sent_is_planned_anew(plan):
    plan("reminder_3d", not_before=clock.now() + timedelta(days=2))
    Message.objects.update(attempts=2)
    withdraw_messages(ABOUT)
    later, last = clock.now() + timedelta(days=5), clock.now() + timedelta(days=6)
    plan("reminder_3d", to="anne@example.com", not_before=later, expires_at=last)
    message = Message.objects.get()
    assert (message.state, message.attempts, message.error) == (State.PENDING, 0, "")
    assert (message.not_before, message.next_try_at, message.expires_at) == (later, later, last)
    assert message.to == "anne@example.com"


def test_what_is_planned_anew_says_what_is_true_now(plan, dealership):
    plan()
    withdraw_messages(ABOUT)
    queue_message(
        dealership=dealership, kind="confirmation", channel=Channel.EMAIL, to="luc@example.com", language="en",
        payload=visit(advisor="Anne Roy"), about=ABOUT, version=1,
    )  # fmt: skip
    message = Message.objects.get()
    assert (message.payload["advisor"], message.language) == ("Anne Roy", "en")


@pytest.mark.parametrize("state", [state for state in State if state != State.CANCELLED])
def test_what_was_not_called_off_is_left_alone(plan, state):
    letter(
        state=state, sent_at=clock.now(), lease_until=clock.now(), attempts=3, error="as it was", payload={}
    ).save()
    before = Message.objects.values().get()
    plan(to="other@example.com")
    assert Message.objects.values().get() == before


def test_what_was_sent_is_not_sent_again_even_if_it_reads_cancelled(plan):
    letter(state=State.CANCELLED, sent_at=clock.now()).save()
    plan()
    assert Message.objects.get().state == State.CANCELLED


def test_planning_anew_goes_with_its_transaction(plan):
    plan()
    withdraw_messages(ABOUT)
    sid = transaction.savepoint()
    plan()
    assert Message.objects.get().state == State.PENDING
    transaction.savepoint_rollback(sid)
    assert Message.objects.get().state == State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_anew_at_once_make_one_message(plan):
    plan()
    withdraw_messages(ABOUT)
    at_once([partial(plan, to=f"{name}@example.com") for name in "abcd"])
    first = Message.objects.get()
    assert (first.state, first.error) == (State.PENDING, "")
    plan(to="late@example.com")
    assert Message.objects.get().to == first.to


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
    with pytest.raises(ValueError, match="vehicle_invitation"):
        plan("vehicle_invitation", Channel.SMS)
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


def test_a_withdrawal_of_one_channel_leaves_the_other(plan):
    plan()
    plan(channel=Channel.SMS, to="+14505550142")
    assert withdraw_messages(ABOUT, channel=Channel.SMS) == 1
    assert Message.objects.get(state=State.PENDING).channel == Channel.EMAIL


def test_a_text_message_learns_that_it_has_no_email_to_go_by(plan):
    plan(channel=Channel.SMS, to="+14505550142")
    plan(channel=Channel.SMS, to="+14505550142", about="appointment:OTHER")
    set_email_instead(ABOUT, email="")
    emails = {message.about: message.payload["email"] for message in Message.objects.all()}
    assert emails == {ABOUT: "", "appointment:OTHER": "luc@example.com"}


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
