"""The desk's conversations: one thread a customer and dealership, over text message and e-mail."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from customers.actions.identify import still_known
from customers.models import Customer
from dealerships.models import Dealership, StaffMember
from lib import clock
from lib.errors import Refusal
from lib.text import clean_note
from notifications.actions.outbox import make_message, queue_messages
from notifications.models import Channel, Conversation, Incoming, Message, Suppression, WebhookEvent
from notifications.payloads import dealership_payload, letter_payload

LONGEST_WORDS = 1000
LAST_WORDS = 160


@transaction.atomic(savepoint=False)
def open_conversation(
    *,
    dealership: Dealership,
    customer: Customer | None,
    address: str = "",
    channel: str = Channel.SMS,
    language: str = "fr",
) -> Conversation:
    """The one thread with this customer, or with an address that no record has; locked until the transaction ends.

    What an address wrote before anybody knew whose it is joins the customer's thread. With a customer who was forgotten
    meanwhile it is the address's; Refusal without an address.
    """
    key: dict[str, Any] = {"dealership": dealership, "customer": customer}
    if customer is None:
        key["address"] = address
    made: dict[str, str] = {"address": address, "channel": channel, "language": language}
    Conversation.objects.bulk_create([Conversation(**{**made, **key})], ignore_conflicts=True)
    conversation = Conversation.objects.select_for_update().get(**key)
    if customer is None:
        return conversation
    if still_known(customer) is None:
        return _open_for_a_stranger(conversation, made)
    _take_in_unknown(conversation, customer)
    return conversation


@transaction.atomic(savepoint=False)
def receive(
    *,
    conversation: Conversation,
    event: WebhookEvent | None,
    channel: str,
    sender: str,
    words: str,
    at: datetime,
    meaning: str,
    about: str = "",
    for_the_desk: bool,
    files: int = 0,
) -> Incoming:
    """Keep what a customer wrote, and how many files came with it.

    What only a person can answer counts as unread, and the thread waits from then on. In the caller's transaction,
    with the conversation locked. The event's row is unique: IntegrityError when the same event is received twice.
    """
    incoming = Incoming.objects.create(
        conversation=conversation,
        event=event,
        channel=channel,
        sender=sender,
        words=words,
        at=at,
        meaning=meaning,
        about=about,
        files=files,
    )
    conversation.channel = channel
    conversation.last_at, conversation.last_words = at, _last(words)
    if for_the_desk:
        conversation.unread += 1
        conversation.waiting_since = conversation.waiting_since or at
    conversation.save(update_fields=["channel", "last_at", "last_words", "unread", "waiting_since"])
    return incoming


def conversation_named(about: str) -> Conversation | None:
    """The thread that a message of the desk belongs to, by the message's subject; None for another, or a forgotten one."""
    prefix, _colon, key = about.partition(":")
    known = (
        Conversation.objects.select_related("customer").filter(pk=key) if prefix == "conversation" else None
    )
    found = known.first() if known is not None else None
    return None if found is None or found.is_erased else found


def write_to_customer(
    *,
    conversation: Conversation,
    channel: str,
    words: str,
    author: str,
    key: str,
    about_visit: dict[str, str] | None = None,
) -> Message:
    """Send the desk's words through the outbox, once for a form `key` (a UUID); the thread no longer waits.

    `about_visit` is the payload of the visit whose link `{lien}` stands for. Raises Refusal for empty or too long
    words, for a channel by which the customer can't be reached, and for a key that is none.
    """
    words = clean_note(words, limit=LONGEST_WORDS, field="words")
    if not words:
        raise Refusal(_("Write a message first."), code="empty", field="words")
    with transaction.atomic():
        locked = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
        dedupe_key = f"{locked.about}:{_form_key(key)}"
        sent = Message.objects.filter(dedupe_key=dedupe_key).first()
        if sent:
            return sent
        message = make_message(
            dealership=locked.dealership,
            kind="desk_message",
            channel=channel,
            to=_reachable_at(locked, channel),
            language=locked.language,
            payload=_payload(locked, words, author, about_visit),
            customer=locked.customer,
            about=locked.about,
            # Each message has a version of its own, so that one that has to go by e-mail instead has a key too.
            version=_next_version(locked),
        )
        message.dedupe_key = dedupe_key
        queue_messages([message])
        _note_answer(locked, words)
        return message


def address_of(conversation: Conversation, channel: str) -> str:
    """Where an answer by this channel goes; empty when nothing is known for it."""
    if conversation.customer is None:
        if conversation.is_erased:
            return ""
        is_email = "@" in conversation.address
        return conversation.address if is_email == (channel == Channel.EMAIL) else ""
    known = conversation.customer.email if channel == Channel.EMAIL else conversation.customer.phone
    # Somebody may write from another number than the record's.
    return known or (
        conversation.address if channel == Channel.SMS and "@" not in conversation.address else ""
    )


def blocked_channels(conversation: Conversation) -> set[str]:
    """The channels by which this person wants, or can get, nothing. One query."""
    addresses = {channel: address_of(conversation, channel).lower() for channel in Channel.values}
    rows = Suppression.objects.filter(
        group_id=conversation.dealership.group_id, address__in=[one for one in addresses.values() if one]
    )
    return {row.channel for row in rows if addresses.get(row.channel) == row.address}


def mark_read(*, conversation: Conversation) -> None:
    """Somebody at the desk has opened it."""
    Conversation.objects.filter(pk=conversation.pk, unread__gt=0).update(unread=0)


def mark_answered(*, conversation: Conversation) -> None:
    """Nothing is left to answer, whether somebody wrote, called or did nothing."""
    Conversation.objects.filter(pk=conversation.pk).update(unread=0, waiting_since=None)


def leave_waiting(*, conversation: Conversation, now: datetime | None = None) -> None:
    """Put it back among those that wait for an answer."""
    waiting = Conversation.objects.filter(pk=conversation.pk, waiting_since=None)
    waiting.update(waiting_since=now or clock.now())


def leave_unread(*, conversation: Conversation, now: datetime) -> None:
    """Only a person can answer it after all."""
    Conversation.objects.filter(pk=conversation.pk).update(unread=F("unread") + 1)
    leave_waiting(conversation=conversation, now=now)


def assign(*, conversation: Conversation, member: StaffMember | None) -> None:
    """Somebody of the same dealership sees to it, or nobody. Raises Refusal for anybody else."""
    if member and (not member.active or member.dealership_id != conversation.dealership_id):
        raise Refusal(_("Choose somebody who works here."), code="not_here", field="member")
    Conversation.objects.filter(pk=conversation.pk).update(assigned_to=member)


def _open_for_a_stranger(forgotten: Conversation, made: dict[str, str]) -> Conversation:
    """Who was meant was forgotten meanwhile: nothing is added to what was emptied."""
    if not made["address"]:
        raise Refusal(_("This customer’s record was removed."), code="erased")
    Conversation.objects.filter(pk=forgotten.pk, incoming=None, last_words="").delete()
    return open_conversation(dealership=forgotten.dealership, customer=None, **made)


def _take_in_unknown(conversation: Conversation, customer: Customer) -> None:
    addresses = {customer.phone, customer.email.lower(), conversation.address} - {""}
    unknown = Conversation.objects.select_for_update().filter(
        dealership=conversation.dealership, customer=None, address__in=addresses
    )
    for other in unknown:
        other.incoming.update(conversation=conversation)
        Message.objects.filter(about=other.about).update(about=conversation.about, customer=customer)
        conversation.unread += other.unread
        if other.waiting_since:
            conversation.waiting_since = min(
                other.waiting_since, conversation.waiting_since or other.waiting_since
            )
        conversation.address = conversation.address or other.address
        if other.last_at > conversation.last_at or not conversation.last_words:
            conversation.last_at, conversation.last_words = other.last_at, other.last_words
        conversation.assigned_to = conversation.assigned_to or other.assigned_to
        other.delete()
        conversation.save()


def _form_key(key: str) -> str:
    try:
        return uuid.UUID(key).hex
    except ValueError:
        raise Refusal(_("This form is too old. Please write it again."), code="no_key") from None


def _reachable_at(conversation: Conversation, channel: str) -> str:
    to = address_of(conversation, channel) if channel in Channel.values else ""
    if not to:
        raise Refusal(_("We have no address for this way of writing."), code="no_address", field="channel")
    if channel in blocked_channels(conversation):
        raise Refusal(
            _("This customer gets no more messages this way. Choose the other one, or call."),
            code="blocked",
            field="channel",
        )
    return to


def _payload(
    conversation: Conversation, words: str, author: str, about_visit: dict[str, str] | None
) -> dict[str, object]:
    email = address_of(conversation, Channel.EMAIL)
    return {
        **(about_visit or {}),
        **letter_payload(conversation.incoming.select_related("event").order_by("-at", "-pk").first()),
        "words": words,
        "author": author,
        "dealership": dealership_payload(conversation.dealership),
        # Where a text message goes that can't arrive.
        "email": "" if Channel.EMAIL in blocked_channels(conversation) else email,
    }


def _next_version(conversation: Conversation) -> int:
    newest = Message.objects.filter(about=conversation.about).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _note_answer(conversation: Conversation, words: str) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=None,
        unread=0,
        last_at=clock.now(),
        last_words=_last(words),
    )


def _last(words: str) -> str:
    return " ".join(words.split())[:LAST_WORDS]
