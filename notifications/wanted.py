"""The last look before a message is sent: is it still wanted, is it allowed, and is it the hour?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from notifications.hours import next_allowed
from notifications.kinds import KINDS, Anchor, Kind, When
from notifications.models import Message

# A reminder that comes later than this helps nobody.
LAST_REMINDER = timedelta(hours=2)
# Codes of the automatic answers that go to a number that has stopped our texts.
KEYWORD_ANSWERS = frozenset({"stopped", "help"})


@dataclass(frozen=True)
class Send:
    """It may go now."""


@dataclass(frozen=True)
class Hold:
    """It may go at `until`: the end of the quiet hours, or two hours after another message."""

    until: datetime


@dataclass(frozen=True)
class Drop:
    """It must not go. With `elsewhere`, the person may still be told by e-mail."""

    reason: str
    elsewhere: bool = False


Verdict = Send | Hold | Drop


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known at the moment of the look.

    `when` is the dealership's cadence of a kind that the system starts (None: the usual one), `closed` the days on
    which nobody would answer, `agreed` whether consent stands, `standing` whether what it is about still is so.
    """

    suppressed: bool = False
    when: When | None = None
    closed: Collection[date] = ()
    agreed: bool = True
    standing: bool = True


def judge(message: Message, known: Circumstances, *, now: datetime) -> Verdict:
    """What to do with a claimed message at `now`."""
    kind = KINDS[message.kind]
    if message.expires_at is not None and message.expires_at <= now:
        return Drop("expired")
    if known.suppressed and not _answers_a_keyword(message, kind):
        return Drop("suppressed", elsewhere=not kind.purpose)
    if not known.standing:
        return Drop("no longer so")
    if kind.purpose and not known.agreed:
        return Drop("no consent")
    when = known.when or kind.usual
    return _judge_hour(message, when, known.closed, now) if when else Send()


def _answers_a_keyword(message: Message, kind: Kind) -> bool:
    """Whether it answers STOP or HELP, which the carriers want answered to who stopped, too."""
    return kind.despite_stop and message.payload.get("answer") in KEYWORD_ANSWERS


def wait(message: Message, until: datetime, *, otherwise: str) -> Verdict:
    """Hold it until then; drop it, for the reason, when it would be of no use any more."""
    if message.expires_at is not None and until >= message.expires_at:
        return Drop(otherwise)
    if _comes_before_a_visit(message) and _start(message) - until < LAST_REMINDER:
        return Drop("too late to remind")
    return Hold(until)


def _judge_hour(message: Message, when: When, closed: Collection[date], now: datetime) -> Verdict:
    if not when.active:
        return Drop("switched off")
    commercial = bool(KINDS[message.kind].purpose)
    due = next_allowed(now, message.payload["zone"], when, commercial=commercial, closed=closed)
    if due is None:
        return Drop("no hour for it")
    if due > now:
        return wait(message, due, otherwise="expired")
    if _comes_before_a_visit(message) and _start(message) - now < LAST_REMINDER:
        return Drop("too late to remind")
    return Send()


def _comes_before_a_visit(message: Message) -> bool:
    """Whether it prepares a visit; what is said after an unseen start does not."""
    kind = KINDS[message.kind]
    return kind.anchor is Anchor.START and kind.usual is not None and kind.usual.minutes is None


def _start(message: Message) -> datetime:
    return datetime.fromisoformat(message.payload["starts_at"])
