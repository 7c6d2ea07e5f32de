"""The budgets of messages: reminders planned for 100,000 visits, and 10,000 due ones sent at a declared rate.

They have a database of their own, copied from the site's, since the site's senders would take what is due. The
provider is a sink on loopback which answers every hand-over and counts it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from runtime.paths import DATABASE_NAME, embedded_database_url, postgres_socket_dir
from runtime.postgres_binaries import find_binaries
from scripts.bench_tools import REPOSITORY, report

VISITS, DUE, SENDERS = 100_000, 10_000, 2
RATE = 75  # messages a second, as the provider declares it
LONGEST = 180  # seconds
COPY = "bench_messages"


def bench_outbox(var: Path, *, quick: bool) -> None:
    """Planning, then sending, on a copy of the demo's database; `quick` is a tenth of both."""
    share = 10 if quick else 1
    env = _copy_database(var)
    try:
        _inside(env, "scripts/bench_seed.py", "visits", str(VISITS // share))
        planned = _inside(env, "scripts/bench_messages_inside.py", "plan")
        name = f"planning_reminders_{VISITS // share // 1000}k_visits"
        report(name, planned["seconds"], "s", 60 / share, at_least=False)
        report(f"{name}_messages", planned["messages"], "messages", VISITS // share)
        report(f"{name}_again", planned["again_seconds"], "s", 60 / share, at_least=False)
        report(f"{name}_changed_again", planned["again_changed"], "messages", 0, at_least=False)
        _bench_sending(env, DUE // share)
    finally:
        _postgres(var, "dropdb", "--force", COPY)


def _bench_sending(env: dict[str, str], due: int) -> None:
    due = _inside(env, "scripts/bench_messages_inside.py", "due", str(due))["due"]
    with sink() as (port, taken):
        sms = f"gateway+http://bench:bench-secret@127.0.0.1:{port}/?from=%2B14505550134&rate={RATE}"  # pragma: allowlist secret
        env = {**env, "SMS_URL": sms, "EMAIL_URL": "demo://"}
        before = time.monotonic()
        with senders(env):
            seconds = max(5, due // RATE)
            booking = _start(env, "scripts/bench_messages_inside.py", "book", str(seconds))
            while len(taken) < due and time.monotonic() - before < LONGEST * 2:
                time.sleep(0.5)
            took = time.monotonic() - before
            booked = _answer(booking)["booked"]
            time.sleep(5)
    told = _inside(env, "scripts/bench_messages_inside.py", "told")
    if told["others"]:
        print(json.dumps({"not_sent": told["others"]}), file=sys.stderr)
    name = f"sending_{due}_due_reminders"
    report(name, took, "s", LONGEST, at_least=False)
    report(f"{name}_rate", told["sent"] / max(took, 1), "messages/s", None)
    report(f"{name}_sent", told["sent"], "messages", due)
    report(f"{name}_handed_over_twice", len(taken) - len(set(taken)), "messages", 0, at_least=False)
    waits = told["waits"]
    report("confirmations_booked_meanwhile", len(waits), "messages", booked)
    report(
        "confirmations_meanwhile_p99",
        waits[int(len(waits) * 0.99) - 1] if waits else LONGEST,
        "s",
        60,
        at_least=False,
    )


@contextmanager
def sink() -> Iterator[tuple[int, list[str]]]:
    """A gateway on loopback that takes everything; (port, the messages' ids as they came)."""
    taken: list[str] = []

    class Sink(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            taken.append(self.headers.get("Idempotency-Key", ""))
            body = json.dumps({"reference": f"sink-{len(taken)}"}).encode()
            self.send_response(HTTPStatus.ACCEPTED)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing: one line a message would cost more than the message."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], taken
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def senders(env: dict[str, str]) -> Iterator[None]:
    """Two dispatchers as processes of their own."""
    running = [
        subprocess.Popen(
            [sys.executable, "manage.py", "dispatch"], cwd=REPOSITORY, env=env, stdout=subprocess.DEVNULL
        )
        for _sender in range(SENDERS)
    ]
    try:
        yield
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait(30)


def _copy_database(var: Path) -> dict[str, str]:
    """The environment of a site whose database is a copy of this one's."""
    _postgres(var, "createdb", COPY)
    target = ["-h", str(postgres_socket_dir(var)), "-U", "app"]
    folder = find_binaries(None).folder
    with subprocess.Popen(
        [folder / "pg_dump", *target, "-Fc", DATABASE_NAME], stdout=subprocess.PIPE
    ) as dump:
        subprocess.run(
            [folder / "pg_restore", *target, "-d", COPY, "--no-owner"], stdin=dump.stdout, check=True
        )
    return {**os.environ, "DEMO": "1", "VAR_DIR": str(var), "DATABASE_URL": embedded_database_url(var, COPY)}


def _postgres(var: Path, program: str, *arguments: str) -> None:
    target = ["-h", str(postgres_socket_dir(var)), "-U", "app"]
    subprocess.run([find_binaries(None).folder / program, *target, *arguments], check=True)


def _start(env: dict[str, str], *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command], cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, text=True
    )


def _inside(env: dict[str, str], *command: str) -> dict[str, Any]:
    return _answer(_start(env, *command))


def _answer(program: subprocess.Popen[str]) -> dict[str, Any]:
    printed, _errors = program.communicate()
    if program.returncode:
        sys.exit(f"A part of the bench failed: {program.args}")
    answer: dict[str, Any] = json.loads(printed) if printed.strip() else {}
    return answer
