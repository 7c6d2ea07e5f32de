"""The pictures of docs/booking.md: every step of a booking on a phone, in French and English, of a demo site that runs.

`python scripts/take_pictures.py http://127.0.0.1:8000`; it books one appointment a language there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PHONE = {"width": 390, "height": 844}
NAMES = {"fr": "Éloïse L’Heureux", "en": "Emily O’Neill"}


def main(site: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ("fr", "en"):
            page = chromium.new_page(viewport=PHONE, locale=f"{language}-CA", device_scale_factor=1.5)
            page.goto(site + ("/en" if language == "en" else "") + "/boreal/")
            book(page, language, lambda name, page=page, language=language: _take(page, f"{name}-{language}"))
            page.close()


def book(page: Page, language: str, take: Callable[[str], None]) -> None:
    """From the home page to the confirmation, a picture a step."""
    take("home")
    page.locator("a.btn-primary").first.click()
    for name, value in (("make", "Honda"), ("model", "Civic"), ("year", "2019"), ("odometer", "95 500")):
        page.locator(f"[name={name}]").fill(value)
    take("1-vehicle")
    _go_on(page)
    page.locator("input[name=service][value=tire_swap]").check()
    page.locator("[name=tire_swap-rims][value=on]").check()
    page.locator("[name=tire_swap-tires][value=own]").check()
    take("2-services")
    _go_on(page)
    take("3-time")
    page.locator(".first-available button").click()
    page.locator("[name=name]").fill(NAMES[language])
    page.locator("[name=phone]").fill("514 555-0123")
    take("4-contact")
    _go_on(page)
    take("5-check")
    _go_on(page)
    take("6-booked")


def _go_on(page: Page) -> None:
    page.locator("main form button.btn-primary[type=submit]").last.click()
    page.wait_for_load_state()


def _take(page: Page, name: str) -> None:
    """One screen, as small as a picture of flat colours can be."""
    page.evaluate("window.scrollTo(0, 0)")
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(
        FOLDER / f"step-{name}.png", optimize=True
    )


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
