"""Providers for tests: the network's edge, and nothing before it."""

import threading

from notifications.transports.base import Transport, TransportError


class Recorder(Transport):
    """Takes every message; with `fails`, answers that failure instead."""

    def __init__(self):
        self.taken = []
        self.fails = None
        self.before = lambda _message: None
        self._lock = threading.Lock()

    def send(self, message, rendered):
        self.before(message)
        if self.fails is not None:
            raise TransportError("no", self.fails)
        with self._lock:
            self.taken.append((message, rendered))
            return f"reference-{len(self.taken)}"

    @property
    def numbers(self):
        return [message.pk for message, _rendered in self.taken]
