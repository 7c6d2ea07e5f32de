"""The demo's provider: accepts everything, and /demo/outbox/ shows it."""

from __future__ import annotations

from notifications.models import Message
from notifications.render import Rendered
from notifications.transports.base import Transport


class DemoTransport(Transport):
    """Accepts at once; nothing leaves the machine."""

    def send(self, message: Message, rendered: Rendered) -> str:  # noqa: ARG002 - the outbox row is the letter
        return "demo"
