"""The performance budgets (README, `make bench`): one JSON object a line.

Starts a site of its own with the demo dealership on a free port, loads it from threads of this process over
loopback, and runs pgbench on the same PostgreSQL in the same run, so that figures can be read as ratios. The
clients share the machine with the site: on two cores the figures are a floor. About ten minutes; `--quick` is
four, and rougher.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from runtime.paths import postgres_socket_dir  # noqa: E402
from runtime.postgres_binaries import find_binaries  # noqa: E402
from scripts.bench_capacity import bench_growth, bench_regeneration, bench_rooftops  # noqa: E402
from scripts.bench_messages import bench_outbox  # noqa: E402
from scripts.bench_pages import bench_pages  # noqa: E402
from scripts.bench_tools import (  # noqa: E402
    API,
    CLIENTS,
    TIRES,
    answer_of,
    book,
    open_starts,
    report,
    report_latency,
    run_inside,
)
from scripts.bench_webhooks import SECRET, bench_webhooks  # noqa: E402
from scripts.load import Client, in_turn, run_load  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter and rougher")
    seconds = 3.0 if parser.parse_args().quick else 8.0
    with site() as (port, var):
        started = datetime.now(UTC)
        bench_pgbench(var, seconds)
        bench_outbox(var, quick=seconds < 5)
        bench_availability(port, seconds)
        bench_growth(port, var, seconds)
        bench_bookings(port, seconds)
        bench_regeneration(port, var, times=2 if seconds < 5 else 5)
        bench_rooftops(port, var, seconds)
        bench_race(port, rounds=10 if seconds < 5 else 50)
        bench_messages(port, since=started)
        bench_webhooks(port, seconds)
        bench_audit(var)
        bench_pages(port, quick=seconds < 5)


@contextmanager
def site() -> Iterator[tuple[int, Path]]:
    """`manage.py up` with the demo on a free port and a directory of its own; (port, directory)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = REPOSITORY / "var"
    base.mkdir(exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="bench-", dir=base))
    var.chmod(0o711)
    env = {**os.environ, "DEMO": "1", "PORT": str(port), "VAR_DIR": str(var), "TELEPHONY_SECRET": SECRET}
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "SMS_URL"):
        env.pop(name, None)
    before = time.monotonic()
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up"], cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        _wait_until_ready(up)
        report("start_with_demo", time.monotonic() - before, "s", 120, at_least=False)
        yield port, var
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
        shutil.rmtree(var, ignore_errors=True)


def _wait_until_ready(up: subprocess.Popen[str]) -> None:
    assert up.stdout is not None
    for line in up.stdout:
        if "Créneau is ready" in line:
            return
    sys.exit("The site did not start; run `make run` to see why.")


def bench_pgbench(var: Path, seconds: float) -> None:
    """PostgreSQL alone, by its own yardstick."""
    binaries = find_binaries(None).folder
    target = ["-h", str(postgres_socket_dir(var)), "-U", "app"]
    subprocess.run([binaries / "createdb", *target, "pgbench"], check=True)
    subprocess.run(
        [binaries / "pgbench", *target, "-i", "-q", "-s", "10", "pgbench"], check=True, capture_output=True
    )
    for name, mode in (("pgbench_select_only", "-S"), ("pgbench_simple_update", "-N")):
        done = subprocess.run(
            [binaries / "pgbench", *target, mode, "-c", "8", "-j", "2", "-T", str(int(seconds)), "pgbench"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        report(name, float(re.search(r"tps = ([\d.]+)", done.stdout)[1]), "transactions/s")


def bench_availability(port: int, seconds: float) -> None:
    days = [(date.today() + timedelta(days=offset)).isoformat() for offset in range(1, 29)]  # noqa: DTZ011
    for name, length, budget in (("availability_day", 1, 400), ("availability_month", 31, 250)):
        give = in_turn(days * 10_000)

        def ask(client: Client, length: int = length, give: Any = give) -> int:
            status, _answer = client.get(f"{API}/availability?{TIRES}&from={give()}&days={length}")
            return status

        load = run_load(port, CLIENTS, seconds, ask)
        report(f"{name}_throughput", load.rate(200), "requests/s", budget)
        report_latency(name, load, p50=30, p99=300)


def bench_bookings(port: int, seconds: float) -> None:
    """Bookings by the API, messages included, over the open starts of the coming weeks in no order."""
    starts = open_starts(port)
    random.Random(1).shuffle(starts)  # noqa: S311 - the same order in every run
    give = in_turn(starts)

    def ask(client: Client) -> int | None:
        start = give()
        return None if start is None else book(client, start)

    load = run_load(port, CLIENTS, seconds, ask)
    report("booking_throughput", load.rate(201), "bookings/s", 60)
    report_latency("booking", load, p50=80, p99=800)


def bench_race(port: int, rounds: int) -> None:
    """32 clients after one last place: how many rounds ended with anything but one winner."""
    # One a day: a round must not find the day's minutes gone to the round before it.
    by_day = {start[:10]: start for start in open_starts(port, advisors=1)}
    starts = list(by_day.values())[-rounds:]
    wrong = 0
    for start in starts:
        give = in_turn([start] * 32)
        load = run_load(port, 32, 20, lambda client, give=give: _race_once(client, give()))
        wrong += load.statuses.get(201, 0) != 1 or load.statuses.get(409, 0) != 31
    report("race_rounds", len(starts), "rounds")
    report("race_rounds_without_exactly_one_winner", wrong, "rounds", 0, at_least=False)


def _race_once(client: Client, start: str | None) -> int | None:
    return None if start is None else book(client, start)


def bench_messages(port: int, since: datetime) -> None:
    """From the booking's commit to the provider, over the confirmations since then, once the outbox is quiet."""
    client, end = Client(port), time.monotonic() + 60
    while time.monotonic() < end:
        _status, rows = client.get("/demo/outbox/?format=json&kind=confirmation&limit=500")
        rows = [row for row in rows if datetime.fromisoformat(row["created_at"]) >= since]
        if all(row["sent_at"] for row in rows):
            break
        time.sleep(1)
    waits = [_seconds(row["created_at"], row["sent_at"]) for row in rows if row["sent_at"]]
    report("confirmations_not_sent", len(rows) - len(waits), "messages", 0, at_least=False)
    report("confirmation_p99", sorted(waits)[int(len(waits) * 0.99) - 1], "s", 60, at_least=False)


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def bench_audit(var: Path) -> None:
    violations = sum(answer_of(run_inside(var, "manage.py", "audit")).values())
    report("invariants_broken", violations, "violations", 0, at_least=False)


if __name__ == "__main__":
    main()
