"""Waking the senders early. They also look by themselves every few seconds, so a failure costs only that."""

from __future__ import annotations

import logging
import threading
import time

from celery import current_app
from kombu.connection import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)

TASK = "notifications.send_due_messages"
# A broker that failed is left alone this long: a burst of bookings waits for it once, not each time.
REST_SECONDS = 5.0


class _Rest:
    """Until when this process leaves the broker alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def is_over(self) -> bool:
        with self._lock:
            return time.monotonic() >= self._until

    def start(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS

    def end(self) -> None:
        with self._lock:
            self._until = 0.0


rest = _Rest()


def wake(task: str = TASK, *arguments: object) -> None:
    """Ask a worker to send what is due, or to do another task.

    Never raises, and takes less than two seconds with a dead broker.
    """
    if not rest.is_over():
        return
    try:
        # By name: tasks import actions, not the other way round.
        with producers[_impatient_connection()].acquire(block=True, timeout=1) as producer:
            current_app.send_task(task, arguments, producer=producer, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the booking stands
        rest.start()
        logger.warning("The broker could not be asked to send messages early: %s", error)


def _impatient_connection() -> Connection:
    # Celery's own connections look for a lost broker for many seconds; the senders' next look is our retry.
    connection: Connection = current_app.connection_for_write(transport_options={"max_retries": 0})
    return connection
