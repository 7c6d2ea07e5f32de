"""Codes that go by text message, too, and limits that count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lib import limits


@pytest.fixture(autouse=True)
def by_text(settings: Any) -> None:
    settings.SMS_URL = "demo://"
    settings.DEMO = True
    settings.RATE_LIMITS = "demo"


@pytest.fixture
def counted(settings: Any) -> Iterator[None]:
    settings.RATE_LIMITS = "on"
    settings.RATE_LIMIT_STORAGE_URL = "memory://"
    limits._counters.cache_clear()
    yield
    limits._counters.cache_clear()
