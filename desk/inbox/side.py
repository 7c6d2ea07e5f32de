"""Beside a conversation: whose it is, what they have booked, and what one would do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from booking.access import appointments_for
from booking.actions.late import CHOICES, may_announce
from booking.models import LIVE, Appointment, Status
from desk.access import Desk
from desk.seeing.flags import ShownFlag, shown_flags
from desk.visits import late_word
from desk.words import line_name, page_language, say_ready
from lib import clock
from lib.phones import format_phone
from notifications.actions.conversations import address_of
from notifications.keywords import Meaning, read_words
from notifications.models import Channel, Conversation, Incoming

USUAL_MINUTES = 20


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to do: a page to go to, or, with `act`, a button."""

    label: str
    icon: str
    url: str
    act: bool = False
    first: bool = False  # what the last message asks for
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """What stands beside the thread."""

    phone: str
    phone_words: str
    email: str
    vehicles: list[dict[str, str]]
    visit: dict[str, Any] | None
    suggestions: list[Suggestion]
    flags: list[ShownFlag]


def next_visit(desk: Desk, conversation: Conversation, *, now: datetime) -> Appointment | None:
    """The customer's next visit here, or the one of today. One query, two with a visit."""
    if conversation.customer_id is None:
        return None
    visits = appointments_for(desk.user).filter(
        dealership=desk.dealership,
        customer=conversation.customer_id,
        status__in=LIVE,
        starts_at__gt=now - timedelta(hours=12),
    )
    return visits.order_by("starts_at").prefetch_related("lines").first()


def show_side(desk: Desk, conversation: Conversation, visit: Appointment | None, *, now: datetime) -> Side:
    """The card and the suggestions. Three queries at most."""
    phone, email = address_of(conversation, Channel.SMS), address_of(conversation, Channel.EMAIL)
    customer = conversation.customer
    vehicles = customer.vehicles.order_by("-pk")[:3] if customer else []
    return Side(
        phone=phone,
        phone_words=format_phone(phone, page_language()),
        email=email,
        vehicles=[{"title": one.title, "plate": one.plate} for one in vehicles],
        visit=_show_visit(visit) if visit else None,
        suggestions=list(_suggest(desk, conversation, visit, now)),
        flags=shown_flags(desk, phone=phone, email=email),
    )


def _show_visit(visit: Appointment) -> dict[str, Any]:
    there = clock.local(visit.starts_at, visit.zone)
    return {
        "when": f"{clock.say_short_date(there.date(), page_language())} {clock.say_time(there, page_language())}",
        "ready": say_ready(visit),
        "work": ", ".join(line_name(line) for line in visit.lines.all()),
        "vehicle": visit.vehicle.title,
        "status": visit.status,
        "late": late_word(visit),
        "url": reverse("desk:appointment", args=[visit.dealership.slug, visit.reference]),
    }


def _suggest(
    desk: Desk, conversation: Conversation, visit: Appointment | None, now: datetime
) -> list[Suggestion]:
    last = conversation.incoming.order_by("-at", "-pk").first() if conversation.pk else None
    meaning = last.meaning if last else ""
    found = _about_visit(desk, conversation, visit, last, meaning, now) if visit else []
    if "book" in desk.allowed:
        url = reverse("desk:book", args=[desk.dealership.slug])
        known = f"?customer={conversation.customer_id}" if conversation.customer_id else ""
        found.append(Suggestion(_("Book a visit"), "calendar-plus", url + known, first=visit is None))
    return sorted(found, key=lambda one: not one.first)


def _about_visit(
    desk: Desk,
    conversation: Conversation,
    visit: Appointment,
    last: Incoming | None,
    meaning: str,
    now: datetime,
) -> list[Suggestion]:
    if "change_appointments" not in desk.allowed:
        return []
    found, slug = [], desk.dealership.slug
    if conversation.pk and visit.status == Status.BOOKED:
        url = reverse("desk:messages-act", args=[slug, conversation.pk, "confirm"])
        found.append(
            Suggestion(_("Mark as confirmed"), "check", url, act=True, first=meaning == Meaning.CONFIRM)
        )
    if conversation.pk and may_announce(visit, now=now) and not visit.late_minutes:
        minutes = late_minutes(last)
        url = reverse("desk:messages-act", args=[slug, conversation.pk, "late"])
        label = _("Note %(minutes)s min late") % {"minutes": minutes}
        first = meaning == Meaning.LATE
        found.append(Suggestion(label, "hourglass", url, act=True, first=first, minutes=minutes))
    if visit.is_upcoming:
        url = reverse("desk:move", args=[slug, visit.reference])
        wanted = meaning in (Meaning.CHANGE, Meaning.CANCEL)
        found.append(Suggestion(_("Move the visit"), "move-horizontal", url, first=wanted))
    return found


def late_minutes(last: Incoming | None) -> int:
    """The choice nearest to what they wrote, else the usual one."""
    said = (read_words(last.words).minutes if last else None) or USUAL_MINUTES
    return min(CHOICES, key=lambda choice: abs(choice - said))
