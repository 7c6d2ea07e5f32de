from datetime import timedelta

import pytest
from django.db.models.functions import Now

from lib import clock
from notifications.actions import claim, record
from notifications.actions.outbox import set_email_instead, withdraw_messages
from notifications.models import Attempt, Channel, Message, Outcome, State, Suppression
from notifications.transports.base import Failure, TransportError
from tests.notifications.letters import letter, visit


@pytest.fixture
def call(dealership):
    """A message claimed, and its provider called."""

    def call(channel=Channel.EMAIL, **fields):
        letter(channel=channel, dealership=dealership, **fields).save()
        (message,) = claim.claim_due_messages()
        assert claim.start_call(message)
        return message

    return call


def fail(message, failure):
    return record.record_failure(message, TransportError("the reason", failure))


def email_instead():
    return Message.objects.filter(channel=Channel.EMAIL).first()


def test_acceptance_is_final_and_keeps_the_providers_reference(call):
    message = call()
    assert record.record_accepted(message, "abc")
    message.refresh_from_db()
    assert (message.state, message.provider_reference, message.lease_until) == (State.ACCEPTED, "abc", None)
    assert message.sent_at is not None


@pytest.mark.parametrize("channel", Channel.values)
def test_a_refusal_is_tried_again_after_about_thirty_seconds(call, channel):
    message = call(channel)
    before = clock.now()
    assert fail(message, Failure.REFUSED)
    message.refresh_from_db()
    assert (message.state, message.error, message.attempts) == (State.PENDING, "the reason", 1)
    assert timedelta(seconds=23) < message.next_try_at - before < timedelta(seconds=37)


def test_pauses_double_up_to_a_quarter_of_an_hour_and_are_spread():
    middles = [30, 60, 120, 240, 480, 900, 900]
    for attempts, middle in enumerate(middles, start=1):
        pauses = [record.pause_before(attempts).total_seconds() for _ in range(50)]
        assert all(middle * 0.8 <= pause <= middle * 1.2 for pause in pauses)
        assert len(set(pauses)) > 1
    assert record.pause_before(10_000) <= timedelta(minutes=18)


def test_a_provider_that_asks_to_be_left_alone_is_left_alone_for_so_long(call):
    message = call()
    error = TransportError("later", Failure.REFUSED, retry_after=timedelta(minutes=7))
    assert record.record_failure(message, error)
    message.refresh_from_db()
    assert timedelta(minutes=6) < message.next_try_at - clock.now() <= timedelta(minutes=7)


def test_a_number_that_its_provider_refuses_for_good_gets_nothing_more(call, dealership):
    message = call(Channel.SMS)
    reason = Suppression.Reason.ASKED
    record.record_failure(message, TransportError("opted out", Failure.PERMANENT, suppress=reason))
    row = Suppression.objects.get()
    assert (row.group, row.address, row.reason, row.detail) == (
        dealership.group,
        message.to,
        reason,
        "opted out",
    )
    assert email_instead() is not None


def test_each_call_leaves_its_provider_time_and_outcome(call):
    message = call()
    record.record_call(message, "smtp", seconds=1.23456, outcome=Outcome.REFUSED, error="x" * 400)
    attempt = Attempt.objects.get()
    assert (attempt.message, attempt.provider, attempt.seconds, attempt.outcome, len(attempt.error)) == (
        message, "smtp", 1.235, "refused", 300,
    )  # fmt: skip


def test_no_try_is_planned_after_the_message_expires(call):
    message = call(expires_at=clock.now() + timedelta(seconds=20))
    assert fail(message, Failure.REFUSED)
    message.refresh_from_db()
    assert message.state == State.DEAD


def test_no_try_is_planned_after_a_day(call):
    message = call(not_before=clock.now() - timedelta(hours=24))
    assert fail(message, Failure.REFUSED)
    message.refresh_from_db()
    assert message.state == State.DEAD


def test_a_text_message_that_can_never_arrive_becomes_an_e_mail(call, dealership):
    message = call(Channel.SMS)
    assert fail(message, Failure.PERMANENT)
    message.refresh_from_db()
    assert message.state == State.FAILED
    mail = email_instead()
    assert (mail.to, mail.kind, mail.about, mail.version) == (
        "luc@example.com",
        "confirmation",
        message.about,
        1,
    )
    assert mail.dedupe_key == "appointment:K4T7QFX:1:confirmation:email"
    assert mail.dealership == dealership


def test_who_already_gets_the_e_mail_gets_no_second_one(call):
    message = call(Channel.SMS)
    letter().save()
    fail(message, Failure.PERMANENT)
    assert Message.objects.filter(channel=Channel.EMAIL).count() == 1


def test_an_e_mail_that_can_never_arrive_is_the_end(call):
    fail(call(), Failure.PERMANENT)
    assert Message.objects.get().state == State.FAILED


@pytest.mark.parametrize(
    "fields", [{"payload": visit(email="")}, {"expires_at": clock.now() - timedelta(hours=1)}]
)
def test_there_is_no_e_mail_without_address_or_too_late(call, fields):
    fail(call(Channel.SMS, **fields), Failure.PERMANENT)
    assert email_instead() is None


def test_what_was_withdrawn_during_the_call_is_neither_repeated_nor_replaced(call):
    message = call(Channel.SMS)
    withdraw_messages(message.about)
    fail(message, Failure.PERMANENT)
    assert email_instead() is None


def test_who_wants_no_e_mail_since_the_call_began_gets_none_instead(call):
    message = call(Channel.SMS)
    set_email_instead(message.about, email="")
    fail(message, Failure.PERMANENT)
    assert email_instead() is None


def test_an_uncertain_text_message_waits_ten_minutes_for_news(call):
    message = call(Channel.SMS)
    assert fail(message, Failure.AMBIGUOUS)
    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    assert timedelta(minutes=9) < message.lease_until - clock.now() <= timedelta(minutes=10)
    assert email_instead() is None


def test_an_uncertain_e_mail_goes_again(call):
    message = call()
    assert fail(message, Failure.AMBIGUOUS)
    message.refresh_from_db()
    assert message.state == State.PENDING


WRITES = {
    "accepted": lambda message: record.record_accepted(message, "late"),
    "refused": lambda message: fail(message, Failure.REFUSED),
    "permanent": lambda message: fail(message, Failure.PERMANENT),
    "ambiguous": lambda message: fail(message, Failure.AMBIGUOUS),
    "dropped": lambda message: record.record_dropped(message, "expired", elsewhere=True),
    "held": lambda message: record.record_held(message, clock.now()),
    "unsendable": lambda message: record.record_unsendable(message, "x"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("since", ["another claim", "a result"])
def test_whoever_outlived_their_lease_changes_nothing(call, write, since):
    message = call(Channel.SMS)
    row = Message.objects.filter(pk=message.pk)
    if since == "another claim":
        row.update(lease_generation=message.lease_generation + 1, called_at=Now())
    else:
        row.update(state=State.UNKNOWN)
    before = Message.objects.values().get()
    assert not write(message)
    assert Message.objects.values().get() == before
