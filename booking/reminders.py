"""Which messages a visit gets before and just after its start, and when: computed on the dealership's wall clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from booking.models import Appointment, Status
from notifications.cadence import channels_in_turn, due_at
from notifications.hours import next_allowed
from notifications.kinds import KINDS, Anchor, Kind, When
from notifications.wanted import LAST_REMINDER

RANDOM = "random"
# Who has said that they come is not asked again.
ASKS = frozenset({"reminder_1d", "reconfirm", "reconfirm_again"})
RECONFIRMS = frozenset({"reconfirm", "reconfirm_again"})
# What is booked further ahead than this is asked about again (Marshfield: the odds of a no-show grow with the wait).
FAR_AHEAD = timedelta(days=21)
# A reminder that arrives later than this before the visit helps nobody.
LAST_USE = timedelta(minutes=45)
REMINDERS = ("reminder_3d", "reminder_1d")


@dataclass(frozen=True, slots=True)
class Reminder:
    """One planned message: not before, and useless after (both UTC); by which wording, blank for the usual one."""

    kind: str
    channel: str
    not_before: datetime
    expires_at: datetime
    variant: str = ""


def is_reminded(start: datetime, zone: str, cadences: Mapping[str, When], *, now: datetime) -> bool:
    """Whether a visit that is booked now, for this moment, gets a reminder at all."""
    return any(cadences[kind].active and due_at(cadences[kind], start, zone) > now for kind in REMINDERS)


def plan_reminders(
    appointment: Appointment, cadences: Mapping[str, When], *, now: datetime, agreed_at: datetime
) -> list[Reminder]:
    """What the dealership's cadences send about a visit to come, by the channels that were given and not muted.

    `agreed_at` is when its present time was chosen: only what is booked far ahead is asked about again. What has
    been confirmed is not asked about; one whose moment has passed is not planned.
    """
    confirmed = appointment.status == Status.CONFIRMED
    return [
        reminder
        for kind, when in _of_the_start(cadences)
        if not (confirmed and kind.name in ASKS)
        and not (kind.name in RECONFIRMS and appointment.starts_at - agreed_at <= FAR_AHEAD)
        for reminder in anchored(kind, when, appointment, appointment.starts_at)
        if reminder.not_before > now
    ]


def anchored(kind: Kind, when: When, appointment: Appointment, anchor: datetime) -> Iterator[Reminder]:
    """What a cadence makes of one moment of a visit, one for each channel; none when it would come too late.

    What is said before the visit ends 45 minutes before it; the quiet hours are waited for.
    """
    window = _window(when, anchor, appointment.zone)
    if not when.active or window is None:
        return
    allowed, expires_at = window
    if kind.anchor is Anchor.START and when.minutes is None:
        expires_at = min(expires_at, appointment.starts_at - LAST_USE)
    if allowed < _latest(kind, when, appointment, expires_at):
        variant = draw_wording(kind, when, appointment.reference)
        for channel in channels_of(when, appointment):
            yield Reminder(kind.name, channel, allowed, expires_at, variant)


@lru_cache(maxsize=8192)  # visits begin at the same few times of a day
def _window(when: When, anchor: datetime, zone: str) -> tuple[datetime, datetime] | None:
    """From when it may leave, and until when the cadence finds it of use; None when it never may."""
    due = due_at(when, anchor, zone)
    allowed = next_allowed(due, zone, when)
    return None if allowed is None else (allowed, due + when.lasts)


def _latest(kind: Kind, when: When, appointment: Appointment, expires_at: datetime) -> datetime:
    """What is due after this is not planned: senders would find it too late to remind."""
    if kind.anchor is Anchor.START and when.minutes is None:
        return min(expires_at, appointment.starts_at - LAST_REMINDER)
    return expires_at


def channels_of(when: When, appointment: Appointment) -> tuple[str, ...]:
    """By which channels this visit's customer is told: what they gave, and did not mute for it."""
    muted = appointment.muted_channels
    given = (("sms", appointment.contact_phone), ("email", appointment.contact_email))
    reachable = {channel for channel, to in given if to and channel not in muted}
    return channels_in_turn(when, reachable)


def draw_wording(kind: Kind, when: When, reference: str) -> str:
    """The wording of a cadence; `random` draws one by the visit's reference, the same however often it is asked."""
    if when.wording != RANDOM:
        return when.wording if when.wording in kind.variants else ""
    wordings = ("", *kind.variants)
    drawn = hashlib.sha256(f"{reference}:{kind.name}".encode()).digest()
    return wordings[int.from_bytes(drawn[:8]) % len(wordings)]


def _of_the_start(cadences: Mapping[str, When]) -> Iterator[tuple[Kind, When]]:
    for name, when in cadences.items():
        if KINDS[name].anchor is Anchor.START:
            yield KINDS[name], when
