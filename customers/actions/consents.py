"""Writing down what somebody answered about commercial messages, with the proof that the law asks for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.consent_words import TOPICS, WORDS_VERSION, Topic, topic_words
from customers.consents import given_consents, is_proved, normal_address
from customers.models import ConsentChannel, ConsentEvent, ConsentKind, ConsentSource, Customer
from dealerships.models import Group, User
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
    ip: str = "",
    agent: str = "",
    user: User | None = None,
    now: datetime | None = None,
) -> ConsentEvent:
    """Append one answer, or return the one that stands when it says the same in the same words.

    `words` is what was on the screen, `ip` may be empty. ValueError for a topic that nobody is asked about, and
    for an address that is empty.
    """
    if Topic(channel, purpose) not in TOPICS or not address:
        raise ValueError(f"nobody is asked about {channel!r}, {purpose!r} at {address!r}")
    event = ConsentEvent(
        customer=customer,
        channel=channel,
        address=normal_address(channel, address),
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
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=customer.pk)  # of two at once, the second sees the first
        before = _same_answer(event)
        if before is None:
            event.save()
    return before or event


def withdraw_consents(
    *,
    customer: Customer,
    language: str,
    ip: str = "",
    agent: str = "",
    user: User | None = None,
    source: str = ConsentSource.ACCOUNT,
) -> int:
    """Take back every yes of this customer that stands, express or implied, at whichever address; how many did."""
    given = given_consents([customer], at=clock.now())
    for place in given:
        record_consent(
            customer=customer,
            channel=place.topic.channel,
            address=place.address,
            purpose=place.topic.purpose,
            kind=ConsentKind.WITHDRAWN,
            source=source,
            words=topic_words(place.topic, language),
            words_version=WORDS_VERSION,
            language=language,
            ip=ip,
            agent=agent,
            user=user,
        )
    return len(given)


def withdraw_for_address(
    *,
    group: Group | int,
    channel: str,
    address: str,
    purpose: str | None = None,
    source: str = ConsentSource.MESSAGE,
    words: str,
    language: str,
    ip: str = "",
    agent: str = "",
    user: User | None = None,
    customer: Customer | None = None,
    now: datetime | None = None,
) -> int:
    """A no at this address, on every record of the group that has it or answered for it; how many records.

    For one purpose, or for every one without it. `customer` is whose message it was, which may have gone to another
    address than their record's. Twice is the same. It counts before the next message is sent.
    """
    written = normal_address(channel, address)
    records = list(_records_at(group if isinstance(group, int) else group.pk, channel, written))
    if customer and customer not in records:
        records.append(customer)
    topics = [topic for topic in TOPICS if topic.channel == channel and purpose in (None, topic.purpose)]
    with transaction.atomic():
        for record in records:
            for topic in topics:
                record_consent(
                    customer=record,
                    channel=channel,
                    address=written,
                    purpose=topic.purpose,
                    kind=ConsentKind.WITHDRAWN,
                    source=source,
                    words=words,
                    words_version=WORDS_VERSION,
                    language=language,
                    ip=ip,
                    agent=agent,
                    user=user,
                    now=now,
                )
    return len(records)


def _records_at(group: int, channel: str, address: str) -> list[Customer]:
    """In one order, so that two who withdraw at once don't wait for each other."""
    of_record = Q(email__iexact=address) if channel == ConsentChannel.EMAIL else Q(phone=address)
    answered = ConsentEvent.objects.filter(channel=channel, address=address).values("customer")
    found = Customer.objects.filter(of_record | Q(pk__in=answered), group=group)
    return list(found.order_by("pk"))


def _same_answer(event: ConsentEvent) -> ConsentEvent | None:
    """The customer's own newest answer, when it says the same and nothing was answered for the address since then."""
    at_address = ConsentEvent.objects.filter(
        channel=event.channel, address=event.address, purpose=event.purpose
    )
    before = at_address.filter(customer=event.customer).order_by("-at", "-pk").first()
    if before is None or (before.kind, before.words_version, is_proved(before)) != (
        event.kind,
        event.words_version,
        is_proved(event),
    ):
        return None
    since = at_address.filter(customer__group=event.customer.group_id, at__gt=before.at)
    return None if since.exclude(kind=before.kind).exists() else before
