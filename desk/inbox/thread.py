"""One conversation in words: what they wrote and what they were sent, over every way. Calculates, never writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from desk.seeing.timeline import show_message
from desk.words import page_language
from lib import clock
from notifications.models import Channel, Conversation, Incoming, Message, State

MOST_LINES = 80
# A link in a letter opens the customer's own pages; it is nobody else's.
_LINK = re.compile(r"https?://\S+")
_NEVER_SENT = Q(state=State.CANCELLED, sent_at=None)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the thread. `side` is theirs, ours (a person wrote it) or auto."""

    at: datetime
    side: str
    words: str
    title: str  # the kind of an automatic one
    author: str
    time: str
    icon: str
    way: str
    state: str = ""
    mood: str = ""
    arrived: bool = False
    why: str = ""
    new_day: str = ""  # the day, above the first of each


@dataclass(frozen=True, slots=True)
class Planned:
    """What will still be sent, and when."""

    title: str
    when: str
    icon: str


def thread_lines(conversation: Conversation) -> list[Line]:
    """The oldest first, the newest 80. Two queries."""
    zone = conversation.dealership.zone
    theirs = conversation.incoming.order_by("-at")[:MOST_LINES] if conversation.pk else []
    gone = _messages(conversation).exclude(_NEVER_SENT).exclude(_not_yet(clock.now()))
    lines = [_theirs(row, zone) for row in theirs]
    lines += [_ours(row, zone) for row in gone.order_by("-created_at")[:MOST_LINES]]
    return _with_days(sorted(lines, key=lambda line: line.at)[-MOST_LINES:], zone)


def planned_messages(conversation: Conversation) -> list[Planned]:
    """The next few to come. One query."""
    zone, rows = conversation.dealership.zone, _messages(conversation).filter(_not_yet(clock.now()))
    shown = []
    for row in rows.order_by("not_before")[:4]:
        line, due = show_message(row, zone), clock.local(max(row.not_before, row.next_try_at), zone)
        day, time = clock.say_short_date(due.date(), page_language()), clock.say_time(due, page_language())
        shown.append(Planned(line.title, f"{day} {time}", line.icon))
    return shown


def _messages(conversation: Conversation) -> QuerySet[Message]:
    """Everything that was written to this person by this dealership."""
    unknown = Q(to=conversation.address, customer=None, sent_at__isnull=False)
    whose = Q(customer=conversation.customer_id) if conversation.customer_id else unknown
    if conversation.pk:
        whose |= Q(about=conversation.about)
    return Message.objects.filter(whose, dealership=conversation.dealership_id)


def _not_yet(now: datetime) -> Q:
    return Q(state=State.PENDING, not_before__gt=now)


def _theirs(row: Incoming, zone: str) -> Line:
    return Line(
        at=row.at,
        side="theirs",
        words=row.words or _("(no words)"),
        title="",
        author="",
        time=_time(row.at, zone),
        icon=_icon(row.channel),
        way=str(Channel(row.channel).label),
    )


def _ours(row: Message, zone: str) -> Line:
    shown, by_hand = show_message(row, zone), row.kind == "desk_message"
    at = row.sent_at or row.created_at
    words = row.payload.get("words", "") if by_hand else shown.words
    if not by_hand and row.channel == Channel.EMAIL:
        words = words.partition("\n")[0]  # its subject
    return Line(
        at=at,
        side="ours" if by_hand else "auto",
        words=_LINK.sub(_("[link]"), words) if not by_hand else words,
        title="" if by_hand else shown.title,
        author=row.payload.get("author", "") if by_hand else "",
        time=_time(at, zone),
        icon=shown.icon,
        way=shown.way,
        state=shown.state,
        mood=shown.mood,
        arrived=row.delivered_at is not None,
        why=shown.why,
    )


def _with_days(lines: list[Line], zone: str) -> list[Line]:
    last: date | None = None
    dated = []
    for line in lines:
        day = clock.local(line.at, zone).date()
        dated.append(replace(line, new_day=clock.say_date(day, page_language())) if day != last else line)
        last = day
    return dated


def _icon(channel: str) -> str:
    return "smartphone" if channel == Channel.SMS else "mail"


def _time(moment: datetime, zone: str) -> str:
    return clock.say_time(clock.local(moment, zone), page_language())
