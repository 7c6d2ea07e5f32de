"""The budgets of capacity: months that do not slow down as years go by, rules that change under bookings, many rooftops."""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scripts.bench_tools import (
    API,
    CLIENTS,
    DEALERSHIPS,
    answer_of,
    book,
    open_starts,
    report,
    report_latency,
    run_inside,
)
from scripts.load import Client, Load, in_turn, run_load

# Three services, each with its questions answered.
BASKET = "service=tire_swap&service=oil_change&service=alignment&answer=rims:off&answer=tires:own&transport=drop_off"
FEW, MANY = 100_000, 500_000
ROOFTOPS = 100


def bench_growth(port: int, var: Path, seconds: float) -> None:
    """A month of starts for three services, with 100,000 past visits and then with 500,000."""
    month = f"{API}/availability?{BASKET}&days=31&from={_day(1)}"
    inside = answer_of(run_inside(var, "scripts/bench_inside.py", "queries", month))
    if inside["status"] != 200:
        sys.exit(f"The month of three services was answered with {inside['status']}.")
    report("month_availability_queries", inside["queries"], "queries", 6, at_least=False)
    alone: list[float] = []
    for visits in (FEW, MANY):
        _seed(var, "history", visits)
        name = f"month_availability_{visits // 1000}k"
        # The best of three: what else the machine does at the moment must not look like growth.
        alone.append(min(_months(port, 1, seconds / 2).milliseconds(50) for _time in range(3)))
        report(f"{name}_p50_1_client", alone[-1], "ms", 30, at_least=False)
        together = _months(port, CLIENTS, seconds)
        report(f"{name}_p50_{CLIENTS}_clients", together.milliseconds(50), "ms")
        report(f"{name}_throughput", together.rate(200), "requests/s")
    report("month_availability_growth", alone[1] / alone[0], "ratio", 1.15, at_least=False)


def _months(port: int, clients: int, seconds: float) -> Load:
    give = in_turn([_day(offset) for offset in range(1, 29)] * 10_000)

    def ask(client: Client) -> int:
        status, _answer = client.get(f"{API}/availability?{BASKET}&from={give()}&days=31")
        return status

    run_load(port, clients, 0.5, ask)  # every process of the site knows the rules
    return run_load(port, clients, seconds, ask)


def bench_regeneration(port: int, var: Path, times: int) -> None:
    """Rules change again and again while people book on the same days."""
    starts = open_starts(port)
    random.Random(2).shuffle(starts)  # noqa: S311 - the same order in every run
    give, over = in_turn(starts), threading.Event()
    making = run_inside(var, "scripts/bench_inside.py", "regenerate", str(times))
    found: list[dict[str, Any]] = []

    def wait() -> None:
        found.append(answer_of(making))
        over.set()

    def ask(client: Client) -> int | None:
        start = give()
        return None if start is None or over.is_set() else book(client, start)

    waiter = threading.Thread(target=wait)
    waiter.start()
    load = run_load(port, 2, 120, ask)
    waiter.join()
    waits = sorted(found[0]["waits_ms"]) or [0.0]
    for change, seconds in found[0]["seconds"].items():
        name = "regenerate_120_days" if change == "one_rule" else "regenerate_120_days_all_changed"
        report(name, statistics.median(seconds), "s", 2, at_least=False)
        report(f"{name}_slowest", max(seconds), "s")
        report(f"{name}_pools", found[0]["changed"][change], "pools")
    report("bookings_during_regeneration", load.statuses.get(201, 0), "bookings")
    report(
        "booking_blocked_by_regeneration_p99", waits[int(len(waits) * 0.99) - 1], "ms", 200, at_least=False
    )
    report("booking_blocked_by_regeneration_max", waits[-1], "ms", 200, at_least=False)
    report_latency("booking_during_regeneration", load, p50=None, p99=800)


def bench_rooftops(port: int, var: Path, seconds: float) -> None:
    """Bookings on one hot day of one dealership, and spread over a hundred of them."""
    _seed(var, "rooftops", ROOFTOPS)
    hot = f"{DEALERSHIPS}/bench-hot"
    by_day: dict[str, list[str]] = {}
    for start in open_starts(port, api=hot, weeks=2):
        by_day.setdefault(start[:10], []).append(start)
    one_day = max(by_day.values(), key=len)
    _book("bookings_on_one_hot_day", port, seconds, [(hot, start) for start in one_day], 60)
    places = [f"{DEALERSHIPS}/bench-{number}" for number in range(1, ROOFTOPS + 1)]
    some = open_starts(port, api=places[0], weeks=2)
    spread = [(place, start) for start in some for place in places]
    _book(f"bookings_over_{ROOFTOPS}_dealerships", port, seconds, spread, 60)


def _book(name: str, port: int, seconds: float, places: list[tuple[str, str]], budget: float) -> None:
    random.Random(3).shuffle(places)  # noqa: S311 - the same order in every run
    give = in_turn(places)

    def ask(client: Client) -> int | None:
        place = give()
        return None if place is None else book(client, place[1], api=place[0])

    load = run_load(port, CLIENTS, seconds, ask)
    report(name, load.rate(201), "bookings/s", budget)
    report_latency(name, load, p50=None, p99=800)


def _seed(var: Path, what: str, amount: int) -> None:
    before = time.monotonic()
    seeding = run_inside(var, "scripts/bench_seed.py", what, str(amount))
    answer_of(seeding)
    if seeding.returncode:
        sys.exit(f"{amount} {what} could not be made.")
    report(
        f"seeding_{amount // 1000}k_visits" if what == "history" else f"seeding_{amount}_{what}",
        time.monotonic() - before,
        "s",
    )


def _day(offset: int) -> str:
    return (date.today() + timedelta(days=offset)).isoformat()  # noqa: DTZ011
