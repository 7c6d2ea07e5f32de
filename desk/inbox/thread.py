"""One conversation in words: what they wrote and what they were sent, over every way. Calculates, never writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from desk.inbox.moments import came_in_at
from desk.seeing.timeline import show_message
from desk.words import page_language
from lib import clock
from notifications.models import Channel, Conversation, Incoming, Message, State

MOST_LINES = 80
# A link in a letter opens the customer's own pages; it is nobody else's.
_LINK = re.compile(r"https?://\S+")
# Longer words begin folded, so that the answer box stays in sight: so many characters of them are shown.
LONG, SHOWN = 700, 500
_NEVER_SENT = Q(state=State.CANCELLED, sent_at=None)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the thread. `side` is theirs, ours (a person wrote it) or auto."""

    at: datetime
    side: str
    words: str
    rest: str  # of long words, what unfolds
    title: str  # the kind of an automatic one
    author: str
    time: str
    icon: str
    way: str
    state: str = ""
    mood: str = ""
    arrived: bool = False
    why: str = ""
    files: int = 0  # that came with it, and are not kept
    new_day: str = ""  # the day, above the first of each


@dataclass(frozen=True, slots=True)
class Planned:
    """What will still be sent, and when."""

    title: str
    when: str
    icon: str


def thread_lines(conversation: Conversation) -> list[Line]:
    """The oldest first, the newest 80; of one moment, what they wrote before what answers it. Two queries."""
    zone = conversation.dealership.zone
    gone = _messages(conversation).exclude(_NEVER_SENT).exclude(_not_yet(clock.now()))
    lines = [_theirs(row, zone) for row in reversed(_newest_incoming(conversation))]
    lines += [_ours(row, zone) for row in reversed(gone.order_by("-created_at", "-pk")[:MOST_LINES])]
    return _with_days(sorted(lines, key=lambda line: line.at)[-MOST_LINES:], zone)


def _newest_incoming(conversation: Conversation) -> list[Incoming]:
    if not conversation.pk:
        return []
    return list(conversation.incoming.select_related("event").order_by("-at", "-pk")[:MOST_LINES])


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


def fold(words: str) -> tuple[str, str]:
    """What is shown of words, and what unfolds: cut between two words where there are any."""
    if len(words) <= LONG:
        return words, ""
    cut = max(words.rfind(" ", 0, SHOWN), words.rfind("\n", 0, SHOWN))
    cut = cut if cut > SHOWN // 2 else SHOWN
    return words[:cut].rstrip(), words[cut:].lstrip()


def _theirs(row: Incoming, zone: str) -> Line:
    words, rest = fold(row.words or _("(no words)"))
    return Line(
        at=came_in_at(row),
        side="theirs",
        words=words,
        rest=rest,
        title="",
        author="",
        time=_time(row.at, zone),
        icon=_icon(row.channel),
        way=str(Channel(row.channel).label),
        files=row.files,
    )


def _ours(row: Message, zone: str) -> Line:
    shown, by_hand = show_message(row, zone), row.kind == "desk_message"
    at = row.sent_at or row.created_at
    words = row.payload.get("words", "") if by_hand else shown.words
    if not by_hand and row.channel == Channel.EMAIL:
        # Its subject; an answer has the customer's own, so what it says.
        subject, _blank, text = words.partition("\n")
        words = text.strip().partition("\n")[0] if row.kind == "auto_answer" else subject
    shown_words, rest = fold(_LINK.sub(_("[link]"), words) if not by_hand else words)
    return Line(
        at=at,
        side="ours" if by_hand else "auto",
        words=shown_words,
        rest=rest,
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
