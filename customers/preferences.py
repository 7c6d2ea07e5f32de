"""By which channels a customer wants messages about what they book. Calculates, never writes.

What is chosen in the account counts for every appointment that is booked on the record from then on; each
appointment's own page can still choose otherwise. Nobody is ever left without any way of being told.
"""

from __future__ import annotations

from customers.details import Contact
from customers.models import Customer

CHANNELS = ("email", "sms")


def usual_mutes(customer: Customer, contact: Contact) -> list[str]:
    """The channels that an appointment begins with muted: those the customer muted, as long as another one is left."""
    given = [
        channel for channel, address in zip(CHANNELS, (contact.email, contact.phone), strict=True) if address
    ]
    heard = [channel for channel in given if channel not in customer.muted_channels]
    return sorted(set(given) - set(heard)) if heard else []
