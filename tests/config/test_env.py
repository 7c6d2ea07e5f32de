"""Errors of configuration say what to do."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("true", True), ("on", True), ("0", False), ("", False), ("No", False)]
)
def test_a_flag_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("DEMO", text)

    assert env.flag("DEMO") is value


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("DEMO", "maybe", lambda: env.flag("DEMO")),
        ("PORT", "eighty", lambda: env.number("PORT", default=8000)),
        ("PORT", "0", lambda: env.number("PORT", default=8000, least=1)),
        ("RATE_LIMITS", "some", lambda: env.choice("RATE_LIMITS", default="on", choices=("on", "off"))),
        ("EMAIL_URL", "mail.example.com", lambda: env.address("EMAIL_URL", default="smtp://localhost:25")),
        ("DATABASE_URL", "mysql://x/y", lambda: env.database("mysql://x/y", pool_size=0)),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, text: str, read) -> None:
    monkeypatch.setenv(name, text)

    with pytest.raises(ImproperlyConfigured, match=name):
        read()


@pytest.mark.parametrize("key", ["", "short", "demo-only-" + "x" * 60])
def test_outside_the_demo_a_missing_or_weak_key_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", key)

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is missing or too weak"):
        env.secret_key(demo=False)
    assert env.secret_key(demo=True)


def test_a_database_url_of_a_socket_keeps_its_directory() -> None:
    database = env.database("postgres://app@/creneau?host=/srv/x&port=5432", pool_size=3)

    assert (database["HOST"], database["PORT"], database["OPTIONS"]["pool"]["max_size"]) == (
        "/srv/x",
        "5432",
        3,
    )
