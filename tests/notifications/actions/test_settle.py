from datetime import timedelta

import pytest
from django.db import connection

from lib import clock
from notifications.actions import settle
from notifications.actions.dispatch import send_batch
from notifications.actions.outbox import withdraw_messages
from notifications.actions.settle import settle_lost_messages
from notifications.models import Channel, Message, State
from notifications.transports.base import Known
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


def test_an_e_mail_that_takes_its_sender_down_is_tried_slowly_and_not_for_ever():
    message = lost(Channel.EMAIL, called=True)
    Message.objects.filter(pk=message.pk).update(attempts=settle.SLOWLY_AFTER)
    settle_lost_messages()
    assert state_of(message) == State.PENDING
    assert message.next_try_at > clock.now() + settle.LONGEST_PAUSE / 2
    again = {
        "state": State.SENDING,
        "lease_until": clock.now() + PAST,
        "not_before": clock.now() - settle.GIVE_UP_AFTER,
    }
    Message.objects.filter(pk=message.pk).update(**again)
    settle_lost_messages()
    assert state_of(message) == State.DEAD


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


def doubtful(**more):
    """A text message in doubt whose call was a minute ago."""
    now = clock.now()
    message = letter(
        channel=Channel.SMS, state=State.UNKNOWN, lease_generation=1, lease_until=now + FUTURE * 9, attempts=1,
        called_at=now - timedelta(minutes=1), next_try_at=now + PAST, **more,
    )  # fmt: skip
    message.save()
    return message


@pytest.fixture
def books(provider, monkeypatch):
    """The provider's books: what it says when it is asked."""
    provider.known, provider.asked = Known.UNKNOWN, []

    def look_up(message, rendered):
        provider.asked.append((message.pk, rendered.sms, connection.in_atomic_block))
        return provider.known

    monkeypatch.setattr(provider, "look_up", look_up)
    monkeypatch.setattr(settle, "transport_for", lambda _channel: provider)
    return provider


def test_one_that_can_t_be_written_any_more_holds_up_no_other(books, caplog):
    broken, fine = doubtful(), doubtful(version=2)
    Message.objects.filter(pk=broken.pk).update(payload={})
    books.known = Known.ACCEPTED
    assert settle_lost_messages() == 1
    assert (state_of(broken), state_of(fine)) == (State.UNKNOWN, State.ACCEPTED)
    assert str(broken.pk) in caplog.text


@pytest.mark.parametrize(("known", "state"), [(Known.ACCEPTED, "accepted"), (Known.DELIVERED, "delivered")])
def test_what_the_provider_has_was_sent(books, known, state):
    message = doubtful()
    books.known = known
    settle_lost_messages()
    assert state_of(message) == state
    assert (message.lease_until, message.sent_at, message.delivered_at is not None) == (
        None, message.called_at, known is Known.DELIVERED,
    )  # fmt: skip
    assert Message.objects.count() == 1


def test_what_it_never_took_is_sent_once_more_and_under_the_same_number(books):
    message = doubtful()
    books.known = Known.ABSENT
    settle_lost_messages()
    assert state_of(message) == State.PENDING
    send_batch()
    assert (books.numbers, state_of(message)) == ([message.pk], State.ACCEPTED)


def test_a_second_doubt_ends_with_the_e_mail_even_when_it_was_never_taken(books):
    message = doubtful()
    Message.objects.filter(pk=message.pk).update(attempts=2)
    books.known = Known.ABSENT
    settle_lost_messages()
    assert state_of(message) == State.UNKNOWN
    Message.objects.filter(pk=message.pk).update(lease_until=clock.now() + PAST)
    settle_lost_messages()
    assert Message.objects.get(channel=Channel.EMAIL).state == State.PENDING


def test_a_silent_provider_is_asked_once_a_minute_until_the_doubt_ends(books):
    message = doubtful()
    for _look in range(3):
        settle_lost_messages()
    assert (len(books.asked), state_of(message)) == (1, State.UNKNOWN)
    Message.objects.filter(pk=message.pk).update(next_try_at=clock.now() + PAST)
    settle_lost_messages()
    assert len(books.asked) == 2


def test_right_after_the_call_its_books_may_not_be_written_yet(books):
    message = doubtful()
    Message.objects.filter(pk=message.pk).update(called_at=clock.now())
    settle_lost_messages()
    assert books.asked == []


def test_once_withdrawn_a_message_that_was_never_taken_stays_unsent(books):
    message = doubtful()
    withdraw_messages(message.about)
    books.known = Known.ABSENT
    settle_lost_messages()
    send_batch()
    assert books.numbers == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_provider_is_asked(books):
    message = doubtful()
    settle_lost_messages()
    ((asked, words, in_transaction),) = books.asked
    assert (asked, in_transaction) == (message.pk, False)
    assert words


def test_news_that_come_while_the_provider_is_asked_stand(books, monkeypatch):
    message = doubtful()

    def look_up(_message, _rendered):
        Message.objects.filter(pk=message.pk).update(
            state=State.DELIVERED, lease_until=None, sent_at=clock.now()
        )
        return Known.ABSENT

    monkeypatch.setattr(books, "look_up", look_up)
    settle_lost_messages()
    assert state_of(message) == State.DELIVERED
