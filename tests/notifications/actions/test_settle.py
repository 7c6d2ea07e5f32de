from datetime import timedelta

import pytest

from lib import clock
from notifications.actions.dispatch import send_batch
from notifications.actions.outbox import withdraw_messages
from notifications.actions.settle import settle_lost_messages
from notifications.models import Channel, Message, State
from tests.notifications.letters import letter

pytestmark = pytest.mark.django_db

PAST, FUTURE = timedelta(seconds=-1), timedelta(minutes=1)


def lost(channel, *, called, lease=PAST):
    now = clock.now()
    message = letter(
        channel=channel, state=State.SENDING, lease_generation=1, lease_until=now + lease,
        called_at=now if called else None,
    )  # fmt: skip
    message.save()
    return message


def state_of(message):
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("channel", Channel.values)
@pytest.mark.parametrize("called", [True, False])
def test_a_lease_that_runs_is_left_alone(channel, called):
    message = lost(channel, called=called, lease=FUTURE)
    assert settle_lost_messages() == 0
    assert state_of(message) == State.SENDING


@pytest.mark.parametrize("channel", Channel.values)
def test_what_the_provider_never_heard_of_is_planned_again(channel):
    message = lost(channel, called=False)
    assert settle_lost_messages() == 1
    assert state_of(message) == State.PENDING


def test_an_e_mail_is_planned_again_and_sent(provider):
    message = lost(Channel.EMAIL, called=True)
    assert settle_lost_messages() == 1
    assert send_batch() == 1
    assert state_of(message) == State.ACCEPTED
    assert provider.numbers == [message.pk]


def test_a_text_message_is_uncertain_and_never_sent_again(provider):
    message = lost(Channel.SMS, called=True)
    assert settle_lost_messages() == 1
    assert send_batch() == 0
    assert state_of(message) == State.UNKNOWN
    assert provider.taken == []


def test_after_ten_minutes_of_doubt_the_person_is_told_by_e_mail_once(provider):
    message = lost(Channel.SMS, called=True)
    settle_lost_messages()
    assert not Message.objects.filter(channel=Channel.EMAIL).exists()
    Message.objects.filter(pk=message.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    assert settle_lost_messages() == 1
    assert settle_lost_messages() == 0
    send_batch()
    assert [sent.channel for sent, _rendered in provider.taken] == [Channel.EMAIL]
    assert state_of(message) == State.UNKNOWN


def test_a_withdrawal_ends_the_doubt_without_an_e_mail():
    message = lost(Channel.SMS, called=True)
    settle_lost_messages()
    withdraw_messages(message.about)
    Message.objects.filter(pk=message.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    settle_lost_messages()
    assert Message.objects.count() == 1
