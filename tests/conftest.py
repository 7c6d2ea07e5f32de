"""What every test shares."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.copies import empty_tables, is_superuser

# The longest files first, so that no core is left with one of them when the others have finished.
_LONGEST = (
    "tests/journeys/", "tests/system/", "tests/booking/actions/test_capacity_storms.py",
    "tests/booking/actions/test_races.py", "tests/booking/demo/", "tests/booking/actions/test_ledger.py",
    "tests/runtime/", "tests/booking/management/",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files for several cores; a run on one core keeps its order."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(
            key=lambda item: next((n for n, name in enumerate(_LONGEST) if item.nodeid.startswith(name)), 99)
        )


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Argon2 costs a quarter of a second a user, as it must; here that would be minutes of each run."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_hashers.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> None:
    """After a test that commits, delete its rows; Django's TRUNCATE of every table takes half a second a test."""
    django_flush = TransactionTestCase._fixture_teardown

    def flush(case: TransactionTestCase) -> None:
        if is_superuser():
            empty_tables()
        else:
            django_flush(case)

    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's database; what a browser's last request left open is ended before it is dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
