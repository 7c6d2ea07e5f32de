"""/metrics: who may read it, and that it tells the truth of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from lib import clock
from notifications.models import Attempt, Breaker, Message, State, Suppression, WebhookEvent
from tests.garage import Garage, make_garage

TOKEN = "a-long-token-of-the-monitoring"


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(today=clock.local(clock.now(), "America/Toronto").date())


@pytest.fixture
def samples(settings):
    settings.METRICS_TOKEN = TOKEN

    def read() -> dict[tuple[str, ...], float]:
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain")
        return {
            (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return read


def test_without_a_token_set_there_is_nothing_but_in_the_demo(db, client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    settings.DEMO = True
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_another_token_is_refused(db, client, settings, header):
    settings.METRICS_TOKEN, settings.DEMO = TOKEN, True
    answer = client.get("/metrics", headers={"Authorization": header})
    assert answer.status_code == 401
    assert "creneau" not in answer.text
    assert client.post("/metrics").status_code == 405


def test_the_outbox_is_told_by_state_channel_and_class(garage, samples):
    now = clock.now()
    about = {"dealership": garage.dealership, "kind": "confirmation", "to": "x", "language": "fr"}
    for number, (state, channel, age) in enumerate(
        [
            ("pending", "sms", 90), ("pending", "email", 30), ("dead", "email", 60), ("unknown", "sms", 60),
            ("dead", "email", 3 * 86_400), ("pending", "sms", 3 * 86_400),
        ]
    ):  # fmt: skip
        made = now - timedelta(seconds=age)
        Message.objects.create(
            dedupe_key=str(number), channel=channel, state=state, created_at=made,
            next_try_at=made if number < 5 else now + timedelta(hours=1), **about,
        )  # fmt: skip
    found = samples()
    assert found["creneau_messages", "sms", "transactional", "pending"] == 2
    assert found["creneau_messages", "email", "transactional", "dead"] == 1  # the other is of long ago
    assert (found["creneau_messages_dead",], found["creneau_messages_unknown",]) == (1, 1)
    assert 90 <= found["creneau_oldest_pending_seconds",] < 120


def test_an_empty_database_is_no_fault(db, samples):
    found = samples()
    assert found["creneau_oldest_pending_seconds",] == 0
    assert found["creneau_holds",] == 0
    assert found["creneau_webhook_events", "dead"] == 0


def test_providers_are_told_of_the_last_hour(garage, samples):
    message = Message.objects.create(
        dedupe_key="m", dealership=garage.dealership, kind="confirmation", channel="sms", to="x", language="fr",
        state=State.PENDING,
    )  # fmt: skip
    now = clock.now()
    for seconds, outcome, age in (
        (0.08, "accepted", 1),
        (0.3, "accepted", 2),
        (7, "refused", 3),
        (9, "accepted", 61),
    ):
        Attempt.objects.create(
            message=message,
            provider="twilio",
            seconds=seconds,
            outcome=outcome,
            at=now - timedelta(minutes=age),
        )
    Breaker.objects.create(provider="twilio", failures=5, open_until=now + timedelta(minutes=1))
    WebhookEvent.objects.create(provider="twilio", event_id="1", kind="text")
    Suppression.objects.create(group=garage.dealership.group, channel="sms", address="x", reason="asked")
    found = samples()
    assert found["creneau_attempts_last_hour", "accepted", "twilio"] == 2
    assert found["creneau_attempts_last_hour", "refused", "twilio"] == 1
    name = "creneau_provider_seconds_last_hour_bucket"
    assert [found[name, limit, "twilio"] for limit in ("0.05", "0.1", "0.5", "10.0", "+Inf")] == [
        0,
        1,
        2,
        3,
        3,
    ]
    assert found["creneau_breaker_open", "twilio"] == 1
    assert found["creneau_webhook_events", "pending"] == 1
    assert found["creneau_suppressions", "sms", "asked"] == 1


def test_it_asks_the_database_a_fixed_number_of_times(garage, settings, django_assert_max_num_queries):
    settings.METRICS_TOKEN = TOKEN
    with django_assert_max_num_queries(10):
        Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
