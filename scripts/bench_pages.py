"""Lighthouse, as a phone on a slow network sees the customers' pages; and how fast a day's times come from the server."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scripts.bench_tools import REPOSITORY, report
from scripts.load import HOST

# https://www.npmjs.com/package/lighthouse, Apache-2.0; installed beside the embedded data, never served.
LIGHTHOUSE = "lighthouse@13.5.0"
SEARCHED = ("home", "home_en", "vehicle")
BUDGETS = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 95}
VEHICLE = {"make": "Honda", "model": "Civic", "year": "2019"}
WORK = {"service": "tire_swap", "tire_swap-rims": "on", "tire_swap-tires": "own"}


def bench_pages(port: int, *, quick: bool) -> None:
    """Lighthouse's four marks for each page of the funnel, and the median time of choosing a day."""
    visitor = Visitor(port)
    visitor.fill_in()
    _time_days(visitor, times=20 if quick else 60)
    command = _install()
    for name, path in visitor.pages().items():
        _measure(command, name, visitor, path)


class Visitor:
    """A customer's browser as far as the form's posts need one."""

    def __init__(self, port: int) -> None:
        self.site = f"http://{HOST}:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **headers: str) -> str:
        asked = urllib.request.Request(self.site + path, headers=headers)  # noqa: S310 - loopback
        with self.opener.open(asked, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path: str, page: str, fields: dict[str, str]) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, f"no form at {path}"
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        with self.opener.open(self.site + path, body, timeout=30) as answer:
            return answer.read().decode()

    def fill_in(self) -> None:
        """The first two steps, so that the time's page can be opened."""
        self.post("/boreal/book/", self.get("/boreal/book/"), VEHICLE)
        self.post("/boreal/book/services/", self.get("/boreal/book/services/"), WORK)

    def pages(self) -> dict[str, str]:
        return {
            "home": "/boreal/",
            "home_en": "/en/boreal/",
            "vehicle": "/boreal/book/",
            "services": "/boreal/book/services/",
            "time": "/boreal/book/time/",
        }

    def cookie_header(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)


def _time_days(visitor: Visitor, *, times: int) -> None:
    """Choosing a day as htmx asks for it, one customer alone."""
    seconds = []
    for turn in range(times):
        day = date.today() + timedelta(days=1 + turn % 28)  # noqa: DTZ011
        before = time.monotonic()
        visitor.get(f"/boreal/book/time/?day={day.isoformat()}", **{"HX-Request": "true"})
        seconds.append(time.monotonic() - before)
    report("choose_a_day_p50", 1000 * sorted(seconds)[times // 2], "ms", 100, at_least=False)


def _install() -> Path:
    """The Lighthouse command, installed once into var/."""
    folder = REPOSITORY / "var" / "lighthouse"
    command = folder / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm")
        assert npm, "npm is missing: `make bench` installs it, or `apt-get install npm`."
        options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
        subprocess.run([npm, "install", *options, LIGHTHOUSE], cwd=folder, check=True)
    return command


def _measure(command: Path, name: str, visitor: Visitor, path: str) -> None:
    headers = json.dumps({"Cookie": visitor.cookie_header()})
    # Later steps ask search engines to stay away: what they would find is no mark of quality.
    wanted = [one for one in BUDGETS if one != "seo" or name in SEARCHED]
    asked = [
        str(command), visitor.site + path, "--quiet", "--output=json", f"--extra-headers={headers}",
        f"--only-categories={','.join(wanted)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]  # fmt: skip
    marks = _audit(asked) or _audit(asked)
    assert marks, f"Lighthouse could not open {path}"
    for category in wanted:
        said = f"lighthouse_{name}_{category}".replace("-", "_")
        report(said, 100 * marks[category]["score"], "points", BUDGETS[category])


def _audit(command: list[str]) -> dict[str, Any]:
    """The marks; empty when the browser did not come up, which happens once in a while."""
    chromium = {"CHROME_PATH": shutil.which("chromium") or ""}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=180, env={**os.environ, **chromium}
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return {}
    return json.loads(done.stdout)["categories"]
