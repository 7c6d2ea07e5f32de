import logging
from datetime import UTC, datetime, timedelta

import time_machine

from lib import clock
from notifications.actions import dispatch
from notifications.actions.dispatch import send_batch, send_due_messages
from notifications.actions.outbox import withdraw_messages
from notifications.models import Channel, Message, State, Suppression
from notifications.transports.base import Failure, TransportError
from tests.notifications.letters import STARTS, letter, visit


def plan(dealership, kind="confirmation", channel=Channel.EMAIL, **fields):
    message = letter(kind, channel, dealership=dealership, **fields)
    message.save()
    return message


def outcome(message):
    message.refresh_from_db()
    return message.state, message.error


def test_what_is_due_is_rendered_sent_and_recorded(dealership, provider):
    message = plan(dealership)
    assert send_due_messages() == 1
    ((sent, rendered),) = provider.taken
    assert (sent.pk, rendered.subject[:18]) == (message.pk, "Rendez-vous réserv")
    message.refresh_from_db()
    assert (message.state, message.provider_reference, message.attempts) == (State.ACCEPTED, "reference-1", 1)


def test_everything_due_goes_even_in_several_batches(dealership, provider):
    for number in range(45):
        plan(dealership, about=f"appointment:{number}")
    assert send_due_messages() == 45
    assert len(set(provider.numbers)) == 45


def test_expired_messages_are_not_sent(dealership, provider):
    message = plan(dealership, expires_at=clock.now() - timedelta(seconds=1))
    send_batch()
    assert (provider.taken, outcome(message)) == ([], (State.CANCELLED, "expired"))


def test_a_suppressed_number_gets_no_text_and_its_person_an_e_mail(dealership, provider):
    message = plan(dealership, channel=Channel.SMS)
    Suppression.objects.create(
        group=dealership.group, channel=Channel.SMS, address=message.to, reason=Suppression.Reason.ASKED
    )
    send_due_messages()
    assert outcome(message) == (State.CANCELLED, "suppressed")
    assert [(sent.channel, sent.to) for sent, _rendered in provider.taken] == [("email", "luc@example.com")]


def test_a_suppressed_address_gets_nothing_however_it_is_spelled(dealership, provider):
    message = plan(dealership, to="Luc@Example.com")
    Suppression.objects.create(
        group=dealership.group,
        channel=Channel.EMAIL,
        address="luc@example.com",
        reason=Suppression.Reason.ASKED,
    )
    send_due_messages()
    assert (provider.taken, outcome(message)) == ([], (State.CANCELLED, "suppressed"))


def test_suppression_on_one_channel_leaves_the_other(dealership, provider):
    message = plan(dealership)
    Suppression.objects.create(
        group=dealership.group, channel=Channel.SMS, address=message.to, reason=Suppression.Reason.ASKED
    )
    send_due_messages()
    assert provider.numbers == [message.pk]


def test_a_reminder_waits_for_the_morning_and_then_goes(dealership, provider):
    later = visit(starts_at=(STARTS + timedelta(hours=6)).isoformat())
    message = plan(dealership, "reminder_1d", Channel.SMS, payload=later)
    with time_machine.travel(STARTS - timedelta(hours=9), tick=False):
        send_batch()
    assert outcome(message)[0] == State.PENDING
    assert message.next_try_at == datetime(2026, 12, 8, 13, 0, tzinfo=UTC)  # 8:00 in Toronto
    Message.objects.update(next_try_at=clock.now() - timedelta(seconds=1))
    with time_machine.travel(message.next_try_at, tick=False):
        send_batch()
    assert outcome(message)[0] == State.ACCEPTED


def test_a_reminder_that_would_come_too_late_is_dropped_without_an_e_mail(dealership, provider):
    message = plan(dealership, "reminder_1d", Channel.SMS)
    with time_machine.travel(STARTS - timedelta(hours=1), tick=False):
        send_due_messages()
    assert outcome(message) == (State.CANCELLED, "too late to remind")
    assert Message.objects.count() == 1


def test_without_a_text_message_provider_the_person_gets_an_e_mail(dealership, settings):
    settings.SMS_URL, settings.EMAIL_URL = "none://", "demo://"
    message = plan(dealership, channel=Channel.SMS)
    send_due_messages()
    assert outcome(message) == (State.CANCELLED, "this channel is not used")
    assert Message.objects.get(channel=Channel.EMAIL).state == State.ACCEPTED


def test_a_message_that_can_t_be_written_fails_alone(dealership, provider, caplog):
    broken = plan(dealership, payload={"reference": "K4T7QFX"}, about="appointment:broken")
    unknown = plan(dealership, about="appointment:unknown")
    Message.objects.filter(pk=unknown.pk).update(kind="newsletter")
    good = plan(dealership)
    with caplog.at_level(logging.ERROR):
        send_due_messages()
    assert outcome(broken)[0] == outcome(unknown)[0] == State.FAILED
    assert "can't be written" in outcome(broken)[1]
    assert outcome(good)[0] == State.ACCEPTED


def test_a_transport_that_breaks_its_promise_may_have_been_heard(dealership, provider, caplog):
    def broken(message):
        raise RuntimeError("surprise")

    provider.before = broken
    text, mail = plan(dealership, channel=Channel.SMS), plan(dealership)
    with caplog.at_level(logging.ERROR):
        send_batch()
    assert (outcome(text)[0], outcome(mail)[0]) == (State.UNKNOWN, State.PENDING)


def test_what_a_provider_says_of_an_address_does_not_get_into_the_log(dealership, provider, caplog):
    def refuse(message):
        raise TransportError(f"550 no such user: {message.to}", Failure.PERMANENT)

    provider.before = refuse
    mail = plan(dealership)
    send_batch()
    assert outcome(mail) == (State.FAILED, f"550 no such user: {mail.to}")
    assert "550 no such user: …" in caplog.text
    assert mail.to not in caplog.text


def test_a_message_withdrawn_while_its_batch_is_sent_is_not_called(dealership, provider):
    first, second = plan(dealership, about="appointment:first"), plan(dealership)
    Message.objects.filter(pk=first.pk).update(next_try_at=clock.now() - timedelta(hours=1))
    provider.before = lambda _message: withdraw_messages("appointment:K4T7QFX")
    send_batch()
    assert provider.numbers == [first.pk]
    assert outcome(second) == (State.CANCELLED, "withdrawn")


def test_a_message_withdrawn_during_its_own_call_is_not_tried_again(dealership, provider):
    message = plan(dealership)
    provider.before = lambda _message: withdraw_messages(message.about)
    provider.fails = Failure.REFUSED
    send_batch()
    Message.objects.update(next_try_at=clock.now() - timedelta(seconds=1))
    provider.fails = None
    send_batch()
    assert (provider.taken, outcome(message)) == ([], (State.CANCELLED, "expired"))


def test_stopping_finishes_the_message_at_hand_and_gives_back_the_rest(dealership, provider):
    for number in range(3):
        plan(dealership, about=f"appointment:{number}")
    send_batch(should_stop=lambda: bool(provider.taken))
    states = sorted(Message.objects.values_list("state", flat=True))
    assert states == [State.ACCEPTED, State.PENDING, State.PENDING]


def test_time_that_is_up_stops_between_messages(dealership, provider):
    plan(dealership)
    assert send_due_messages(seconds=0) == 1
    assert provider.taken == []
    assert Message.objects.get().state == State.PENDING


def test_an_account_message_belongs_to_no_dealership_and_goes(db, provider):
    letter("account_code", payload={"code": "482913", "minutes": 10}, about="").save()
    assert dispatch.send_due_messages() == 1
    assert provider.taken[0][1].sender == "Créneau"
