from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from config import health


def test_the_process_says_that_it_lives_without_the_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_with_its_database_and_broker(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_a_missing_broker_is_degraded_and_not_unready(client: Client, settings: Any) -> None:
    settings.BROKER_URL = "redis+socket:///nowhere/valkey.sock"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_a_missing_database_is_unready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "_migrated", unreachable)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
