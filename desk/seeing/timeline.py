"""What was written about one appointment, both ways: planned, sent, delivered, failed and why, answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Appointment
from desk.inbox.moments import came_in_at
from desk.seeing.reasons import say_why
from desk.words import page_language
from lib import clock
from notifications.kinds import KINDS
from notifications.models import Channel, Incoming, Message, State
from notifications.words_sent import words_sent


@dataclass(frozen=True, slots=True)
class Line:
    """One message: which, by which way, what became of it with its times, why, and its words."""

    icon: str
    title: str
    way: str
    state: str
    mood: str  # "", "late" (somebody should look) or "off"
    steps: list[str]
    why: str = ""
    words: str = ""
    came_in: bool = False


def message_lines(appointment: Appointment) -> list[Line]:
    """Newest first. Two queries, however many messages there are."""
    zone = appointment.zone
    sent = Message.objects.filter(about=appointment.about).order_by("created_at", "pk")
    answers = Incoming.objects.filter(about=appointment.about).select_related("event").order_by("at", "pk")
    dated = [(came_in_at(row), _answer(row, zone)) for row in answers]
    dated += [(_moment(row), show_message(row, zone)) for row in sent]
    dated.sort(key=lambda pair: pair[0])
    return [line for _at, line in reversed(dated)]


def show_message(row: Message, zone: str) -> Line:
    """A message of ours."""
    state, mood = _state(row.state)
    return Line(
        icon="smartphone" if row.channel == Channel.SMS else "mail",
        title=str(KINDS[row.kind].label) if row.kind in KINDS else row.kind,
        way=str(row.get_channel_display()),
        state=state,
        mood=mood,
        steps=[f"{word} {_say_when(moment, zone)}" for word, moment in _times(row)],
        why=say_why(row),
        words=words_sent(row),
    )


def _answer(row: Incoming, zone: str) -> Line:
    return Line(
        icon="message-square",
        title=_meaning(row.meaning),
        way=str(Channel(row.channel).label),
        state=_("answer"),
        mood="",
        steps=[_say_when(row.at, zone)],
        words=row.words,
        came_in=True,
    )


def _times(row: Message) -> list[tuple[str, datetime]]:
    """What happened when, as far as it did."""
    if row.state == State.PENDING:
        return [(_("for"), max(row.not_before, row.next_try_at))]
    if row.sent_at is None:
        return [(_("for"), row.not_before)]
    times = [(_("sent"), row.sent_at)]
    if row.delivered_at:
        times.append((_("delivered"), row.delivered_at))
    return times


def _moment(row: Message) -> datetime:
    return row.sent_at or row.not_before


def _state(state: str) -> tuple[str, str]:
    return {
        State.PENDING.value: (_("planned"), ""),
        State.SENDING.value: (_("being sent"), ""),
        State.ACCEPTED.value: (_("sent"), ""),
        State.DELIVERED.value: (_("delivered"), ""),
        State.FAILED.value: (_("not delivered"), "late"),
        State.CANCELLED.value: (_("withdrawn"), "off"),
        State.UNKNOWN.value: (_("uncertain"), "late"),
        State.DEAD.value: (_("not delivered"), "late"),
    }[state]


def _meaning(meaning: str) -> str:
    return {
        "confirm": _("The customer confirms"),
        "change": _("The customer wants to move it"),
        "cancel": _("The customer wants to call it off"),
        "late": _("The customer will be late"),
        "stop": _("The customer wants no more text messages"),
        "start": _("The customer wants text messages again"),
        "help": _("The customer asks for help"),
        "thanks": _("The customer says thank you"),
    }.get(meaning, _("The customer answers"))


def _say_when(moment: datetime, zone: str) -> str:
    there = clock.local(moment, zone)
    return f"{clock.say_short_date(there.date(), page_language())} {clock.say_time(there, page_language())}"
