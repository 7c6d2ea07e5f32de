"""The wait-list in words: who waits, for what, since when, and what was offered to them. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.menu import Menu, load_menu
from booking.models import DayPart, EntryState, OfferState, WaitListEntry, WaitListOffer
from dealerships.models import Dealership, StaffMember
from desk.capacity.sayings import weekday_name
from desk.words import page_language
from lib import clock, phones, tokens

RECENT = timedelta(days=14)
MOST_RECENT = 50

# How an offer looks: its chip's kind and its icon.
LOOKS = {
    OfferState.OPEN: ("wait", "hourglass"),
    OfferState.ACCEPTED: ("good", "check"),
    OfferState.DECLINED: ("closed", "x"),
    OfferState.EXPIRED: ("closed", "clock"),
    OfferState.WITHDRAWN: ("closed", "ban"),
}
BECAME = {
    EntryState.SERVED: gettext_lazy("Has a place"),
    EntryState.LEFT: gettext_lazy("Left the list"),
    EntryState.ENDED: gettext_lazy("Range is over"),
}


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer: which place, its answer, and when it was made and answered."""

    place: str
    answer: str
    kind: str
    icon: str
    times: str


@dataclass(frozen=True, slots=True)
class Waiter:
    """One entry: the person, what is asked for, how they stand, and every offer, newest first."""

    pk: int
    turn: int
    name: str
    reach: tuple[str, ...]
    work: str
    vehicle: str
    wishes: str
    since: str
    visit: str
    reference: str
    exception: str
    became: str
    offers: tuple[Offered, ...]


def waiters(dealership: Dealership) -> list[Waiter]:
    """Who waits, in turn."""
    rows = _rows(dealership).filter(state=EntryState.WAITING).order_by("-priority", "pk")
    return _say(dealership, rows)


def recent_leavers(dealership: Dealership, now: datetime) -> list[Waiter]:
    """Who waited until lately, the last one first."""
    rows = _rows(dealership).exclude(state=EntryState.WAITING).filter(ended_at__gte=now - RECENT)
    return _say(dealership, rows.order_by("-ended_at", "-pk")[:MOST_RECENT])


def _rows(dealership: Dealership) -> QuerySet[WaitListEntry]:
    entries = WaitListEntry.objects.filter(dealership=dealership)
    return entries.select_related("appointment").prefetch_related("offers")


def _say(dealership: Dealership, entries: Iterable[WaitListEntry]) -> list[Waiter]:
    found = list(entries)
    menu = load_menu(dealership) if found else {}
    names = _names(dealership, found)
    return [
        _waiter(entry, turn, dealership.zone, menu, names.get(entry.priority_by_id or 0, ""))
        for turn, entry in enumerate(found, start=1)
    ]


def _names(dealership: Dealership, entries: list[WaitListEntry]) -> Mapping[int, str]:
    """Who declared exceptions, by user; no query when nobody did."""
    users = {entry.priority_by_id for entry in entries if entry.priority_by_id}
    if not users:
        return {}
    rows = StaffMember.objects.filter(user__in=users, dealership__group=dealership.group_id)
    return {user: name for user, name in rows.order_by("-pk").values_list("user", "name") if user}


def _waiter(entry: WaitListEntry, turn: int, zone: str, menu: Menu, who: str) -> Waiter:
    language, visit = page_language(), entry.appointment
    services = [menu[code].name(language) for code in entry.basket["services"] if code in menu]
    return Waiter(
        pk=entry.pk,
        turn=turn,
        name=entry.contact_name,
        reach=tuple(
            part
            for part in (
                phones.format_phone(entry.contact_phone, language) if entry.contact_phone else "",
                entry.contact_email,
            )
            if part
        ),
        work=", ".join(services),
        vehicle=entry.vehicle_title,
        wishes=_wishes(entry),
        since=_moment(entry.created_at, zone),
        visit=_moment(visit.starts_at, zone) if visit else "",
        reference=tokens.show_reference(visit.reference) if visit else "",
        exception=", ".join(part for part in (entry.priority_reason, who) if part),
        became=str(BECAME.get(EntryState(entry.state), "")),
        offers=tuple(_offered(offer, zone) for offer in entry.offers.all()),
    )


def _wishes(entry: WaitListEntry) -> str:
    """`lun. 23 nov. – dim. 6 déc. · mardi, jeudi · matin`."""
    language = page_language()
    days = dict.fromkeys(clock.say_short_date(day, language) for day in (entry.first_day, entry.last_day))
    weekdays = ", ".join(weekday_name(day) for day in entry.weekdays)
    parts = ", ".join(str(DayPart(part).label).lower() for part in entry.parts)
    return " · ".join(part for part in (" – ".join(days), weekdays, parts) if part)


def _offered(offer: WaitListOffer, zone: str) -> Offered:
    kind, icon = LOOKS[OfferState(offer.state)]
    made = _("offered %(when)s") % {"when": _moment(offer.offered_at, zone)}
    if offer.state == OfferState.OPEN:
        until = clock.say_time(clock.local(offer.expires_at, zone), page_language())
        answered = _("kept until %(time)s") % {"time": until}
    else:
        answered = _answered(offer, zone)
    return Offered(
        place=_moment(offer.starts_at, zone),
        answer=str(OfferState(offer.state).label),
        kind=kind,
        icon=icon,
        times=", ".join(part for part in (made, answered) if part),
    )


def _answered(offer: WaitListOffer, zone: str) -> str:
    """When it was answered or over; the time alone on the day that it was made."""
    if offer.answered_at is None:
        return ""
    made, over = (clock.local(moment, zone) for moment in (offer.offered_at, offer.answered_at))
    if made.date() == over.date():
        return _("over at %(time)s") % {"time": clock.say_time(over, page_language())}
    return _moment(offer.answered_at, zone)


def _moment(moment: datetime, zone: str) -> str:
    """`lun. 23 nov. 9 h 15`."""
    there, language = clock.local(moment, zone), page_language()
    return f"{clock.say_short_date(there, language)} {clock.say_time(there, language)}"
