"""The library's sentences are compared as they are written, before anybody translates them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def untranslated() -> Iterator[None]:
    with override("en"):
        yield
