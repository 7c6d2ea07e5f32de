import itertools
import uuid
from datetime import timedelta

import pytest

from lib import clock
from notifications.actions import events
from notifications.actions.callbacks import take_mail, take_status
from notifications.actions.dispatch import send_batch
from notifications.actions.events import NotYetError
from notifications.actions.outbox import set_email_instead, withdraw_messages
from notifications.models import Channel, Message, State, Suppression, WebhookEvent
from tests.notifications.letters import letter

pytestmark = pytest.mark.django_db


def sent(dealership, channel=Channel.SMS, state=State.ACCEPTED, **fields):
    now = clock.now()
    times = {"sent_at": now} if state in {State.ACCEPTED, State.DELIVERED} else {}
    lease = {"lease_until": now + timedelta(minutes=5)} if state in {State.SENDING, State.UNKNOWN} else {}
    usual = {"provider_reference": "ref-1", "attempts": 1, "called_at": now, **times, **lease}
    message = letter(channel=channel, dealership=dealership, state=state, **{**usual, **fields})
    message.save()
    return message


def status(message, status, *, permanent=False, reason="", by="message"):
    return WebhookEvent(
        payload={
            "message": str(message.pk) if by == "message" else "",
            "reference": message.provider_reference if by == "reference" else "",
            "status": status,
            "permanent": permanent,
            "reason": reason,
        }
    )


def mail(message, status, *, permanent=False, address=None):
    told = {"message": str(message.pk), "reference": "", "reason": "550 5.1.1 no such user"}
    told |= {"status": status, "permanent": permanent, "address": message.to if address is None else address}
    return WebhookEvent(payload=told)


def state_of(message):
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("by", ["message", "reference"])
def test_a_delivery_is_written_down_with_its_time(dealership, by):
    message = sent(dealership)
    take_status(status(message, "delivered", by=by))
    assert state_of(message) == State.DELIVERED
    assert message.delivered_at is not None


@pytest.mark.parametrize("order", list(itertools.permutations(["accepted", "delivered", "failed"])))
def test_in_whatever_order_they_come_delivered_is_the_last_word(dealership, order):
    message = sent(dealership)
    for told in order:
        take_status(status(message, told))
    assert state_of(message) == State.DELIVERED


def test_a_failure_is_told_by_e_mail_once_and_says_why(dealership):
    message = sent(dealership)
    for _time in range(2):
        take_status(status(message, "failed", reason="error 30003"))
    assert state_of(message) == State.FAILED
    assert message.error == "the provider says: error 30003"
    assert Message.objects.filter(channel=Channel.EMAIL).count() == 1
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("permanent", "reason", "expected"),
    [(True, "invalid_number", "unreachable"), (False, "opted_out", "asked"), (True, "opted_out", "asked")],
)
def test_a_number_that_nothing_reaches_or_that_opted_out_gets_nothing_more(
    dealership, permanent, reason, expected
):
    message = sent(dealership)
    take_status(status(message, "failed", permanent=permanent, reason=reason))
    (row,) = Suppression.objects.values_list("group", "channel", "address", "reason", "detail")
    assert row == (dealership.group_id, "sms", message.to, expected, reason)


def test_a_wish_outlives_what_a_provider_says_later(dealership):
    message = sent(dealership)
    Suppression.objects.create(group=dealership.group, channel="sms", address=message.to, reason="asked")
    take_status(status(message, "failed", permanent=True, reason="invalid_number"))
    assert Suppression.objects.get().reason == "asked"


def test_what_was_withdrawn_after_it_had_left_is_not_told_by_e_mail_when_it_fails(dealership):
    message = sent(dealership, kind="reminder_1d", expires_at=clock.now() + timedelta(hours=5))
    withdraw_messages(message.about)
    take_status(status(message, "failed", reason="error 30003"))
    assert state_of(message) == State.FAILED
    assert not Message.objects.filter(channel=Channel.EMAIL).exists()


def test_the_e_mail_instead_of_what_has_left_goes_to_the_new_address(dealership):
    message = sent(dealership)
    set_email_instead(message.about, email="new@example.com")
    take_status(status(message, "failed"))
    assert Message.objects.get(channel=Channel.EMAIL).to == "new@example.com"


@pytest.mark.parametrize("told", ["accepted", "delivered"])
def test_news_of_a_doubtful_message_ends_the_doubt_without_an_e_mail(dealership, told):
    message = sent(dealership, state=State.UNKNOWN)
    take_status(status(message, told))
    assert state_of(message) == told
    assert (message.lease_until, message.sent_at is not None) == (None, True)
    assert Message.objects.count() == 1


def test_a_message_that_its_provider_has_is_not_sent_again(dealership, provider):
    message = sent(dealership, state=State.PENDING)
    take_status(status(message, "accepted"))
    assert (send_batch(), state_of(message)) == (0, State.ACCEPTED)


def test_news_that_overtake_the_answer_to_our_own_call_stand(dealership, provider):
    message = letter(channel=Channel.SMS, dealership=dealership)
    message.save()
    provider.before = lambda calling: take_status(status(calling, "delivered"))
    send_batch()
    assert state_of(message) == State.DELIVERED


def test_nothing_is_believed_about_a_message_that_was_never_handed_over(dealership):
    message = sent(dealership, state=State.PENDING, attempts=0, called_at=None)
    take_status(status(message, "delivered"))
    assert state_of(message) == State.PENDING


def test_news_about_somebody_elses_message_change_nothing(dealership):
    message = sent(dealership)
    event = status(message, "failed")
    event.payload["message"] = str(uuid.uuid4())
    take_status(event)
    event.payload["message"] = "no id at all"
    take_status(event)
    assert state_of(message) == State.ACCEPTED


def test_a_reference_that_is_not_written_yet_is_waited_for_five_minutes(dealership):
    event = status(sent(dealership, provider_reference="other"), "delivered", by="reference")
    event.payload["reference"] = "ref-2"
    with pytest.raises(NotYetError):
        take_status(event)
    event.received_at = clock.now() - events.FIRST_PAUSE * 11
    take_status(event)


def test_an_e_mail_that_came_back_for_good_shuts_its_address(dealership):
    message = sent(dealership, Channel.EMAIL)
    take_mail(mail(message, "bounced", permanent=True))
    assert state_of(message) == State.FAILED
    row = Suppression.objects.get()
    assert (row.channel, row.address, row.reason, row.detail) == (
        "email", "luc@example.com", "unreachable", "550 5.1.1 no such user",
    )  # fmt: skip


def test_an_e_mail_that_came_back_this_time_leaves_its_address_open(dealership):
    message = sent(dealership, Channel.EMAIL)
    take_mail(mail(message, "bounced"))
    assert (state_of(message), Suppression.objects.count()) == (State.FAILED, 0)


def test_who_complains_gets_nothing_more_and_had_got_it(dealership):
    message = sent(dealership, Channel.EMAIL)
    Suppression.objects.create(
        group=dealership.group, channel="email", address=message.to, reason="unreachable"
    )
    take_mail(mail(message, "complained"))
    assert (state_of(message), Suppression.objects.get().reason) == (State.DELIVERED, "complained")


def test_an_e_mail_that_is_late_is_no_news(dealership):
    message = sent(dealership, Channel.EMAIL)
    take_mail(mail(message, "deferred"))
    assert state_of(message) == State.ACCEPTED


def test_news_of_a_message_whose_person_was_forgotten_shuts_nothing(dealership):
    message = sent(dealership, Channel.EMAIL)
    Message.objects.filter(pk=message.pk).update(to="", payload={})
    take_mail(mail(message, "bounced", permanent=True, address=""))
    assert (state_of(message), message.error, Suppression.objects.count()) == (State.FAILED, "", 0)


def test_another_recipients_bounce_is_not_this_ones(dealership):
    message = sent(dealership, Channel.EMAIL)
    take_mail(mail(message, "bounced", permanent=True, address="copie@example.com"))
    assert (state_of(message), Suppression.objects.count()) == (State.ACCEPTED, 0)
