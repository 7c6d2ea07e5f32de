import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from lib import clock
from notifications.actions.claim import claim_due_messages
from notifications.actions.dispatch import send_batch
from notifications.actions.pace import busy_senders, pace_key, take_slot
from notifications.models import Channel, Message, Pace, State
from tests.notifications.letters import letter

KEY = pace_key("provider", "+14505550134")
TENTH = timedelta(seconds=0.1)


def plan(count, **fields):
    for _number in range(count):
        letter(channel=Channel.SMS, about=f"appointment:{Message.objects.count()}", **fields).save()


@pytest.fixture
def paced(provider):
    provider.rate, provider.default_sender = 10, "+14505550134"
    provider.at = []
    provider.before = lambda _message: provider.at.append(time.monotonic())
    return provider


@pytest.mark.django_db
def test_slots_come_at_the_rate_and_the_first_one_at_once():
    waits = [take_slot(KEY, interval=TENTH)[1].total_seconds() for _ in range(4)]
    assert waits == pytest.approx([0, 0.1, 0.2, 0.3], abs=0.05)


@pytest.mark.django_db
def test_a_slot_that_is_too_far_off_is_not_taken_and_not_lost():
    for _slot in range(2):
        assert take_slot(KEY, interval=timedelta(seconds=1))[0]
    before = Pace.objects.get().next_at
    for _try in range(3):
        taken, wait = take_slot(KEY, interval=timedelta(seconds=1))
        assert (taken, wait.total_seconds() > 1) == (False, True)
    assert Pace.objects.get().next_at == before


@pytest.mark.django_db
def test_a_sender_that_was_silent_has_saved_nothing_up():
    take_slot(KEY, interval=TENTH)
    Pace.objects.update(next_at=clock.now() - timedelta(hours=1))
    waits = [take_slot(KEY, interval=TENTH)[1].total_seconds() for _ in range(2)]
    assert waits == pytest.approx([0, 0.1], abs=0.05)


@pytest.mark.django_db
def test_a_batch_waits_a_second_in_all_and_puts_the_rest_back_for_their_slots(paced):
    paced.rate = 4
    plan(10)
    began = time.monotonic()
    send_batch()
    assert time.monotonic() - began < 2
    sent = len(paced.taken)
    assert 3 <= sent <= 6
    back = Message.objects.filter(state=State.PENDING, attempts=0, lease_until=None).order_by("next_try_at")
    assert back.count() == 10 - sent
    slots = [(message.next_try_at - clock.now()).total_seconds() for message in back]
    assert all(later - earlier == pytest.approx(0.25, abs=0.1) for earlier, later in pairwise(slots))


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_keep_to_the_rate_and_lose_none_of_it(paced):
    plan(24)
    ends = time.monotonic() + 20

    def work():
        while Message.objects.filter(state=State.PENDING).exists() and time.monotonic() < ends:
            if not send_batch():
                time.sleep(0.02)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(paced.numbers) == sorted(Message.objects.values_list("pk", flat=True))
    for first in range(len(paced.at) - 11):
        # Eleven messages take a second, give or take what a thread waits for the processor.
        assert sorted(paced.at)[first + 10] - sorted(paced.at)[first] > 0.8
    assert max(paced.at) - min(paced.at) < 5


@pytest.mark.django_db
def test_what_somebody_waits_for_goes_before_a_thousand_reminders(paced):
    paced.rate = 2
    plan(60, kind="reminder_1d")
    send_batch()
    plan(1)
    awaited = Message.objects.get(kind="confirmation")
    for _look in range(2):
        send_batch()
    awaited.refresh_from_db()
    assert awaited.state == State.ACCEPTED


@pytest.mark.django_db
def test_a_busy_number_does_not_keep_another_dealerships_messages_waiting(paced, dealership):
    plan(30)
    dealership.sms_sender = "+14505550199"
    dealership.save()
    letter(
        channel=Channel.SMS, dealership=dealership, next_try_at=clock.now() - timedelta(seconds=0.1)
    ).save()
    Pace.objects.create(sender=KEY, next_at=clock.now() + timedelta(minutes=1))
    busy = busy_senders({Channel.SMS: paced})
    assert busy == {"+14505550134"}
    batch = claim_due_messages(busy=busy, default_sender="+14505550134")
    assert batch[0].dealership == dealership
    assert len(batch) == 20
