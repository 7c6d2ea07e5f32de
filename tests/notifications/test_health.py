"""How sending goes, in numbers."""

from datetime import timedelta

from lib import clock
from notifications.health import providers, queue_of, stuck_messages, webhook_numbers
from notifications.models import Attempt, Breaker, State, WebhookEvent
from tests.notifications.letters import letter

MINUTE = timedelta(minutes=1)


def store(dealership, number, state, **more):
    message = letter(dealership=dealership, dedupe_key=str(number), state=state, **more)
    message.save()
    return message


def test_the_queue_counts_what_is_due_planned_and_lost_in_this_dealership(dealership):
    now = clock.now()
    store(dealership, 1, State.PENDING, next_try_at=now - 7 * MINUTE)
    store(dealership, 2, State.PENDING, next_try_at=now - 2 * MINUTE)
    store(dealership, 3, State.PENDING, next_try_at=now + MINUTE)
    store(dealership, 4, State.SENDING, lease_until=now + MINUTE)
    store(dealership, 5, State.UNKNOWN, lease_until=now + MINUTE)
    store(dealership, 6, State.DEAD)
    store(dealership, 7, State.DEAD, created_at=now - timedelta(days=8))
    store(dealership, 8, State.FAILED)
    store(None, 9, State.DEAD)
    found = queue_of(dealership, now=now)
    assert (found.due, found.planned, found.sending) == (2, 1, 1)
    assert (found.unknown, found.dead, found.failed) == (1, 1, 1)
    assert found.oldest_due == now - 7 * MINUTE
    assert {one.dedupe_key for one in stuck_messages(dealership, now=now)} == {"5", "6", "8"}


def test_an_empty_queue_has_no_oldest(dealership):
    assert queue_of(dealership, now=clock.now()).oldest_due is None
    assert providers(now=clock.now()) == []
    assert webhook_numbers() == {"pending": 0, "dead": 0}


def test_a_provider_s_hour_and_day_with_its_breaker(dealership):
    now = clock.now()
    message = store(dealership, 1, State.ACCEPTED, sent_at=now)
    for number in range(1, 101):
        age = 30 * MINUTE if number <= 20 else timedelta(hours=5)
        Attempt.objects.create(
            message=message, provider="twilio", seconds=number / 10, at=now - age,
            outcome="accepted" if number % 10 else "refused",
        )  # fmt: skip
    Attempt.objects.create(
        message=message, provider="smtp", seconds=1, at=now - timedelta(days=2), outcome="accepted"
    )
    Breaker.objects.create(provider="twilio", failures=6, open_until=now + MINUTE)
    Breaker.objects.create(provider="gateway", failures=0)
    (found,) = providers(now=now)
    assert (found.name, found.failures_in_a_row, found.open_until) == ("twilio", 6, now + MINUTE)
    assert (found.hour.calls, found.hour.failures, found.day.calls, found.day.failures) == (20, 2, 100, 10)
    assert (round(found.day.median, 2), round(found.day.slow, 3)) == (5.05, 9.505)
    assert round(found.hour.median, 2) == 1.05
    assert providers(now=now + 2 * MINUTE)[0].open_until is None


def test_what_came_in_is_counted_until_it_is_done(db):
    for number, state in enumerate(("pending", "dead", "dead", "done")):
        WebhookEvent.objects.create(provider="x", event_id=str(number), kind="text", state=state)
    assert webhook_numbers() == {"pending": 1, "dead": 2}
