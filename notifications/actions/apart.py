"""What the system starts keeps apart: never two messages to one person within two hours, nor two offers within a month.

Senders look, and note that they call, under locks of the person: of two that come at once, the second sees the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce

from lib import clock
from notifications.actions.claim import start_call
from notifications.kinds import KINDS, Subject
from notifications.models import Message, State
from notifications.wanted import Drop, Send, Verdict, wait

APART = timedelta(hours=2)
# One commercial message a person in so many days.
OFFERS_APART = timedelta(days=30)

COMMERCIAL = tuple(kind.name for kind in KINDS.values() if kind.purpose)
# Codes and notices of an account are nobody's news.
UNHEARD = tuple(kind.name for kind in KINDS.values() if kind.subject is Subject.ACCOUNT)
# It has left, or may have.
OUT = (State.ACCEPTED, State.DELIVERED, State.SENDING, State.UNKNOWN)


def start_apart(message: Message) -> Verdict | None:
    """As `start_call`, for what keeps apart: Send when it is called now, None when it is no longer ours.

    Hold until two hours after the last message to this person, Drop when that would be too late, or when the last
    commercial one was less than a month ago. Anything that somebody is waiting for starts at once.
    """
    kind = KINDS[message.kind]
    if kind.subject is Subject.ACCOUNT:
        return Send() if start_call(message) else None
    with transaction.atomic():
        # What starts at once, too: a reminder that looks meanwhile would not see it.
        _lock(_people(message))
        verdict = _judge(message, clock.now()) if kind.waits_for_day else Send()
        if not isinstance(verdict, Send):
            return verdict
        return verdict if start_call(message) else None


def _judge(message: Message, now: datetime) -> Verdict:
    if message.kind in COMMERCIAL and _last(message, now - OFFERS_APART, COMMERCIAL) is not None:
        return Drop("another offer within a month")
    last = _last(message, now - APART)
    return Send() if last is None else wait(message, last + APART, otherwise="too close to another message")


def _last(message: Message, since: datetime, kinds: Iterable[str] = ()) -> datetime | None:
    """When something else last went to this person; None when nothing did since. One query.

    The same news by the other channel is not something else.
    """
    others = _of_the_person(message, since).exclude(kind=message.kind, about=message.about)
    others = others.filter(kind__in=kinds) if kinds else others.exclude(kind__in=UNHEARD)
    moment = others.aggregate(last=Max(Coalesce("sent_at", "called_at")))["last"]
    assert moment is None or isinstance(moment, datetime)
    return moment


def _of_the_person(message: Message, since: datetime) -> QuerySet[Message]:
    # Each way of being of the person is written so that an index has it.
    calling = Q(sent_at=None, called_at__gt=since)
    there = Q(to=message.to, sent_at__gt=since) | (Q(to=message.to, lease_until__isnull=False) & calling)
    if message.customer_id is not None:
        there |= Q(customer=message.customer_id) & (Q(sent_at__gt=since) | calling)
    return Message.objects.filter(there, state__in=OUT).exclude(pk=message.pk)


def _people(message: Message) -> list[str]:
    """Everybody whom it may reach: the record and the address, which others may share; always in one order."""
    record = [] if message.customer_id is None else [f"customer:{message.customer_id}"]
    return sorted([*record, f"address:{message.to.lower()}"])


def _lock(people: Iterable[str]) -> None:
    """Until the end of the transaction, nobody else starts a message to them."""
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"message:{person}"])
