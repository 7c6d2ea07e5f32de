"""Senders that race, die or freeze: real PostgreSQL, real threads and real processes."""

import subprocess
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from lib import clock
from notifications.actions import record
from notifications.actions.dispatch import send_batch
from notifications.actions.outbox import withdraw_messages
from notifications.actions.settle import settle_lost_messages
from notifications.models import Channel, Message, State
from notifications.transports.base import Failure
from notifications.transports.letter import message_id
from tests.booking.storm import in_thread
from tests.notifications.letters import letter
from tests.notifications.processes import environment, python

pytestmark = pytest.mark.django_db(transaction=True)


def end_leases():
    Message.objects.filter(lease_until__isnull=False).update(lease_until=clock.now() - timedelta(seconds=1))


def make_due():
    Message.objects.filter(state=State.PENDING).update(next_try_at=clock.now() - timedelta(seconds=1))


def test_senders_that_race_send_every_message_once(provider):
    for number in range(120):
        letter(channel=Channel.SMS, about=f"appointment:{number}").save()
    start = threading.Barrier(4)

    def send():
        start.wait()
        while send_batch():
            pass

    for thread in [in_thread(send) for _ in range(4)]:
        thread.join()
    assert set(Counter(provider.numbers).values()) == {1}
    assert Message.objects.filter(state=State.ACCEPTED, attempts=1).count() == 120


def test_a_sender_never_waits_for_another_ones_claim(provider):
    for number in range(40):
        letter(about=f"appointment:{number}").save()
    inside, go_on = threading.Event(), threading.Event()

    def freeze(_message):
        inside.set()
        go_on.wait(20)

    provider.before = freeze
    slow = in_thread(send_batch)
    assert inside.wait(20)
    provider.before = lambda _message: None
    assert send_batch() == 20
    go_on.set()
    slow.join()
    assert len(set(provider.numbers)) == 40


@pytest.mark.parametrize("channel", Channel.values)
def test_a_sender_that_froze_for_longer_than_its_lease_changes_nothing(provider, channel, caplog):
    message = letter(channel=channel)
    message.save()
    inside, go_on = threading.Event(), threading.Event()

    def freeze(_message):
        inside.set()
        go_on.wait(20)

    provider.before = freeze
    frozen = in_thread(send_batch)
    assert inside.wait(20)
    provider.before = lambda _message: None
    end_leases()
    settle_lost_messages()
    sent_again = send_batch()
    settled = Message.objects.values().get(pk=message.pk)
    go_on.set()
    frozen.join()
    assert sent_again == (1 if channel == Channel.EMAIL else 0)
    assert Message.objects.values().get(pk=message.pk) == settled
    assert settled["state"] == (State.ACCEPTED if channel == Channel.EMAIL else State.UNKNOWN)
    assert "its lease ended during the call" in caplog.text


@pytest.fixture
def killed(tmp_path):
    """Run a sender that dies at `point`; return what the provider had taken by then."""

    def killed(point):
        log = tmp_path / "taken"
        done = subprocess.run(
            python("-m", "tests.notifications.crash", point, log),
            env=environment(), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 9, done.stderr
        return log.read_text().split() if log.exists() else []

    return killed


def recover():
    """What the other senders do once the dead one's lease is over."""
    end_leases()
    settle_lost_messages()
    make_due()
    send_batch()


@pytest.mark.parametrize("channel", Channel.values)
def test_killed_after_its_claim_and_before_the_call_the_message_is_sent_once(killed, provider, channel):
    message = letter(channel=channel)
    message.save()
    assert killed("before-call") == []
    assert Message.objects.get().state == State.SENDING
    recover()
    assert provider.numbers == [message.pk]
    assert Message.objects.get().state == State.ACCEPTED


@pytest.mark.parametrize("point", ["in-call", "after-acceptance"])
def test_killed_during_the_call_a_text_message_is_never_sent_again(killed, provider, point):
    message = letter(channel=Channel.SMS)
    message.save()
    taken = killed(point)
    recover()
    assert Message.objects.get(pk=message.pk).state == State.UNKNOWN
    recover()
    recover()
    assert len(taken) + provider.numbers.count(message.pk) <= 1
    assert [sent.channel for sent, _rendered in provider.taken] == [Channel.EMAIL]


@pytest.mark.parametrize("point", ["in-call", "after-acceptance"])
def test_killed_during_the_call_an_e_mail_is_sent_again_under_the_same_message_id(killed, provider, point):
    message = letter()
    message.save()
    killed(point)
    recover()
    ((again, _rendered),) = provider.taken
    assert message_id(again) == message_id(message)
    assert Message.objects.get().state == State.ACCEPTED


def test_no_transaction_is_open_while_the_provider_is_called(provider):
    letter().save()
    seen = []
    provider.before = lambda message: seen.append(
        (connection.in_atomic_block, Message.objects.get(pk=message.pk).state)
    )
    send_batch()
    assert seen == [(False, State.SENDING)]


def test_a_withdrawal_waits_for_a_result_that_is_being_written_and_withdraws_what_it_queues(
    provider, monkeypatch
):
    message = letter(channel=Channel.SMS)
    message.save()
    provider.fails = Failure.PERMANENT
    writing, go_on = threading.Event(), threading.Event()
    really = record.tell_by_email_instead

    def slowly(failed):
        writing.set()
        go_on.wait(20)
        really(failed)

    monkeypatch.setattr(record, "tell_by_email_instead", slowly)
    sender = in_thread(send_batch)
    assert writing.wait(20)
    threading.Timer(1, go_on.set).start()
    withdraw_messages(message.about)
    sender.join()
    states = dict(Message.objects.values_list("channel", "state"))
    assert states == {Channel.SMS: State.FAILED, Channel.EMAIL: State.CANCELLED}
