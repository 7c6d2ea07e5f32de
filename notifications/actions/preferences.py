"""Saving what the reader of a message wants at that address, with its proof."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from customers.actions.consents import record_consent, withdraw_for_address
from customers.consent_words import WORDS_VERSION, Topic, sender_of, shown_words
from customers.models import ConsentKind, ConsentSource, Customer
from notifications.actions.suppress import suppress_address
from notifications.actions.unblock import resume_by_link
from notifications.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was ticked: messages about visits, topics as `email:offers`, and the language of messages (blank: as it is)."""

    visits: bool
    topics: frozenset[str]
    language: str = ""


@transaction.atomic
def keep_wishes(
    *, preferences: Preferences, wishes: Wishes, language: str, ip: str = "", agent: str = ""
) -> None:
    """What differs from what stands is written down; it counts before the next message is sent. Twice is the same."""
    message = preferences.message
    # An address that a provider refuses is not ticked either: nobody asked for that.
    if not wishes.visits and preferences.suppression is None:
        suppress_address(message=message)
    elif wishes.visits and preferences.suppression:
        resume_by_link(message=message)
    for topic, standing in preferences.standings.items():
        wanted = f"{topic.channel}:{topic.purpose}" in wishes.topics
        if wanted != standing.given:
            _answer(preferences, topic, language, ip=ip, agent=agent, wanted=wanted)
    if preferences.customer and wishes.language in ("fr", "en"):
        Customer.objects.filter(pk=preferences.customer.pk).update(language=wishes.language)


def _answer(
    preferences: Preferences, topic: Topic, language: str, *, ip: str, agent: str, wanted: bool
) -> None:
    words = shown_words(topic, sender_of(preferences.dealership), language)
    message = preferences.message
    if not wanted:
        withdraw_for_address(
            group=preferences.dealership.group_id,
            channel=topic.channel,
            address=message.to,
            purpose=topic.purpose,
            words=words,
            language=language,
            ip=ip,
            agent=agent,
            customer=preferences.customer,
        )
    elif preferences.customer:
        record_consent(
            customer=preferences.customer,
            channel=topic.channel,
            address=message.to,
            purpose=topic.purpose,
            kind=ConsentKind.EXPRESS,
            source=ConsentSource.MESSAGE,
            words=words,
            words_version=WORDS_VERSION,
            language=language,
            ip=ip,
            agent=agent,
        )
