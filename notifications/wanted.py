"""The last look before a message is sent: is it still wanted, and is it the hour?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.hours import next_allowed
from notifications.kinds import KINDS
from notifications.models import Message

# A reminder that comes later than this helps nobody.
LAST_REMINDER = timedelta(hours=2)


@dataclass(frozen=True)
class Send:
    """It may go now."""


@dataclass(frozen=True)
class Hold:
    """It may go at `until`, the end of the quiet hours."""

    until: datetime


@dataclass(frozen=True)
class Drop:
    """It must not go. With `elsewhere`, the person may still be told by e-mail."""

    reason: str
    elsewhere: bool = False


Verdict = Send | Hold | Drop


def judge(message: Message, *, now: datetime, suppressed: bool) -> Verdict:
    """What to do with a claimed message at `now`; `suppressed` says whether its address wants no more."""
    if message.expires_at is not None and message.expires_at <= now:
        return Drop("expired")
    if suppressed:
        return Drop("suppressed", elsewhere=True)
    if KINDS[message.kind].waits_for_day:
        return _judge_reminder(message, now)
    return Send()


def _judge_reminder(message: Message, now: datetime) -> Verdict:
    due = next_allowed(now, message.payload["zone"])
    if datetime.fromisoformat(message.payload["starts_at"]) - due < LAST_REMINDER:
        return Drop("too late to remind")
    return Send() if due == now else Hold(until=due)
