"""The promised calls as the desk reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from booking.menu import load_menu
from booking.models import CallRequest
from dealerships.models import Dealership, StaffMember
from desk.words import page_language
from lib import clock, phones

# From here on a call that is not made yet is pressing.
SOON = timedelta(minutes=30)
SHOWN_FOR = timedelta(days=7)
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Call:
    """One promised call: `state` is `late`, `soon` or `open`."""

    pk: int
    name: str
    phone: str
    phone_words: str
    language: str
    services: list[str]
    vehicle: str
    wish: str
    by: str
    state: str
    done_by: str = ""
    done_at: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CallsDue:
    """How many calls are promised, by when the first, and whether that is soon or past."""

    count: int
    by: str
    state: str


def calls_to_make(dealership: Dealership, now: datetime) -> list[Call]:
    """Those that nobody has made yet, the first promise first. Two queries at most."""
    open_ones = CallRequest.objects.filter(dealership=dealership, done_at=None)
    return _calls(dealership, open_ones, now)


def calls_made(dealership: Dealership, now: datetime) -> list[Call]:
    """Those of the last week, the newest first. Two queries at most."""
    done = CallRequest.objects.filter(dealership=dealership, done_at__gte=now - SHOWN_FOR)
    names = StaffMember.objects.filter(user=OuterRef("done_by")).order_by("pk").values("name")
    done = done.select_related("done_by").annotate(done_name=Subquery(names[:1]))
    return _calls(dealership, done.order_by("-done_at")[:MOST_SHOWN], now)


def calls_due(dealership: Dealership, now: datetime) -> CallsDue | None:
    """For the day board; None while nothing is promised. One query."""
    found = CallRequest.objects.filter(dealership=dealership, done_at=None).aggregate(
        count=Count("pk"), first=Min("promised_by")
    )
    if not found["count"]:
        return None
    by = _words(found["first"], dealership, now)
    return CallsDue(found["count"], by, _state(found["first"], now))


def _calls(dealership: Dealership, rows: QuerySet[CallRequest], now: datetime) -> list[Call]:
    menu, language = load_menu(dealership), page_language()
    return [
        Call(
            pk=one.pk,
            name=one.name,
            phone=one.phone,
            phone_words=phones.format_phone(one.phone, language),
            language=one.language,
            services=[menu[code].name(language) for code in one.services if code in menu],
            vehicle=one.vehicle,
            wish=one.wish,
            by=_words(one.promised_by, dealership, now),
            state=_state(one.promised_by, now),
            # Who has left the staff is named by the address.
            done_by=getattr(one, "done_name", None) or str(one.done_by or ""),
            done_at=_words(one.done_at, dealership, now) if one.done_at else "",
            outcome=one.outcome,
        )
        for one in rows
    ]


def _state(by: datetime, now: datetime) -> str:
    return "late" if by < now else "soon" if by - now < SOON else "open"


def _words(moment: datetime, dealership: Dealership, now: datetime) -> str:
    """The time alone today, with its day otherwise."""
    there, here = clock.local(moment, dealership.zone), clock.local(now, dealership.zone)
    if there.date() == here.date():
        return clock.say_time(there, page_language())
    return clock.say_moment(moment, dealership.zone, page_language())
