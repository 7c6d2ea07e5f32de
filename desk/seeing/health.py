"""The health page's lines, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.resending import worth_sending_again
from desk.access import Desk
from desk.seeing.provider_names import provider_name
from desk.seeing.timeline import Line, show_message
from desk.words import page_language, say_count
from lib import clock
from lib.languages import locale_name
from lib.phones import format_phone
from notifications.health import (
    Pace,
    Provider,
    Queue,
    providers,
    queue_of,
    stuck_messages,
    webhook_numbers,
)
from notifications.models import Channel, Message, State

# The senders look every few seconds; what waits longer than that waits for something.
LATE_AFTER_MINUTES = 5
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Stuck:
    """One message that did not arrive or may not have, and what to do about it."""

    line: Line
    who: str
    to: str
    url: str
    advice: str
    resend: UUID | None


def health_context(desk: Desk, *, now: datetime) -> dict[str, Any]:
    """Everything of the page. A fixed number of queries."""
    queue, events = queue_of(desk.dealership, now=now), webhook_numbers()
    return {
        "numbers": _numbers(queue),
        "verdict": _verdict(queue, now),
        "providers": [_provider(one) for one in providers(now=now)],
        "events": [
            {"label": _("Waiting"), "count": say_count(events["pending"]), "bad": False},
            {"label": _("Given up"), "count": say_count(events["dead"]), "bad": events["dead"] > 0},
        ],
        "stuck": _stuck(desk, list(stuck_messages(desk.dealership, now=now)), now),
    }


def _numbers(queue: Queue) -> list[dict[str, Any]]:
    return [
        {"label": _("To be sent now"), "count": say_count(queue.due), "bad": False},
        {"label": _("Being sent"), "count": say_count(queue.sending), "bad": False},
        {"label": _("Planned for later"), "count": say_count(queue.planned), "bad": False},
        {"label": _("Uncertain, 7 days"), "count": say_count(queue.unknown), "bad": queue.unknown > 0},
        {"label": _("Not delivered, 7 days"), "count": say_count(queue.failed), "bad": queue.failed > 0},
        {"label": _("Given up, 7 days"), "count": say_count(queue.dead), "bad": queue.dead > 0},
    ]


def _verdict(queue: Queue, now: datetime) -> dict[str, str]:
    minutes = int((now - queue.oldest_due).total_seconds() // 60) if queue.oldest_due else 0
    if minutes >= LATE_AFTER_MINUTES:
        words = ngettext(
            "The oldest message has been waiting for %(count)s minute.",
            "The oldest message has been waiting for %(count)s minutes.",
            minutes,
        )
        return {"kind": "late", "text": words % {"count": minutes}}
    if queue.unknown or queue.dead or queue.failed:
        return {"kind": "wait", "text": _("Messages leave on time; some did not arrive: see below.")}
    return {"kind": "good", "text": _("Messages leave on time, and all of them arrived.")}


def _provider(one: Provider) -> dict[str, Any]:
    until = ""
    if one.open_until:
        until = _("left alone for %(time)s more") % {"time": _say_pause(one.open_until - clock.now())}
    return {
        "name": provider_name(one.name),
        "hour": _pace(one.hour),
        "day": _pace(one.day),
        "bad": bool(one.open_until),
        "state": until or (_("failing") if one.failures_in_a_row else _("answers")),
    }


def _say_pause(left: timedelta) -> str:
    seconds = max(1, int(left.total_seconds()))
    return f"{seconds}{NBSP}s" if seconds < 120 else f"{seconds // 60}{NBSP}min"


def _pace(pace: Pace) -> dict[str, Any]:
    return {
        "calls": say_count(pace.calls),
        "failures": say_count(pace.failures),
        "median": say_seconds(pace.median),
        "slow": say_seconds(pace.slow),
    }


def say_seconds(seconds: float | None) -> str:
    """`0,42 s`; a dash when there was no call."""
    if seconds is None:
        return "–"
    shown = format_decimal(round(seconds, 2), locale=locale_name(page_language()))
    return f"{shown}{NBSP}s"


def _stuck(desk: Desk, rows: list[Message], now: datetime) -> list[Stuck]:
    again = worth_sending_again(rows, now=now)
    return [
        Stuck(
            line=show_message(row, desk.dealership.zone),
            who=row.customer.name if row.customer else "",
            to=format_phone(row.to, page_language()),
            url=_address(desk, row),
            advice=_advice(row, again),
            resend=row.pk if row.pk in again else None,
        )
        for row in rows
    ]


def _address(desk: Desk, row: Message) -> str:
    subject, _colon, reference = row.about.partition(":")
    if subject == "appointment":
        return reverse("desk:appointment", args=[desk.dealership.slug, reference])
    return reverse("desk:customer", args=[row.customer_id]) if row.customer_id else ""


def _advice(row: Message, again: set[UUID]) -> str:
    if row.pk in again:
        return _("It can be sent again: the customer would see one copy.")
    if row.state == State.UNKNOWN:
        return _("Never sent twice. If it matters, call the customer.")
    if row.channel == Channel.SMS:
        return _("Check the number with the customer; an e-mail took its place where one is known.")
    if row.state == State.FAILED:
        return _("Check the address with the customer.")
    return _("Too late to be of use; call if it matters.")
