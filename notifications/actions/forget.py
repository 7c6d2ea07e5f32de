"""Removing the words and the addresses of what was written, and keeping that it was written."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from customers.models import Customer
from notifications.actions.outbox import LIVE, NOT_CALLED
from notifications.models import (
    ERASED_ADDRESS,
    Attempt,
    Conversation,
    Incoming,
    Message,
    State,
    Suppression,
    WebhookEvent,
)

# A missed call is told by the number that called, in the key too.
NUMBERED = "missed_call:"


def forget_messages(messages: QuerySet[Message]) -> int:
    """No words, no address; what was still planned does not go. How many rows were emptied.

    The rows stay: which kind, by which channel, when. In the caller's transaction. What is being sent at this moment
    can't be recalled: it expires, so that it is neither tried again nor replaced by an e-mail.
    """
    named = messages.exclude(payload={}, to="")
    # Wait for whoever is writing down what became of one, so that what they queue instead is among those below. Not
    # only for senders: of a message that has left, its provider may say now that it failed.
    found = Message.objects.filter(pk__in=named.values("pk"))
    list(found.order_by("pk").select_for_update().values_list("pk", flat=True))
    keys = list(named.values_list("pk", flat=True))
    rows = Message.objects.filter(pk__in=keys)
    rows.filter(NOT_CALLED).update(state=State.CANCELLED, lease_until=None)
    rows.filter(LIVE).update(expires_at=F("created_at"))
    # Nobody is left to be told by e-mail instead.
    rows.filter(state=State.UNKNOWN).update(lease_until=None)
    nameless = Concat(Value(ERASED_ADDRESS), Cast("pk", CharField()))
    rows.filter(dedupe_key__startswith=NUMBERED).update(dedupe_key=nameless)
    # What providers say of a try often names the address.
    Attempt.objects.filter(message__in=keys).exclude(error="").update(error="")
    return rows.update(payload={}, to="", error="")


def forget_thread(*, customer: Customer) -> None:
    """What they and the desk wrote to each other, by every address of their record, and how it came in."""
    addresses = _addresses(customer)
    conversations = Conversation.objects.filter(pk__in=_threads(customer))
    forget_messages(Message.objects.filter(about__in=[one.about for one in conversations]))
    came = Incoming.objects.filter(conversation__in=conversations)
    WebhookEvent.objects.filter(incoming__in=came).update(payload={}, error="")
    came.update(words="", sender="")
    conversations.update(last_words="", unread=0, waiting_since=None)
    conversations.filter(customer=customer).update(address="")
    # Whom it was with must be told apart from others that are forgotten.
    for one in conversations.filter(customer=None):
        Conversation.objects.filter(pk=one.pk).update(address=f"{ERASED_ADDRESS}{one.pk}")
    # What was written to them before anybody knew whose number it is: answers to missed calls.
    unknown = Message.objects.filter(customer=None, about="", to__in=addresses)
    forget_messages(unknown.filter(dealership__group=customer.group_id))
    _forget_events(addresses)


def lock_threads(*, customer: Customer) -> None:
    """Until the transaction ends, nobody writes into a thread of theirs. Before the record is locked: so do writers."""
    theirs = Conversation.objects.filter(pk__in=_threads(customer)).order_by("pk")
    list(theirs.select_for_update().values_list("pk", flat=True))


def forget_blocks(*, customer: Customer) -> None:
    """What a provider said of their addresses, unless somebody else has them too. Their own STOP stays honoured."""
    others = Customer.objects.filter(group=customer.group_id).exclude(pk=customer.pk)
    if customer.phone and not others.filter(phone=customer.phone).exists():
        _forget_block(customer.group_id, customer.phone)
    if customer.email and not others.filter(email__iexact=customer.email).exists():
        _forget_block(customer.group_id, customer.email.lower())


def _threads(customer: Customer) -> list[int]:
    """The threads with them, and those with their addresses from before anybody knew whose these are."""
    theirs = Q(customer=customer)
    if addresses := _addresses(customer):
        theirs |= Q(customer=None, address__in=addresses, dealership__group=customer.group_id)
    return list(Conversation.objects.filter(theirs).values_list("pk", flat=True))


def _addresses(customer: Customer) -> list[str]:
    return [address for address in (customer.phone, customer.email.lower()) if address]


def _forget_block(group_id: int, address: str) -> None:
    Suppression.objects.filter(
        group=group_id, address=address, reason=Suppression.Reason.UNREACHABLE
    ).delete()


def _forget_events(addresses: Collection[str]) -> None:
    """What providers told about these addresses, once it was worked on."""
    if addresses:
        told = WebhookEvent.objects.exclude(state=WebhookEvent.State.PENDING)
        named = (
            Q(payload__from__in=addresses) | Q(payload__to__in=addresses) | Q(payload__address__in=addresses)
        )
        told.filter(named).update(payload={}, error="")
