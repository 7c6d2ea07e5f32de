"""The address that an answer to our e-mail goes to: `boreal+<message>@reply.example`, so that it finds its thread.

The key of a message is random, and only who got the letter knows it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from django.conf import settings

from notifications.models import Message

# RFC 5321, 4.5.3.1.1: 64 octets before the @, of which the key takes 33.
LONGEST_NAME = 31
_LOCAL = re.compile(r"(?P<slug>[a-z0-9_-]{1,50})(?:\+(?P<key>[0-9a-f]{32}))?")
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


@dataclass(frozen=True, slots=True)
class Place:
    """What an answer is written to: a dealership by its slug, and a message of ours by its key; either may be empty."""

    slug: str = ""
    message: str = ""


def reply_address(message: Message) -> str:
    """Where answers to this message go; empty without EMAIL_REPLY_DOMAIN, and for a message of no dealership."""
    if not settings.EMAIL_REPLY_DOMAIN or message.dealership is None:
        return ""
    return f"{message.dealership.slug[:LONGEST_NAME]}+{message.pk.hex}@{settings.EMAIL_REPLY_DOMAIN}"


def read_place(recipients: list[str], references: str = "") -> Place | None:
    """What a letter to these addresses is about; None when none of them is ours.

    Some mail programs and forwarders lose what stands after the plus: then the letters that it names (`References`,
    `In-Reply-To`) are looked at, the newest first.
    """
    places = [place for address in recipients if (place := _read(address))]
    with_key = next((place for place in places if place.message), None)
    if with_key or not places:
        return with_key
    named = _MESSAGE_ID.findall(references.lower())
    return Place(places[0].slug, named[-1] if named else "")


def _read(address: str) -> Place | None:
    local, _at, domain = address.strip().lower().rpartition("@")
    found = _LOCAL.fullmatch(local)
    if not found or not settings.EMAIL_REPLY_DOMAIN or domain != settings.EMAIL_REPLY_DOMAIN.lower():
        return None
    return Place(found["slug"], str(uuid.UUID(found["key"])) if found["key"] else "")
