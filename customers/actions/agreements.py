"""Keeping what somebody agreed to while booking, for the addresses that they gave there."""

from __future__ import annotations

from dataclasses import dataclass

from customers.actions.consents import record_consent
from customers.consent_words import WORDS_VERSION, Sender, Topic, shown_words
from customers.details import Contact
from customers.models import ConsentChannel, ConsentKind, ConsentSource, Customer


@dataclass(frozen=True, slots=True)
class Agreed:
    """The boxes that were ticked, and what proves it: who asked, in which language, from where."""

    topics: tuple[Topic, ...]
    sender: Sender
    language: str
    ip: str
    agent: str


def keep_agreements(*, customer: Customer, contact: Contact, agreed: Agreed) -> int:
    """An express yes to each topic for which the contact has an address; how many there are.

    What was not ticked says nothing: an older answer stays as it is.
    """
    addresses = {ConsentChannel.EMAIL: contact.email, ConsentChannel.SMS: contact.phone}
    wanted = [topic for topic in agreed.topics if addresses[ConsentChannel(topic.channel)]]
    for topic in wanted:
        record_consent(
            customer=customer,
            channel=topic.channel,
            address=addresses[ConsentChannel(topic.channel)],
            purpose=topic.purpose,
            kind=ConsentKind.EXPRESS,
            source=ConsentSource.FORM,
            words=shown_words(topic, agreed.sender, agreed.language),
            words_version=WORDS_VERSION,
            language=agreed.language,
            ip=agreed.ip,
            agent=agreed.agent,
        )
    return len(wanted)
