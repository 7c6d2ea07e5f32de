"""Writing down what somebody answered about commercial messages, with the proof that the law asks for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from customers.consents import (
    TOPICS,
    WORDS_VERSION,
    Topic,
    topic_words,
)
from customers.models import ConsentEvent, ConsentKind, ConsentSource, Customer
from dealerships.models import User
from lib import clock

LONGEST_WORDS = 1000
LONGEST_AGENT = 200


def record_consent(  # noqa: PLR0913 - what the proof consists of, each by name
    *,
    customer: Customer,
    channel: str,
    address: str,
    purpose: str,
    kind: str,
    source: str,
    words: str,
    words_version: str,
    language: str,
    ip: str,
    agent: str,
    user: User | None = None,
    now: datetime | None = None,
) -> ConsentEvent:
    """Append one answer, or return the newest one when it says the same in the same words.

    `words` is what was on the screen, `ip` may be empty. ValueError for a topic that nobody is asked about, and
    for an address that is empty.
    """
    if Topic(channel, purpose) not in TOPICS or not address:
        raise ValueError(f"nobody is asked about {channel!r}, {purpose!r} at {address!r}")
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=customer.pk)  # of two at once, the second sees the first
        before = _newest(customer, channel, address, purpose)
        if before and (before.kind, before.words_version) == (kind, words_version):
            return before
        return ConsentEvent.objects.create(
            customer=customer,
            channel=channel,
            address=address,
            purpose=purpose,
            kind=kind,
            source=source,
            words=words[:LONGEST_WORDS],
            words_version=words_version,
            language=language,
            at=now or clock.now(),
            ip=ip or None,
            agent=agent[:LONGEST_AGENT],
            user=user,
        )


def withdraw_consents(
    *, customer: Customer, language: str, ip: str, agent: str, user: User | None = None
) -> int:
    """Take back every yes of this customer that was not taken back yet, whatever its address; how many were."""
    newest = ConsentEvent.objects.filter(customer=customer)
    newest = newest.order_by("channel", "address", "purpose", "-at", "-pk").distinct(
        "channel", "address", "purpose"
    )
    given = [event for event in newest if event.kind != ConsentKind.WITHDRAWN]
    for event in given:
        record_consent(
            customer=customer,
            channel=event.channel,
            address=event.address,
            purpose=event.purpose,
            kind=ConsentKind.WITHDRAWN,
            source=ConsentSource.ACCOUNT,
            words=topic_words(Topic(event.channel, event.purpose), language),
            words_version=WORDS_VERSION,
            language=language,
            ip=ip,
            agent=agent,
            user=user,
        )
    return len(given)


def _newest(customer: Customer, channel: str, address: str, purpose: str) -> ConsentEvent | None:
    return (
        ConsentEvent.objects.filter(customer=customer, channel=channel, address=address, purpose=purpose)
        .order_by("-at", "-pk")
        .first()
    )
