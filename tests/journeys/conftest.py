"""Journeys in Debian's Chromium, against a real server on real rows."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from lib import clock
from tests.garage import Garage, make_garage

# Playwright keeps an event loop in this thread, and Django's ORM is called beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A cold page on a machine with other work takes seconds; a page that never comes still fails.
expect.set_options(timeout=15_000)

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # The shell alone: Chromium with its windows takes four times as long for each new page.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert chromium, (
        "Chromium is missing: `make test` installs it, or `apt-get install chromium-headless-shell`."
    )
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(QUIET)}


@pytest.fixture
def garage(transactional_db: None) -> Garage:
    """A dealership open from today on the real clock, which the browser shares."""
    return make_garage(today=clock.now().date(), horizon_days=30, advisors=3)


@pytest.fixture
def site(live_server: LiveServer, garage: Garage, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    settings.DEMO = True
    return live_server.url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Beside a failure: where each page was, and what it said."""
    report = yield
    if report.when == "call" and report.failed:
        for page in getattr(getattr(item, "funcargs", {}).get("visit"), "pages", []):
            with contextlib.suppress(PlaywrightError):
                report.sections.append((page.url, page.inner_text("body", timeout=2000)[:3000]))
    return report


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: `visit(path, width=390, javascript=True)`; its console must stay clean."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str, *, width: int = 390, height: int = 844, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=javascript, locale="fr-CA"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(site) else None
        )
        page.goto(site + path)
        open_page.pages.append(page)
        return page

    open_page.pages = []  # for whoever reports a failure
    yield open_page
    for context in contexts:
        context.close()
    # A refused form answers 409 or 422 on purpose, and Chromium says so.
    assert [said for said in complaints if "status of 4" not in said] == []


# axe takes seconds a page, and one language at one width after the other finds what the four together would; that
# nothing sticks out is looked at in all four.
EVERYWHERE = pytest.mark.parametrize(
    ("prefix", "width", "other"), [("", 390, 1280), ("/en", 1280, 390)], ids=["fr", "en"]
)


def assert_accessible(page: Page, *, other: int = 0) -> None:
    """No rule of axe-core is broken on the page as it stands, and nothing sticks out of the screen.

    With `other`, nothing sticks out at that width, either.
    """
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert_fits(page)
    if other:
        size = page.viewport_size
        assert size is not None
        page.set_viewport_size({"width": other, "height": size["height"]})
        assert_fits(page)
        page.set_viewport_size(size)


def assert_fits(page: Page) -> None:
    """Nothing sticks out of the screen."""
    sticking_out = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
            [...document.querySelectorAll("body *")]
                .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
                .map((one) => one.tagName + "." + one.className)"""
    )
    assert sticking_out == [], page.url
