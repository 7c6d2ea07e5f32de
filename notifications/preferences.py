"""What one address gets from a dealership's group, as the reader of a message may see and change it."""

from __future__ import annotations

from dataclasses import dataclass

from customers.consent_words import TOPICS, Topic
from customers.consents import (
    NO_DEALINGS,
    Standing,
    dealings_at,
    normal_address,
    which_stands,
)
from customers.models import ConsentEvent, Customer
from dealerships.models import Dealership
from lib import clock
from notifications.models import Message, Suppression


@dataclass(frozen=True)
class Preferences:
    """One address on one channel: whether visits' messages are stopped there, and what stands for each topic."""

    message: Message
    dealership: Dealership
    customer: Customer | None
    suppression: Suppression | None
    standings: dict[Topic, Standing]


def load_preferences(message: Message) -> Preferences:
    """For the address of a message that a dealership sent. Two queries. Topics only where a record can keep them."""
    assert message.dealership is not None, "an account's message has no preferences"
    customer = message.customer if message.customer and not message.customer.erased_at else None
    return Preferences(
        message=message,
        dealership=message.dealership,
        customer=customer,
        suppression=Suppression.objects.filter(
            group=message.dealership.group_id, channel=message.channel, address=message.to.lower()
        ).first(),
        standings=_standings(message, message.dealership.group_id, customer),
    )


def _standings(message: Message, group: int, customer: Customer | None) -> dict[Topic, Standing]:
    address = normal_address(message.channel, message.to)
    events = ConsentEvent.objects.filter(
        customer__group=group, channel=message.channel, address=address
    ).select_related("customer")
    told = list(events)
    if customer is None and not told:
        return {}
    dealings = dealings_at(customer, message.channel, address) if customer else NO_DEALINGS
    return {
        topic: which_stands(
            [event for event in told if event.purpose == topic.purpose], dealings, at=clock.now()
        )
        for topic in TOPICS
        if topic.channel == message.channel
    }
