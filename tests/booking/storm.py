"""Many clients at once, on real connections: threads that start together and close what they opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import TypeVar

from django.db import connection, connections

from booking.audit import count_violations

T = TypeVar("T")
PATIENCE = 60  # seconds; a storm that hangs is a failure
_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def at_once(
    actions: Sequence[Callable[[], T]], *, expect: type[Exception] | tuple[type[Exception], ...] = ()
) -> list[T | Exception]:
    """Run every action in a thread of its own, released by one barrier; results and expected refusals in order."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], T]) -> T | Exception:
        try:
            barrier.wait(PATIENCE)
            return action()
        except expect as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result(PATIENCE) for future in [threads.submit(run, action) for action in actions]]


def in_thread(work: Callable[[], object]) -> threading.Thread:
    """Start the work on a connection of its own, which it closes; the caller joins."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until_somebody_waits() -> None:
    """Return once another connection of this database waits for a lock."""
    ends = monotonic() + PATIENCE
    while monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone():
                return
        sleep(0.01)
    raise AssertionError("nobody waited for a lock")


def deadlocks() -> int:
    """How many deadlocks PostgreSQL has seen in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def assert_sound() -> None:
    """Every invariant holds."""
    broken = {name: count for name, count in count_violations().items() if count}
    assert broken == {}
