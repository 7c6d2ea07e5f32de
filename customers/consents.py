"""Who agreed to which commercial messages, by which words, and whether it still holds.

Nothing here concerns the messages about an appointment, which need no consent. Sources: Canada's anti-spam law
(S.C. 2010, c. 23, s. 6, 10, 11 and 13) and SOR/2013-221, s. 4; Law 25 (P-39.1, s. 14): one answer a purpose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from customers.models import ConsentChannel, ConsentEvent, ConsentKind, ConsentSource, Customer, Purpose
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

# Implied consent ends by itself (CASL, s. 10(10)): so many days, counted short rather than long.
LASTS: Mapping[str, timedelta] = {
    ConsentKind.IMPLIED_PURCHASE: timedelta(days=730),
    ConsentKind.IMPLIED_INQUIRY: timedelta(days=181),
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


def address_for(customer: Customer, channel: str) -> str:
    """Where this customer's messages of a channel go; empty when they gave nothing for it."""
    return customer.email.lower() if channel == ConsentChannel.EMAIL else customer.phone


def current_consents(customer: Customer) -> dict[Topic, ConsentEvent]:
    """The newest answer of this customer by topic, for the addresses they have now. One query.

    What an address answered on another record of the group is not told here: nobody has proved to be both.
    """
    return answers_of([customer])[customer.pk]


def answers_of(customers: Collection[Customer]) -> dict[int, dict[Topic, ConsentEvent]]:
    """As `current_consents`, for several customers by their ids. One query."""
    known = {customer.pk: customer for customer in customers}
    newest = (
        ConsentEvent.objects.filter(customer__in=known)
        .order_by("customer", "channel", "address", "purpose", "-at", "-pk")
        .distinct("customer", "channel", "address", "purpose")
    )
    answers: dict[int, dict[Topic, ConsentEvent]] = {pk: {} for pk in known}
    for event in newest:
        if event.address == address_for(known[event.customer_id], event.channel):
            answers[event.customer_id][Topic(event.channel, event.purpose)] = event
    return answers


def is_given(event: ConsentEvent | None, *, at: datetime) -> bool:
    """Whether that answer allows a message at this moment: a yes that was neither taken back nor has run out."""
    if event is None or event.kind == ConsentKind.WITHDRAWN:
        return False
    lasts = LASTS.get(event.kind)
    return lasts is None or at < event.at + lasts


def may_send(*, group_id: int, topic: Topic, address: str, at: datetime) -> bool:
    """Whether the group may send this to an address at this moment: its newest answer counts, whoever gave it.

    But a no is only taken back by somebody who has proved to be there: any guest can type an address and tick a box.
    """
    spoken = ConsentEvent.objects.filter(
        customer__group=group_id, channel=topic.channel, purpose=topic.purpose, address=address
    )
    newest = spoken.order_by("-at", "-pk").first()
    if newest is None or not is_given(newest, at=at):
        return False
    if newest.source != ConsentSource.FORM or newest.user_id:
        return True
    last_no = spoken.filter(kind=ConsentKind.WITHDRAWN).order_by("-at", "-pk").first()
    proved = spoken.filter(kind=ConsentKind.EXPRESS).exclude(source=ConsentSource.FORM, user=None)
    return last_no is None or proved.filter(at__gt=last_no.at).exists()


def given_consents(customers: Collection[Customer], *, at: datetime) -> list[ConsentEvent]:
    """Every yes that stands on these records, for whichever address it was given. One query."""
    newest = ConsentEvent.objects.filter(customer__in=customers)
    newest = newest.order_by("customer", "channel", "address", "purpose", "-at", "-pk").distinct(
        "customer", "channel", "address", "purpose"
    )
    return [event for event in newest.select_related("customer") if is_given(event, at=at)]


def consent_history(customers: Iterable[Customer]) -> QuerySet[ConsentEvent]:
    """Every answer on these records, the newest first."""
    return ConsentEvent.objects.filter(customer__in=customers).order_by("-at", "-pk")


def _suffix(language: str) -> str:
    return "en" if is_english(language) else "fr"
