"""What every payload says about who writes."""

from __future__ import annotations

from typing import Any

from dealerships.models import Dealership
from notifications.models import Channel, Incoming


def dealership_payload(dealership: Dealership) -> dict[str, str]:
    """Who writes: identity, address, zone and colour, as the templates need them."""
    return {
        name: getattr(dealership, name)
        for name in (
            "slug", "name", "phone", "email", "address_line", "city", "province", "postal_code", "zone",
            "brand_colour",
        )
    }  # fmt: skip


def letter_payload(incoming: Incoming | None) -> dict[str, Any]:
    """What makes an e-mail the answer to this one in the customer's mail program; nothing for a text message."""
    if incoming is None or incoming.event is None or incoming.channel != Channel.EMAIL:
        return {}
    told = incoming.event.payload
    return {"answers": told["id"], "subject": told["subject"]} if told.get("id") else {}
