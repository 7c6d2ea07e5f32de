"""What a phone loads for a page of the funnel the first time, compressed as it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.booking.views.conftest import Visitor

MOST, MOST_SCRIPT = 100_000, 30_000
PAGES = ("", "book/", "book/services/", "book/time/", "book/contact/", "book/check/", "appointment/")


def files_of(page: str) -> Iterator[str]:
    """The addresses of everything that the page loads by itself."""
    for tag in re.findall(r"<(?:link|script|img|use)\b[^>]*>", page):
        loads = tag.startswith(("<script", "<img", "<use")) or re.search(
            r'rel="(?:stylesheet|preload|icon)"', tag
        )
        found = re.search(r'(?:href|src)="([^"#]+)', tag)
        if loads and found and not found[1].startswith("data:"):
            yield found[1]


def weight(visitor: Visitor, address: str) -> int:
    """Compressed bytes; a font is compressed already."""
    path = address.split("?", maxsplit=1)[0]
    if not path.startswith("/static/"):
        answer = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        return len(answer.getvalue())
    found = finders.find(path.removeprefix("/static/"))
    assert found, path
    data = Path(found).read_bytes()
    return len(data) if path.endswith(".woff2") else len(brotli.compress(data))


@pytest.fixture
def booked(visitor: Visitor) -> Visitor:
    """Everything filled in, and something booked, so that each page shows what it shows at its fullest."""
    visitor.book()
    visitor.to_check(visitor.starts()[3])
    return visitor


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_first_load_is_light_and_its_scripts_too(booked: Visitor, path: str, language: str):
    booked.language = language
    page = booked.get(path)
    assert page.status_code == 200
    packed = booked.client.get(booked.url(path), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    files = set(files_of(page.content.decode()))
    weights = {address: weight(booked, address) for address in files}
    scripts = sum(size for address, size in weights.items() if address.split("?")[0].endswith(".js"))
    assert scripts, "no script was found: the page's files are not read as they are written"
    assert scripts <= MOST_SCRIPT
    assert len(packed.content) + sum(weights.values()) <= MOST, weights
