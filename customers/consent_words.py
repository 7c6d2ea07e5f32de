"""What people are asked to agree to, in which words: the proof of an answer keeps them.

Sources: SOR/2013-221, s. 4 (who asks, how to reach them, that it can be withdrawn); Law 25 (P-39.1, s. 14): one
answer a purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from customers.models import ConsentChannel, Purpose
from dealerships.models import Dealership
from lib.clock import NBSP
from lib.languages import is_english
from lib.phones import format_phone

WORDS_VERSION = "2026-11"

# What stands beside each box, nothing ticked beforehand: what for, by which way, from whom.
CONSENT_WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    (ConsentChannel.EMAIL, Purpose.MAINTENANCE_DUE): {
        "fr": "Écrivez-moi par courriel quand un entretien ou un changement de pneus est dû.",
        "en": "E-mail me when maintenance or a tire change is due.",
    },
    (ConsentChannel.SMS, Purpose.MAINTENANCE_DUE): {
        "fr": "Écrivez-moi par texto quand un entretien ou un changement de pneus est dû.",
        "en": "Text me when maintenance or a tire change is due.",
    },
    (ConsentChannel.EMAIL, Purpose.OFFERS): {
        "fr": "Envoyez-moi vos offres et vos nouvelles par courriel.",
        "en": "Send me your offers and news by e-mail.",
    },
    (ConsentChannel.SMS, Purpose.OFFERS): {
        "fr": "Envoyez-moi vos offres et vos nouvelles par texto.",
        "en": "Send me your offers and news by text message.",
    },
}
# What stands below the boxes: who asks, how to reach them, and that one may change one's mind (SOR/2013-221, s. 4).
SENDER_WORDS: Mapping[str, str] = {
    "fr": "Ces messages viendraient de {name}, {address}, {phone}, {email}. C’est facultatif, et votre rendez-vous "
    "n’en dépend pas. Vous pouvez retirer votre accord en tout temps, par le lien de chaque message ou dans votre "
    "compte.",
    "en": "These messages would come from {name}, {address}, {phone}, {email}. This is optional, and your "
    "appointment does not depend on it. You can withdraw your consent at any time, by the link in each message or "
    "in your account.",
}


class Topic(NamedTuple):
    """What one answers yes or no to: `email` or `sms`, and for what."""

    channel: str
    purpose: str


TOPICS = tuple(Topic(channel, purpose) for channel, purpose in CONSENT_WORDS)


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose messages they would be."""

    name: str
    address: str
    phone: str  # E.164
    email: str


def sender_of(dealership: Dealership) -> Sender:
    """The business that asks: the group, which keeps the consent, and the place where it can be reached."""
    group, own = dealership.group.name, dealership.name
    postal_code = dealership.postal_code.replace(" ", NBSP)
    return Sender(
        name=own if group == own else f"{own} ({group})",
        address=f"{dealership.address_line}, {dealership.city} ({dealership.province}) {postal_code}",
        phone=dealership.phone,
        email=dealership.email,
    )


def topic_words(topic: Topic, language: str) -> str:
    """The sentence beside the box. KeyError for what nobody is asked."""
    return CONSENT_WORDS[topic][_suffix(language)]


def sender_words(sender: Sender, language: str) -> str:
    """The sentences below the boxes."""
    return SENDER_WORDS[_suffix(language)].format(
        name=sender.name,
        address=sender.address,
        phone=format_phone(sender.phone, language),
        email=sender.email,
    )


def shown_words(topic: Topic, sender: Sender, language: str) -> str:
    """All that was on the screen beside one answer: what is kept as its proof."""
    return f"{topic_words(topic, language)}\n{sender_words(sender, language)}"


def read_topic(text: str) -> Topic | None:
    """`email:offers` as forms carry it; None for anything else."""
    channel, _colon, purpose = text.partition(":")
    topic = Topic(channel, purpose)
    return topic if topic in TOPICS else None


def _suffix(language: str) -> str:
    return "en" if is_english(language) else "fr"
