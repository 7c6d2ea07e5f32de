"""The schedule of destruction, applied: what is old goes, what is not stays, and the register says how much."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from booking.actions import retention
from booking.actions.cancel import cancel_appointment
from booking.actions.history import CUSTOMER
from booking.actions.retention import STEPS, apply_retention
from booking.models import Appointment, AppointmentEvent, CallRequest, Status
from booking.retention import RULES, THREE_MONTHS, THREE_YEARS, TWO_YEARS
from booking.tasks import apply_retention as task
from customers.actions.access import record_opening, record_search
from customers.models import (
    ERASED_NAME,
    AccessRecord,
    ConsentEvent,
    Customer,
    RetentionRun,
)
from lib import clock
from notifications.models import Attempt, Conversation, Incoming, Message, State, WebhookEvent
from tests.garage import NOW, Garage, make_garage

DAY = timedelta(days=1)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage()


@pytest.fixture
def visit(garage: Garage) -> Appointment:
    return garage.book(garage.at(8), note="Bruit")


def sent(visit: Appointment) -> None:
    Message.objects.update(state=State.DELIVERED, sent_at=NOW, created_at=NOW)


def runs() -> dict[str, int]:
    return dict(RetentionRun.objects.values_list("rule", "rows"))


def test_every_registered_rule_has_its_step_and_no_other() -> None:
    assert set(STEPS) == {rule.name for rule in RULES if rule.registered}


def test_nothing_young_is_touched_and_nothing_is_noted(visit: Appointment) -> None:
    record_search(dealership=visit.dealership, user=None, words="Tremblay")
    assert apply_retention(now=NOW + 30 * DAY) == {}
    assert not RetentionRun.objects.exists()
    assert AccessRecord.objects.count() == 1


def test_words_of_messages_go_before_their_rows(visit: Appointment) -> None:
    sent(visit)
    Appointment.objects.update(status=Status.COMPLETED)
    planned = Message.objects.filter(kind="reminder_1d")
    planned.update(state=State.PENDING, sent_at=None)
    apply_retention(now=NOW + TWO_YEARS)
    assert not Message.objects.filter(payload={}).exists()
    apply_retention(now=NOW + TWO_YEARS + DAY)
    assert set(Message.objects.filter(payload={}).values_list("kind", flat=True)) >= {"confirmation"}
    assert runs()["message_words"] == Message.objects.filter(payload={}).count() > 0
    left = planned.count()
    apply_retention(now=NOW + THREE_YEARS + DAY)
    assert not Message.objects.filter(state=State.DELIVERED).exists()
    assert planned.count() == left  # what waits is a fault to be seen, not the past


def account_message(kind: str, age: timedelta, state: State = State.DELIVERED) -> Message:
    return Message.objects.create(
        dedupe_key=f"{kind}{age}{state}", kind=kind, channel="email", to="luc@example.com", language="fr",
        payload={"code": "123456", "minutes": 15, "body": "Bonjour Luc"}, state=state, sent_at=NOW - age,
        created_at=NOW - age, error="luc@example.com?", lease_until=NOW if state == State.SENDING else None,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "kept"), [("account_code", DAY), ("account_notice", 30 * DAY)])
def test_codes_go_after_a_day_and_notices_after_thirty_and_that_they_went_stays(
    db: None, kind: str, kept: timedelta
) -> None:
    rule = f"{kind}s"
    old, young = account_message(kind, kept + DAY), account_message(kind, kept - timedelta(hours=1))
    failed = account_message(kind, kept + DAY, State.FAILED)
    Attempt.objects.create(
        message=failed, provider="x", seconds=1, outcome="permanent", error="luc@example.com?", at=NOW
    )
    apply_retention(now=NOW)
    for message in (old, young, failed):
        message.refresh_from_db()
    assert (old.payload, old.to, old.error) == (failed.payload, failed.to, failed.error) == ({}, "", "")
    assert (old.state, old.sent_at, old.kind, old.channel) == (
        State.DELIVERED, NOW - kept - DAY, kind, "email",
    )  # fmt: skip
    assert (young.to, young.payload["code"]) == ("luc@example.com", "123456")
    assert Attempt.objects.get().error == ""
    assert runs() == {rule: 2}
    assert apply_retention(now=NOW) == {}


def test_a_code_that_never_left_is_withdrawn_and_one_that_is_leaving_is_not_touched(db: None) -> None:
    waiting = account_message("account_code", 2 * DAY, State.PENDING)
    leaving = account_message("account_code", 2 * DAY, State.SENDING)
    apply_retention(now=NOW)
    waiting.refresh_from_db()
    leaving.refresh_from_db()
    assert (waiting.state, waiting.payload) == (State.CANCELLED, {})
    assert (leaving.state, leaving.to) == (State.SENDING, "luc@example.com")


def test_other_messages_keep_their_words_for_longer(visit: Appointment) -> None:
    sent(visit)
    apply_retention(now=NOW + 31 * DAY)
    assert not Message.objects.filter(payload={}).exists()


def test_what_came_in_and_what_providers_said(visit: Appointment) -> None:
    event = WebhookEvent.objects.create(
        provider="x", event_id="1", kind="text", state="done", received_at=NOW
    )
    waiting = WebhookEvent.objects.create(provider="x", event_id="2", kind="text", received_at=NOW)
    thread = Conversation.objects.create(
        dealership=visit.dealership, customer=visit.customer, channel="sms", last_words="Bruit", last_at=NOW
    )
    came = Incoming.objects.create(
        conversation=thread, event=event, channel="sms", sender="+15145550123", words="Bruit", at=NOW
    )
    message = Message.objects.all()[0]
    Attempt.objects.create(message=message, provider="x", seconds=1, outcome="accepted", at=NOW)
    apply_retention(now=NOW + THREE_MONTHS + DAY)
    assert list(WebhookEvent.objects.all()) == [waiting]
    assert not Attempt.objects.exists()
    came.refresh_from_db()
    assert (came.event, came.words) == (None, "Bruit")
    apply_retention(now=NOW + TWO_YEARS + DAY)
    thread.refresh_from_db()
    assert not Incoming.objects.exists()
    assert thread.last_words == ""
    assert runs() | {"incoming": 1, "webhook_events": 1, "attempts": 1} == runs()


def test_looks_are_deleted_by_this_job_alone(visit: Appointment) -> None:
    searched = record_search(dealership=visit.dealership, user=None, words="Tremblay")
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        AccessRecord.objects.all().delete()
    record_opening(dealership=visit.dealership, user=None, customer=visit.customer, words="514 555-0123")
    apply_retention(now=searched.at + TWO_YEARS)
    assert AccessRecord.objects.exclude(words="").count() == 2
    apply_retention(now=clock.now() + TWO_YEARS + DAY)
    assert not AccessRecord.objects.exists()
    assert runs()["access_records"] == 2


def test_a_visit_without_work_is_anonymised_and_one_with_work_is_not(garage: Garage) -> None:
    cancelled, done = garage.book(garage.at(8), name="Anne Roy"), garage.book(garage.at(9))
    cancel_appointment(appointment=cancelled, by=CUSTOMER, now=NOW, reason="malade")
    Appointment.objects.filter(pk=done.pk).update(status=Status.COMPLETED)
    Customer.objects.filter(pk=done.customer_id).update(served_at=NOW)
    Customer.objects.update(created_at=NOW, inquired_at=NOW)
    for words in ("anne roy", "tremblay"):
        AccessRecord.objects.create(
            kind="search", dealership=garage.dealership, words=words, at=NOW + TWO_YEARS
        )
    apply_retention(now=NOW + TWO_YEARS)
    cancelled.refresh_from_db()
    assert cancelled.contact_name == "Anne Roy"
    apply_retention(now=NOW + TWO_YEARS + 5 * DAY)
    for one in (cancelled, done):
        one.refresh_from_db()
    assert (cancelled.contact_name, cancelled.status) == (ERASED_NAME, Status.CANCELLED)
    assert "malade" not in str([event.new for event in AppointmentEvent.objects.all()])
    assert done.contact_name == "Luc Tremblay"
    # With nothing left to know her for, she is forgotten too, in what was searched for; he is not.
    assert set(Customer.objects.values_list("name", flat=True)) == {ERASED_NAME, "Luc Tremblay"}
    assert [look.words for look in AccessRecord.objects.order_by("pk")] == ["", "tremblay"]
    assert runs() | {"visits_without_work": 1, "customers_without_work": 1} == runs()


def test_who_agreed_to_something_is_not_forgotten(garage: Garage) -> None:
    there = {"group": garage.dealership.group, "created_at": NOW, "email": "luc@example.com"}
    agreed, refused = (Customer.objects.create(name=name, **there) for name in ("Luc", "Anne"))
    refused.email = "anne@example.com"
    refused.save()
    for customer, kind in ((agreed, "express"), (refused, "withdrawn")):
        ConsentEvent.objects.create(
            customer=customer, channel="email", address=customer.email, purpose="offers", kind=kind, source="account",
            words="x", words_version="x", language="fr", at=NOW,
        )  # fmt: skip
    apply_retention(now=NOW + TWO_YEARS + DAY)
    assert {one.name for one in Customer.objects.all()} == {"Luc", ERASED_NAME}
    # The proof of who was erased goes three years later, and only that.
    apply_retention(now=NOW + TWO_YEARS + DAY + THREE_YEARS)
    assert ConsentEvent.objects.count() == 2
    apply_retention(now=NOW + TWO_YEARS + THREE_YEARS + 3 * DAY)
    assert [event.customer for event in ConsentEvent.objects.all()] == [agreed]


def test_who_agreed_does_not_stand_before_who_did_not(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    there = {"group": garage.dealership.group, "created_at": NOW}
    for name, kind in (("Luc", "express"), ("Anne", "withdrawn")):
        customer = Customer.objects.create(name=name, email=f"{name}@example.com", **there)
        ConsentEvent.objects.create(
            customer=customer, channel="email", address=customer.email, purpose="offers", kind=kind, source="account",
            words="x", words_version="x", language="fr", at=NOW,
        )  # fmt: skip
    apply_retention(now=NOW + TWO_YEARS + DAY)
    assert {one.name for one in Customer.objects.all()} == {"Luc", ERASED_NAME}


def test_a_number_that_nobody_knows_goes_with_what_it_wrote(garage: Garage) -> None:
    for address, at in (("+15145550188", NOW), ("+15145550199", NOW + TWO_YEARS)):
        stranger = Conversation.objects.create(
            dealership=garage.dealership, address=address, channel="sms", last_words="Bruit", last_at=at
        )
        Incoming.objects.create(conversation=stranger, channel="sms", sender=address, words="Bruit", at=at)
    apply_retention(now=NOW + TWO_YEARS + DAY)
    assert list(Conversation.objects.values_list("address", flat=True)) == ["+15145550199"]


def test_calls_that_were_made_are_anonymised(garage: Garage) -> None:
    asked = {
        "dealership": garage.dealership,
        "phone": "+15145550123",
        "promised_by": clock.now() + 9000 * DAY,
    }
    CallRequest.objects.create(name="Luc", done_at=NOW, wish="Bruit", **asked)
    CallRequest.objects.create(name="Anne", **asked)
    apply_retention(now=NOW + TWO_YEARS + DAY)
    assert set(CallRequest.objects.values_list("name", "phone", "wish")) == {
        (ERASED_NAME, "", ""), ("Anne", "+15145550123", ""),
    }  # fmt: skip


def test_it_goes_on_batch_by_batch_and_a_second_run_finds_nothing(
    garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _count in range(5):
        record_search(dealership=garage.dealership, user=None, words="Tremblay")
    then = clock.now() + TWO_YEARS + DAY
    assert apply_retention(now=then) == {"access_records": 5}
    assert apply_retention(now=then) == {}
    assert runs() == {"access_records": 5}


def test_a_rule_that_fails_holds_up_no_other(
    garage: Garage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_before: object, _now: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(STEPS, "message_words", fail)
    record_search(dealership=garage.dealership, user=None, words="Tremblay")
    assert apply_retention(now=clock.now() + TWO_YEARS + DAY) == {"access_records": 1}
    assert "message_words failed" in caplog.text


def test_the_task_runs_it(garage: Garage) -> None:
    task()
    assert not RetentionRun.objects.exists()
