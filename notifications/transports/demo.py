"""The demo's provider: accepts everything, and /demo/outbox/ shows it."""

from __future__ import annotations

from urllib.parse import SplitResult

from notifications.models import Message
from notifications.render import Rendered
from notifications.transports.base import Transport


class DemoTransport(Transport):
    """Accepts at once; nothing leaves the machine."""

    name = "demo"

    def __init__(self, url: SplitResult | None = None) -> None:
        """There is nothing to say in `demo://`."""

    def send(self, message: Message, rendered: Rendered) -> str:  # noqa: ARG002 - the outbox row is the letter
        return "demo"
