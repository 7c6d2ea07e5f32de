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
    """Takes every letter; while `stalls`, takes it and says nothing, so that the sender never hears of it."""

    def __init__(self) -> None:
        self.stalls = False
        self._ids: dict[str, list[str]] = defaultdict(list)

    def ids(self, address: str) -> list[str]:
        """The Message-ID of every copy of every letter to `address`."""
        return list(self._ids[address])

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = email.message_from_bytes(envelope.content, policy=policy.default)
        for address in envelope.rcpt_tos:
            self._ids[address].append(str(letter["Message-ID"]))
        while self.stalls:
            await asyncio.sleep(0.05)
        return "250 taken"
