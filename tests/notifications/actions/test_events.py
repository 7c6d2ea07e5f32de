import logging
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from lib import clock
from notifications.actions import events
from notifications.actions.events import NotYetError, take_in, work_on_events
from notifications.models import Suppression, WebhookEvent, WebhookKind

TOLD = {
    "from": "+15145550123",
    "to": "+14505550134",
    "words": "OUI",
    "at": "2026-12-01T12:00:00+00:00",
    "auto": False,
}

WAKE_ASIDE = events._wake_aside


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    woken = []
    monkeypatch.setattr(events, "_wake_aside", lambda: woken.append(1))
    return woken


def come(number=1, kind=WebhookKind.TEXT):
    return take_in("gateway", f"event-{number}", kind, TOLD)


def make_due():
    WebhookEvent.objects.update(next_try_at=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_an_event_is_taken_once_however_often_it_is_told(django_capture_on_commit_callbacks, woken):
    with django_capture_on_commit_callbacks(execute=True):
        assert [come(), come(), come()] == [True, False, False]
    (event,) = WebhookEvent.objects.all()
    assert (event.provider, event.kind, event.payload, event.state) == ("gateway", "text", TOLD, "pending")
    assert woken == [1]


def test_the_other_machine_does_not_wait_for_our_broker(monkeypatch):
    asked = threading.Event()

    def slow(task):
        time.sleep(0.5)
        assert task == events.TASK
        asked.set()

    monkeypatch.setattr(events, "wake", slow)
    began = time.monotonic()
    WAKE_ASIDE()
    assert time.monotonic() - began < 0.3
    assert asked.wait(10)


@pytest.mark.django_db
def test_two_providers_may_give_the_same_number_and_a_long_one_is_as_good():
    assert take_in("gateway", "x" * 500, WebhookKind.TEXT, TOLD)
    assert not take_in("gateway", "x" * 500, WebhookKind.TEXT, TOLD)
    assert take_in("twilio", "x" * 500, WebhookKind.TEXT, TOLD)


@pytest.mark.django_db
def test_each_event_goes_to_the_handler_of_its_kind_once():
    come(1), come(2), come(3, WebhookKind.CALL)
    seen = []
    assert work_on_events({WebhookKind.TEXT: lambda event: seen.append(event.event_id)}) == 2
    assert work_on_events({WebhookKind.TEXT: lambda event: seen.append(event.event_id)}) == 0
    assert seen == ["event-1", "event-2"]
    assert WebhookEvent.objects.filter(state="done", done_at__isnull=False).count() == 2
    assert WebhookEvent.objects.get(kind="call").state == "pending"


@pytest.mark.django_db
def test_a_handler_that_fails_leaves_nothing_behind_and_holds_up_nobody(dealership, caplog):
    come(1), come(2)
    seen = []

    def poisoned(event):
        Suppression.objects.create(
            group=dealership.group, channel="sms", address=event.event_id, reason="asked"
        )
        if event.event_id == "event-1":
            raise RuntimeError("poison")
        seen.append(event.event_id)

    for number, pause in enumerate([30, 60, 120, 240, 480], start=1):
        make_due()
        with caplog.at_level(logging.CRITICAL):
            work_on_events({WebhookKind.TEXT: poisoned})
        event = WebhookEvent.objects.get(event_id="event-1")
        assert event.attempts == number
        assert (event.next_try_at - clock.now()).total_seconds() == pytest.approx(pause, abs=3)
    assert (event.state, "poison" in event.error) == ("dead", True)
    assert seen == ["event-2"]
    assert list(Suppression.objects.values_list("address", flat=True)) == ["event-2"]
    make_due()
    assert work_on_events({WebhookKind.TEXT: poisoned}) == 0


@pytest.mark.django_db
def test_a_deadlock_counts_against_the_event_and_not_against_the_database(caplog):
    come()

    def deadlock(_event):
        raise OperationalError("deadlock detected")

    with caplog.at_level(logging.CRITICAL):
        assert work_on_events({"text": deadlock}) == 1
    assert WebhookEvent.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_text_waits_for_the_one_of_its_sender_before_it():
    come(1)
    come(2)
    seen, beside = [], []

    def answer(event):
        seen.append(event.event_id)
        if len(seen) == 1:
            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()

    def elsewhere():
        try:
            beside.append(work_on_events({"text": answer}))
        finally:
            connection.close()

    assert work_on_events({"text": answer}) == 2
    assert (seen, beside) == (["event-1", "event-2"], [0])


@pytest.mark.django_db
def test_what_comes_too_early_is_tried_again_without_an_alarm(caplog):
    come()

    def early(_event):
        raise NotYetError("reference")

    work_on_events({WebhookKind.TEXT: early})
    assert WebhookEvent.objects.get().state == "pending"
    assert caplog.text == ""


@pytest.mark.django_db
def test_a_database_that_goes_away_is_nobodys_fault(monkeypatch):
    come()
    monkeypatch.setattr(connection, "is_usable", lambda: False)

    def away(_event):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        work_on_events({WebhookKind.TEXT: away})
    assert WebhookEvent.objects.get().attempts == 0


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_work_on_every_event_once():
    for number in range(60):
        come(number)
    seen, start = [], threading.Barrier(4)

    def work():
        start.wait()
        while work_on_events({WebhookKind.TEXT: lambda event: seen.append(event.event_id)}):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(f"event-{number}" for number in range(60))
