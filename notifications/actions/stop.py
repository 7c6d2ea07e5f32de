"""What the link in a message stops: a purpose that needs consent, or the channel altogether."""

from __future__ import annotations

from django.db import transaction

from customers.actions.consents import withdraw_for_address
from customers.consent_words import Topic, topic_words
from notifications.actions.suppress import suppress_address
from notifications.kinds import KINDS
from notifications.models import Message


@transaction.atomic
def stop_messages_like(*, message: Message, language: str, ip: str = "", agent: str = "") -> None:
    """Withdraw the consent that this message needed; what needs none is stopped by its channel, for the group.

    Counts before the next message is sent. Twice is the same; an account message, which belongs to no dealership,
    stops nothing.
    """
    purpose = KINDS[message.kind].purpose
    if not purpose:
        suppress_address(message=message)
    elif message.dealership is not None:
        withdraw_for_address(
            group=message.dealership.group_id,
            channel=message.channel,
            address=message.to,
            purpose=purpose,
            words=topic_words(Topic(message.channel, purpose), language),
            language="en" if language.startswith("en") else "fr",
            ip=ip,
            agent=agent,
            customer=message.customer,
        )
