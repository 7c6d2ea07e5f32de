"""A real mail server that can be told to keep its senders waiting."""

from __future__ import annotations

import asyncio
import email
import logging
from collections import defaultdict
from email import policy
from typing import Any

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Mailbox:
    """Takes every letter; while `stalls`, takes it and says nothing, so that the sender never hears of it.

    While `drops`, it takes it and hangs up instead; while `greylists`, it asks whoever is new to come again.
    """

    def __init__(self) -> None:
        self.stalls = self.drops = self.greylists = False
        self.turned_away: set[str] = set()
        self._ids: dict[str, list[str]] = defaultdict(list)

    def ids(self, address: str) -> list[str]:
        """The Message-ID of every copy of every letter to `address`."""
        return list(self._ids[address])

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.greylists and address not in self.turned_away:
            self.turned_away.add(address)
            return "450 4.7.1 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = email.message_from_bytes(envelope.content, policy=policy.default)
        for address in envelope.rcpt_tos:
            self._ids[address].append(str(letter["Message-ID"]))
        if self.drops:
            server.transport.abort()
        while self.stalls:
            await asyncio.sleep(0.05)
        return "250 taken"
