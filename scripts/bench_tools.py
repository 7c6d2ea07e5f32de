"""What every part of the bench uses: its lines, its bookings, and programs run in the site's own environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from runtime.paths import embedded_database_url
from scripts.load import Client, Load

REPOSITORY = Path(__file__).resolve().parent.parent
DEALERSHIPS = "/api/v1/dealerships"
API = f"{DEALERSHIPS}/boreal"
TIRES = "service=tire_swap&answer=rims:on&answer=tires:own&transport=drop_off"
CLIENTS = 8


def report(name: str, value: float, unit: str, budget: float | None = None, *, at_least: bool = True) -> None:
    """One line of the result; without a budget it is only told."""
    ok = budget is None or (value >= budget if at_least else value <= budget)
    print(
        json.dumps({"name": name, "value": round(value, 2), "unit": unit, "budget": budget, "ok": ok}),
        flush=True,
    )


def report_latency(name: str, load: Load, *, p50: float | None, p99: float) -> None:
    """The usual answer's time, the slowest's, and how many were not answered as promised."""
    report(f"{name}_p50", load.milliseconds(50), "ms", p50, at_least=False)
    report(f"{name}_p99", load.milliseconds(99), "ms", p99, at_least=False)
    refused = {status: count for status, count in load.statuses.items() if status not in (200, 201)}
    report(
        f"{name}_not_served",
        sum(count for status, count in refused.items() if status >= 500),
        "answers",
        0,
        at_least=False,
    )


def open_starts(port: int, advisors: int | None = None, *, api: str = API, weeks: int = 12) -> list[str]:
    """Open starts of the coming weeks; with `advisors`, those that exactly so many can take."""
    client, found = Client(port), []
    for week in range(weeks):
        first = (date.today() + timedelta(days=1 + 7 * week)).isoformat()  # noqa: DTZ011
        _status, answer = client.get(f"{api}/availability?{TIRES}&from={first}&days=7")
        found += [
            start["start"]
            for day in answer["days"]
            for start in day["starts"]
            for _copy in range(start["advisors"] if advisors is None else 1)
            if advisors in (None, start["advisors"])
        ]
    return found


def book(client: Client, start: str, *, api: str = API) -> int:
    """One booking by the API; the status."""
    number = uuid.uuid4().int
    body = {
        "services": ["tire_swap"],
        "answers": {"rims": "on", "tires": "own"},
        "transport": "drop_off",
        "start": start,
        "customer": {
            "name": f"Client {number % 100_000}",
            "phone": f"514555{number % 10_000:04}",
            "email": f"client{number}@example.com",
            "language": "fr",
        },
        "vehicle": {"year": 2019, "make": "Honda", "model": "Civic"},
    }
    status, _answer = client.post(f"{api}/appointments", body, Idempotency_Key=str(uuid.uuid4()))
    return status


def run_inside(var: Path, script: str, *arguments: str) -> subprocess.Popen[str]:
    """A program of ours with the environment of the site under test."""
    env = {**os.environ, "DEMO": "1", "VAR_DIR": str(var), "DATABASE_URL": embedded_database_url(var)}
    command = [sys.executable, *script.split(), *arguments]
    return subprocess.Popen(command, cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, text=True)


def answer_of(program: subprocess.Popen[str]) -> Any:
    """What it printed as JSON, once it has ended; None for nothing. The exit status is the caller's matter."""
    printed, _errors = program.communicate()
    return json.loads(printed) if printed.strip() else None
