"""The outbox loop: sends what is due and works on what came in, with or without a broker."""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from booking.actions.events import work_on_events
from notifications.actions.dispatch import send_batch
from notifications.actions.settle import settle_lost_messages

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2
SETTLE_SECONDS = 10


class Command(BaseCommand):
    help = "Send messages as they fall due, until stopped (Ctrl-C). Any number may run at once."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="send what is due now, then end")

    def handle(self, *args, once, **options):
        if once:
            settle_lost_messages()
            while work_on_events() + send_batch():
                pass
            return
        loop = Loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, loop.stop)
        self.stdout.write("Sending messages as they fall due.")
        loop.run()
        self.stdout.write("Stopped; nothing is half sent.")


class Loop:
    """Looks every two seconds, at once while there is work; outlives an absent database."""

    def __init__(self):
        self._stopping = threading.Event()
        self._database_away = False
        self._settle_at = 0.0

    def stop(self, *_signal):
        """End after the message at hand."""
        self._stopping.set()

    def run(self):
        while not self._stopping.is_set():
            if not self._look():
                self._stopping.wait(LOOK_SECONDS)

    def _look(self):
        """One round; how many messages it took."""
        try:
            taken = self._work()
        except (OperationalError, InterfaceError) as error:
            self._note_absence(error)
            return 0
        if self._database_away:
            self._database_away = False
            logger.warning("The database is back; messages go out again.")
        return taken

    def _work(self):
        close_old_connections()
        if time.monotonic() >= self._settle_at:
            settle_lost_messages()
            self._settle_at = time.monotonic() + SETTLE_SECONDS
        # First what came in: a STOP takes effect before the next message leaves.
        return work_on_events() + send_batch(should_stop=self._stopping.is_set)

    def _note_absence(self, error):
        connection.close()
        if not self._database_away:
            self._database_away = True
            logger.warning("The database does not answer; messages wait for it. %s", error)
