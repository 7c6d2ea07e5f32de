"""Forgetting what was written to somebody, while senders and callbacks are at work: two real connections."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from lib import clock
from notifications.actions import callbacks, elsewhere, record, settle
from notifications.actions.breaker import FAILURES, note_failure
from notifications.actions.callbacks import take_status
from notifications.actions.dispatch import send_batch
from notifications.actions.elsewhere import tell_elsewhere
from notifications.actions.forget import forget_messages
from notifications.actions.settle import settle_lost_messages
from notifications.models import Attempt, Channel, Message, State, Suppression, WebhookEvent
from notifications.transports.base import Failure, TransportError
from tests.booking.storm import PATIENCE, in_thread, wait_until_somebody_waits
from tests.notifications.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)

LUC = "luc@example.com"


def text(**fields):
    """A text message to Luc, whose e-mail address is known; a minute of a lease is left where it is being sent."""
    now = clock.now()
    leased = fields.get("state") in {State.SENDING, State.UNKNOWN}
    message = letter(
        channel=Channel.SMS, lease_until=now + timedelta(minutes=1) if leased else None, **fields
    )
    message.save()
    return message


def forget():
    with transaction.atomic():
        forget_messages(Message.objects.filter(about="appointment:K4T7QFX"))


def assert_forgotten():
    """No words, no address, whoever wrote them; and nothing is left to send."""
    rows = Message.objects.values_list("to", "payload", "error")
    assert set(map(str, rows)) == {"('', {}, '')"}
    assert not Attempt.objects.exclude(error="").exists()
    assert send_batch() == 0


def forget_while(module, monkeypatch, work):
    """Forget while `work`, in another connection, has queued the same words as an e-mail and not committed."""
    writing, go_on = threading.Event(), threading.Event()
    really = module.tell_by_email_instead

    def slowly(message):
        really(message)
        writing.set()
        go_on.wait(PATIENCE)

    monkeypatch.setattr(module, "tell_by_email_instead", slowly)
    working = in_thread(work)
    assert writing.wait(PATIENCE)
    forgetting = in_thread(forget)
    wait_until_somebody_waits()
    go_on.set()
    working.join(PATIENCE)
    forgetting.join(PATIENCE)


def test_while_a_sender_gives_a_text_message_up(provider, monkeypatch):
    text()
    provider.fails = Failure.PERMANENT
    forget_while(record, monkeypatch, send_batch)
    assert Message.objects.count() == 2
    assert_forgotten()


def test_while_a_doubt_ends(provider, monkeypatch):
    message = text(state=State.UNKNOWN, lease_generation=1)
    Message.objects.filter(pk=message.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    forget_while(settle, monkeypatch, settle_lost_messages)
    assert Message.objects.count() == 2
    assert_forgotten()


def test_while_its_provider_rests(provider, monkeypatch, settings):
    settings.SMS_URL = "demo://"
    for _failure in range(FAILURES):
        note_failure("demo", trial=False)
    text(not_before=clock.now() - timedelta(minutes=6))
    forget_while(elsewhere, monkeypatch, tell_elsewhere)
    assert Message.objects.count() == 2
    assert_forgotten()


def test_while_its_provider_says_that_one_which_had_left_did_not_arrive(provider, monkeypatch, dealership):
    message = text(state=State.ACCEPTED, sent_at=clock.now(), attempts=1, dealership=dealership)
    told = {
        "message": str(message.pk),
        "reference": "",
        "status": "failed",
        "permanent": False,
        "reason": "x",
    }

    def fail():
        with transaction.atomic():
            take_status(WebhookEvent(payload=told))

    forget_while(callbacks, monkeypatch, fail)
    assert Message.objects.count() == 2
    assert_forgotten()


def forgotten_during_the_call(provider, error):
    """Luc is forgotten while the provider is called, which then fails."""

    def forget_and_fail(_message):
        forget()
        if error is not None:
            raise error

    provider.before = forget_and_fail
    send_batch()
    provider.before = lambda _message: None


@pytest.mark.parametrize("channel", Channel.values)
@pytest.mark.parametrize("failure", Failure)
def test_what_fails_after_they_were_forgotten_is_not_tried_again_and_names_nobody(
    provider, dealership, channel, failure, caplog
):
    letter(channel=channel, dealership=dealership).save()
    suppress = Suppression.Reason.UNREACHABLE if failure is Failure.PERMANENT else None
    forgotten_during_the_call(provider, TransportError(f"no such user: {LUC}", failure, suppress=suppress))
    Message.objects.update(next_try_at=clock.now() - timedelta(hours=1))
    assert_forgotten()
    assert Attempt.objects.count() == 1
    assert not Suppression.objects.exists()
    assert not Message.objects.filter(lease_until__isnull=False).exists()
    assert "can't be written" not in caplog.text


def test_that_a_number_wants_no_texts_is_kept_of_who_was_forgotten_too(provider, dealership):
    letter(channel=Channel.SMS, dealership=dealership).save()
    asked = Suppression.Reason.ASKED
    forgotten_during_the_call(provider, TransportError("opted out", Failure.PERMANENT, suppress=asked))
    assert Suppression.objects.get().reason == asked


def test_what_arrives_after_they_were_forgotten_has_arrived(provider):
    text()
    forgotten_during_the_call(provider, None)
    assert Message.objects.get().state == State.ACCEPTED
    assert_forgotten()


@pytest.mark.parametrize("channel", Channel.values)
def test_what_a_sender_that_vanished_was_sending_is_left_alone(provider, channel, caplog):
    now = clock.now()
    letter(channel=channel, state=State.SENDING, lease_until=now, called_at=now, lease_generation=1).save()
    forget()
    assert settle_lost_messages() == 1
    assert Message.objects.get().state == State.UNKNOWN
    assert settle_lost_messages() == 0
    assert_forgotten()
    assert "can't be" not in caplog.text


def test_forgetting_twice_is_forgetting_once(provider):
    text()
    letter(about="appointment:OTHER22").save()
    forget()
    before = list(Message.objects.order_by("pk").values())
    forget()
    assert list(Message.objects.order_by("pk").values()) == before
    assert Message.objects.get(about="appointment:OTHER22").to == LUC
