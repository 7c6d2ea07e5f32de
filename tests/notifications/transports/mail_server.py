"""A real SMTP server that behaves as told."""

import asyncio
import contextlib
import email
import socket
from email import policy

from aiosmtpd.controller import Controller


class Mailbox:
    """Takes letters; `at_recipient` and `at_end` answer instead, `hang` and `drop` act once the letter has come."""

    def __init__(self):
        self.letters = []
        self.at_recipient = self.at_end = ""
        self.hang = self.drop = False

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's names
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if self.at_end:
            return self.at_end
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        if self.hang:
            await asyncio.sleep(2)
        if self.drop:
            server.transport.abort()
        return "250 taken"


@contextlib.contextmanager
def mail_server(mailbox, **options):
    """The server on a port of its own; yields `host:port`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()
