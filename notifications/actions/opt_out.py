"""STOP, START and HELP by text message, as the carriers want them and in French: ARRET, DEBUT, AIDE."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from customers.actions.consents import withdraw_for_address
from notifications.actions.auto_answers import answer_by_itself, was_told, withdraw_answers
from notifications.keywords import Meaning, Reading
from notifications.models import Channel, Incoming, Suppression

KEYWORDS = frozenset({Meaning.STOP, Meaning.HELP, Meaning.START})


def obey_keyword(
    *, incoming: Incoming, reading: Reading, now: datetime, groups: Collection[int] = ()
) -> None:
    """Do what a carrier's word asks, in the caller's transaction, and answer in the language of the word.

    `groups` are the ids of all groups that write from the number: STOP and START are said to the number.
    """
    groups = {incoming.conversation.dealership.group_id, *groups}
    language = reading.language or incoming.conversation.language
    if reading.meaning is Meaning.STOP:
        stop_texts(incoming=incoming, groups=groups, language=language, now=now)
    elif reading.meaning is Meaning.START:
        resume_texts(incoming=incoming, groups=groups, language=language, now=now)
    else:
        answer_by_itself(incoming=incoming, answer="help", language=language, now=now, despite_stop=True)


def stop_texts(*, incoming: Incoming, groups: Collection[int], language: str, now: datetime) -> None:
    """No more texts to this number from these groups, from the next claim on; said once, then silence.

    What is planned for the number goes by e-mail when its turn comes, where the person gave an address. Consents to
    commercial texts at the number are withdrawn with it.
    """
    # One order for everybody: two such texts at once wait for each other.
    newly = [_stop(incoming, group, language, now) for group in sorted(groups)]
    withdraw_answers(incoming.sender)
    if any(newly) or not was_told(incoming.sender, "stopped", now=now):
        answer_by_itself(incoming=incoming, answer="stopped", language=language, now=now, despite_stop=True)


def resume_texts(*, incoming: Incoming, groups: Collection[int], language: str, now: datetime) -> None:
    """The number gets our texts again, those about appointments; a consent that was withdrawn stays so.

    Not when it has said STOP since: a START that failed at first is worked on later.
    """
    since = Incoming.objects.filter(sender=incoming.sender, meaning=Meaning.STOP, at__gt=incoming.at)
    if since.exists():
        return
    Suppression.objects.filter(group__in=groups, channel=Channel.SMS, address=incoming.sender).delete()
    answer_by_itself(incoming=incoming, answer="started", language=language, now=now)


def _stop(incoming: Incoming, group: int, language: str, now: datetime) -> bool:
    """Stop one group's texts to the number; whether they were not stopped before."""
    asked = Suppression.Reason.ASKED
    blocked, first = Suppression.objects.get_or_create(
        group_id=group,
        channel=Channel.SMS,
        address=incoming.sender,
        defaults={"reason": asked, "since": now},
    )
    if blocked.reason != asked:
        blocked.reason = asked
        blocked.save(update_fields=["reason"])
    withdraw_for_address(
        group=group, channel=Channel.SMS, address=incoming.sender, words=incoming.words, language=language
    )
    return first
