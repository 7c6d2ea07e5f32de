"""The inbox: who wrote, who waits, who sees to it. Calculates, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import ERASED_NAME
from dealerships.models import Dealership
from desk.access import Desk
from desk.words import page_language
from lib import clock
from lib.names import initials
from lib.phones import format_phone
from notifications.models import Conversation, Incoming

MOST_ROWS = 60
SHOWS = ("all", "waiting", "mine")


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation as a line of the list."""

    pk: int
    who: str
    initials: str
    unknown: bool
    words: str
    ours: bool  # the last words are ours
    when: str
    icon: str
    unread: int
    waiting: str  # "for 12 min"; empty when nothing waits
    assigned: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """One way of looking at the list."""

    show: str
    label: str
    count: int
    current: bool


def inbox_rows(desk: Desk, show: str, *, now: datetime) -> list[Row]:
    """What waits first, the longest waiting at the top; then what is unread, then the newest. One query."""
    theirs = Incoming.objects.filter(conversation=OuterRef("pk"), at=OuterRef("last_at"))
    rows = (
        _shown(desk, show)
        .select_related("customer", "assigned_to")
        .annotate(theirs=Exists(theirs))
        .order_by(F("waiting_since").asc(nulls_last=True), "-unread", "-last_at")
    )
    return [_row(one, desk, now) for one in rows[:MOST_ROWS]]


def tabs(desk: Desk, show: str) -> list[Tab]:
    """The ways of looking at it, with how many are in each. One query."""
    counts = Conversation.objects.filter(dealership=desk.dealership).aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(waiting_since__isnull=False)),
        mine=Count("pk", filter=Q(assigned_to__user=desk.user)),
    )
    labels = {"all": _("Everyone"), "waiting": _("Waiting"), "mine": _("Mine")}
    return [Tab(one, labels[one], counts[one], one == show) for one in SHOWS]


def unread_count(dealership: Dealership) -> int:
    """In how many conversations something is unread. One query."""
    return Conversation.objects.filter(dealership=dealership, unread__gt=0).count()


def name_of(conversation: Conversation) -> str:
    """Who it is with: the customer, or the number or address that nobody knows."""
    if conversation.customer:
        return conversation.customer.name
    if conversation.is_erased:
        return ERASED_NAME
    return format_phone(conversation.address, page_language())


def say_ago(moment: datetime, now: datetime) -> str:
    """How long ago: `12 min`, `3 h`, `2 days`; never less than a minute."""
    minutes = max(1, int((now - moment) / timedelta(minutes=1)))
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def say_when(moment: datetime, zone: str, now: datetime) -> str:
    """The time today, `yesterday`, else the day."""
    there, today = clock.local(moment, zone), clock.local(now, zone).date()
    if there.date() == today:
        return clock.say_time(there, page_language())
    if there.date() == today - timedelta(days=1):
        return _("yesterday")
    return clock.say_short_date(there.date(), page_language())


def _shown(desk: Desk, show: str) -> QuerySet[Conversation]:
    here = Conversation.objects.filter(dealership=desk.dealership)
    if show == "waiting":
        return here.filter(waiting_since__isnull=False)
    return here.filter(assigned_to__user=desk.user) if show == "mine" else here


def _row(one: Conversation, desk: Desk, now: datetime) -> Row:
    return Row(
        pk=one.pk,
        who=name_of(one),
        initials=initials(name_of(one)),
        unknown=one.customer is None,
        words=one.last_words or _("(no words)"),
        ours=not one.theirs,  # type: ignore[attr-defined]
        when=say_when(one.last_at, desk.dealership.zone, now),
        icon="smartphone" if one.channel == "sms" else "mail",
        unread=one.unread,
        waiting=say_ago(one.waiting_since, now) if one.waiting_since else "",
        assigned=one.assigned_to.name if one.assigned_to else "",
        mine=bool(one.assigned_to and one.assigned_to.user_id == desk.user.pk),
    )
