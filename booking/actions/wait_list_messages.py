"""What the wait-list tells people: outbox rows, in the transaction of what they tell about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from booking.actions.messages import transport_payload, work_payload
from booking.menu import Demand
from booking.models import Transport, WaitListEntry, WaitListOffer
from notifications.actions.outbox import queue_message
from notifications.models import Channel
from notifications.payloads import dealership_payload

Work = list[dict[str, Any]]


def tell_joined(entry: WaitListEntry, work: Work) -> None:
    """They are on the list: what for, which days, and how to see or leave it."""
    _tell(entry, "wait_list_joined", entry_payload(entry, work), about=entry.about)


def tell_offer(offer: WaitListOffer, demand: Demand) -> None:
    """A place is kept for them: when, until when, and what it would replace. Useless once it is over."""
    entry, hold, visit = offer.entry, offer.hold, offer.entry.appointment
    work = work_payload(visit) if visit else work_of(demand)
    payload = entry_payload(entry, work) | {
        "starts_at": hold.starts_at.isoformat(),
        "ready_at": hold.ready_at.isoformat(),
        "kept_until": offer.expires_at.isoformat(),
        "previous_starts_at": visit.starts_at.isoformat() if visit else None,
        **transport_payload(Transport(demand.transport)),
        "offer_nonce": offer.link_nonce,
    }
    _tell(entry, "wait_list_offer", payload, about=offer.about, expires_at=offer.expires_at)


def entry_payload(entry: WaitListEntry, work: Work) -> dict[str, Any]:
    """What the templates say about an entry, as it is now."""
    return {
        "name": entry.contact_name,
        "email": next((to for channel, to in addresses_of(entry) if channel == Channel.EMAIL), ""),
        "dealership": dealership_payload(entry.dealership),
        "zone": entry.dealership.zone,
        "language": entry.language,
        "vehicle": entry.vehicle_title,
        "plate": entry.vehicle_plate,
        "services": work,
        "first_day": entry.first_day.isoformat(),
        "last_day": entry.last_day.isoformat(),
        "reference": entry.appointment.reference if entry.appointment else "",
        "link_nonce": entry.link_nonce,
    }


def work_of(demand: Demand) -> Work:
    """The services of a basket, as messages name them."""
    return [
        {
            "fr": line.item.fr,
            "en": line.item.en,
            "answers": {
                "fr": [choice.fr for _question, choice in line.chosen],
                "en": [choice.en for _question, choice in line.chosen],
            },
            "minutes": line.minutes,
            "price": line.price,
        }
        for line in demand.lines
    ]


def addresses_of(entry: WaitListEntry) -> Iterator[tuple[str, str]]:
    """(channel, address) by which this entry may be told; what its appointment muted is left out."""
    muted = entry.appointment.muted_channels if entry.appointment else []
    for channel, to in ((Channel.EMAIL, entry.contact_email), (Channel.SMS, entry.contact_phone)):
        if to and channel not in muted:
            yield str(channel), to


def _tell(entry: WaitListEntry, kind: str, payload: dict[str, Any], *, about: str, **when: Any) -> None:
    for channel, to in addresses_of(entry):
        queue_message(
            dealership=entry.dealership,
            customer=entry.customer,
            kind=kind,
            channel=channel,
            to=to,
            language=entry.language,
            payload=payload,
            about=about,
            **when,
        )
