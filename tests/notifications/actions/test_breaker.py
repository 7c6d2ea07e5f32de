import threading
from datetime import timedelta

import pytest
from django.db import connection

from lib import clock
from notifications.actions import breaker
from notifications.actions.dispatch import send_batch
from notifications.actions.elsewhere import tell_elsewhere
from notifications.models import Attempt, Breaker, Channel, Message, Outcome, State
from notifications.transports.base import Failure
from tests.notifications.letters import letter, visit


def plan(count, channel=Channel.EMAIL, **fields):
    for _number in range(count):
        letter(channel=channel, about=f"appointment:{Message.objects.count()}", **fields).save()


def rest():
    return Breaker.objects.get().open_until - clock.now()


def end_rest():
    Breaker.objects.update(open_until=clock.now() - timedelta(seconds=1))


def pending():
    return Message.objects.filter(state=State.PENDING, attempts=0)


def fail(provider, times):
    for _time in range(times):
        breaker.note_failure(provider, trial=False)


@pytest.mark.django_db
def test_after_five_failures_in_a_row_the_provider_rests_and_what_is_planned_waits_untried(provider):
    provider.fails = Failure.REFUSED
    plan(8)
    assert send_batch() == 8
    assert Attempt.objects.filter(outcome=Outcome.REFUSED, provider="provider").count() == 5
    assert pending().count() == 3
    assert timedelta(seconds=28) < rest() <= timedelta(seconds=30)
    assert send_batch() == 0


@pytest.mark.django_db
def test_after_its_rest_one_message_tries_and_success_lets_all_go(provider):
    provider.fails = Failure.REFUSED
    plan(8)
    send_batch()
    end_rest()
    provider.fails = None
    assert send_batch() == 3
    assert len(provider.taken) == 3
    assert (Breaker.objects.get().failures, Breaker.objects.get().open_until) == (0, None)


@pytest.mark.django_db
def test_a_failed_trial_doubles_the_rest_up_to_five_minutes_and_costs_one_message(provider):
    provider.fails = Failure.AMBIGUOUS
    plan(5)
    send_batch()
    Message.objects.all().delete()
    plan(20)
    for seconds in (60, 120, 240, 300, 300):
        end_rest()
        tried = Attempt.objects.count()
        send_batch()
        assert Attempt.objects.count() == tried + 1
        assert timedelta(seconds=seconds - 3) < rest() <= timedelta(seconds=seconds)
    assert pending().count() == 15


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["accepted", "permanent"])
def test_an_answer_of_any_kind_begins_the_count_anew(provider, answer):
    fail("provider", 4)
    provider.fails = Failure.PERMANENT if answer == "permanent" else None
    plan(1)
    send_batch()
    assert Breaker.objects.get().failures == 0


@pytest.mark.django_db
def test_a_resting_provider_leaves_the_other_channel_alone(provider, monkeypatch):
    provider.name = "smtp"
    plan(1)
    fail("gateway", 5)
    assert send_batch() == 1
    assert len(provider.taken) == 1


@pytest.mark.django_db
def test_a_call_that_was_under_way_when_the_rest_began_changes_nothing():
    fail("gateway", 7)
    assert (Breaker.objects.get().failures, breaker.ask_to_call("gateway")) == (5, breaker.REST)


@pytest.mark.django_db
def test_who_was_to_try_and_did_not_leaves_it_to_the_next(provider):
    fail("provider", 5)
    end_rest()
    assert breaker.ask_to_call("provider") == breaker.TRIAL
    assert breaker.ask_to_call("provider") == breaker.REST
    breaker.give_back_trial("provider")
    assert breaker.ask_to_call("provider") == breaker.TRIAL


@pytest.mark.django_db(transaction=True)
def test_of_many_senders_one_tries():
    fail("gateway", 5)
    end_rest()
    answers, start = [], threading.Barrier(8)

    def ask():
        start.wait()
        answers.append(breaker.ask_to_call("gateway"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [breaker.REST] * 7 + [breaker.TRIAL]


@pytest.mark.django_db
class TestElsewhere:
    @pytest.fixture(autouse=True)
    def resting(self, settings):
        settings.SMS_URL = "demo://"
        fail("demo", 5)

    def planned(self, **fields):
        message = letter(channel=Channel.SMS, **fields)
        message.save()
        return message

    def mails(self):
        return list(Message.objects.filter(channel=Channel.EMAIL).values_list("kind", "to"))

    def test_who_has_waited_five_minutes_for_a_text_message_is_told_by_e_mail(self):
        message = self.planned(not_before=clock.now() - timedelta(minutes=6))
        assert tell_elsewhere() == 1
        message.refresh_from_db()
        assert (message.state, message.error) == (State.CANCELLED, "the provider does not answer")
        assert self.mails() == [("confirmation", "luc@example.com")]

    def test_before_that_it_waits(self):
        self.planned(not_before=clock.now() - timedelta(minutes=4))
        assert tell_elsewhere() == 0

    def test_a_reminder_waits_as_long_as_it_is_of_use_and_no_longer(self):
        long_due = {"not_before": clock.now() - timedelta(hours=1)}
        message = self.planned(kind="reminder_1d", expires_at=clock.now() + timedelta(hours=1), **long_due)
        assert tell_elsewhere() == 0
        Message.objects.filter(pk=message.pk).update(expires_at=clock.now() + timedelta(minutes=4))
        assert tell_elsewhere() == 1
        assert self.mails() == [("reminder_1d", "luc@example.com")]

    def test_who_gave_no_address_keeps_their_text_message(self):
        message = self.planned(not_before=clock.now() - timedelta(hours=1), payload=visit(email=""))
        assert tell_elsewhere() == 0
        message.refresh_from_db()
        assert message.state == State.PENDING

    def test_a_provider_that_works_is_waited_for(self):
        breaker.note_answer("demo")
        self.planned(not_before=clock.now() - timedelta(hours=1))
        assert tell_elsewhere() == 0
