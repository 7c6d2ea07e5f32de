"""Why a start, a day or a menu is closed, in one sentence and what belongs to it. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import ChangeAction
from booking.why import Explanation
from booking.why_caps import Cap
from booking.why_days import ServiceDay, Verdict
from booking.why_notes import Kept, Made, Notes
from dealerships.models import Dealership
from desk.capacity.sayings import own_words
from desk.capacity.why_words import (
    Names,
    rule_sentence,
    say_cap,
    say_units,
    say_way,
)
from desk.words import page_language
from lib import clock


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole in one sentence: `state` is open, partly or closed, `text` says why, `way` what would open it."""

    state: str
    title: str
    text: str
    way: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose words: the dealership's names, the day in question with its notes, and whether limits may be changed."""

    dealership: Dealership
    names: Names
    day: date
    notes: Notes
    may_change: bool

    @property
    def date_words(self) -> str:
        return clock.say_date(self.day, page_language())


def answer_start(found: Explanation, speaker: Speaker) -> Answer:
    """Whether the start is open, and if not, the first thing that closes it and what would open it."""
    zone = speaker.dealership.zone
    when = clock.say_moment(found.look.starts_at, zone, page_language())
    if found.is_open:
        ready = found.look.ready_at
        text = _("%(when)s: ready around %(ready)s.") % {"when": when, "ready": _ready(ready, speaker)}
        return Answer("open", _("Open for booking"), text)
    if found.rule:
        text = _("%(when)s: %(why)s.") % {"when": when, "why": _why_rule(found, speaker)}
        return Answer("closed", _("Closed"), text)
    cap, way = found.ways[0]
    details = say_details(cap, speaker, found.kept)
    if is_shop_shut(cap, speaker):
        # Opening one pool alone would open nothing: all of them were closed at once.
        text = _("%(when)s: %(why)s.") % {"when": when, "why": _("the whole shop is closed")}
        return Answer("closed", _("Closed"), text, details=details)
    text = _("%(when)s: %(why)s.") % {"when": when, "why": say_cap(cap, speaker.names, speaker.day)}
    said = f"{say_way(cap, way, speaker.names, speaker.day)}."
    return Answer("closed", _("Closed"), text, said, details)


def answer_day(verdict: Verdict, speaker: Speaker) -> Answer:
    """Whether the day has starts for the work, and if not, what closes most of them."""
    day = speaker.date_words
    if verdict.starts:
        text = ngettext("%(day)s: %(count)s open start.", "%(day)s: %(count)s open starts.", verdict.starts)
        return Answer("open", _("Open for booking"), text % {"day": day, "count": verdict.starts})
    text = _("%(day)s: %(why)s.") % {"day": day, "why": say_verdict(verdict, speaker)}
    details = say_details(verdict.cap, speaker) if verdict.cap else ()
    return Answer("closed", _("Closed"), text, say_verdict_way(verdict, speaker), details)


def answer_services(lines: Collection[ServiceDay], speaker: Speaker, at: datetime | None) -> Answer:
    """How much of the menu is open on the day or at the start."""
    by_service: dict[str, bool] = {}
    for one in lines:
        by_service[one.item.code] = by_service.get(one.item.code, False) or bool(one.verdict.starts)
    words = {
        "when": clock.say_moment(at, speaker.dealership.zone, page_language()) if at else speaker.date_words,
        "open": sum(by_service.values()),
        "count": len(by_service),
    }
    if not words["open"]:
        rules = {one.verdict.rule for one in lines}
        if len(rules) == 1 and (rule := rules.pop()):
            # The same reason for all: it is the answer.
            text = _("%(when)s: %(why)s.") % {**words, "why": say_rule(rule, speaker)}
            return Answer("closed", _("Closed"), text)
        return Answer("closed", _("Closed"), _("%(when)s: nothing is open.") % words)
    if words["open"] == words["count"]:
        return Answer("open", _("Open for booking"), _("%(when)s: every service is open.") % words)
    return Answer("partly", _("Partly open"), _("%(when)s: %(open)s of %(count)s services are open.") % words)


def say_verdict(verdict: Verdict, speaker: Speaker) -> str:
    """What closes the day, as a clause."""
    if verdict.cap and is_shop_shut(verdict.cap, speaker):
        return _("the whole shop is closed")
    if verdict.cap:
        return say_cap(verdict.cap, speaker.names, speaker.day)
    return say_rule(verdict.rule, speaker)


def say_verdict_way(verdict: Verdict, speaker: Speaker) -> str:
    """What would open starts of the day, as a sentence; empty where no single cap would."""
    if not verdict.cap or not verdict.way or is_shop_shut(verdict.cap, speaker):
        return ""
    # Of a whole day no start is in question: what would still close one of them is left out.
    way = replace(verdict.way, then_rule="", then_cap=None) if verdict.way.starts else verdict.way
    return f"{say_way(verdict.cap, way, speaker.names, speaker.day)}."


def is_shop_shut(cap: Cap, speaker: Speaker) -> bool:
    """Whether this cap is closed because somebody closed the whole shop."""
    made = speaker.notes.made(cap)
    return bool(made and made.whole and cap.closed)


def say_rule(code: str, speaker: Speaker) -> str:
    """A rule as a clause; a closed day with its name."""
    closure = speaker.notes.shop_closed() if code == "closed" else None
    if closure:
        return _("closed that day, “%(reason)s”") % {"reason": own_words(closure, "reason")}
    return rule_sentence(code)


def _why_rule(found: Explanation, speaker: Speaker) -> str:
    if found.rule == "too_soon":
        earliest = clock.say_moment(found.earliest, speaker.dealership.zone, page_language())
        return _("customers may book this work from %(moment)s on") % {"moment": earliest}
    return say_rule(found.rule, speaker)


def say_details(cap: Cap, speaker: Speaker, kept: Iterable[Kept] = ()) -> tuple[str, ...]:
    """Who closed or lowered it and why, who is away, and what is only kept back for now."""
    details = []
    made = speaker.notes.made(cap)
    if made:
        details.append(_say_made(made, speaker))
    away = speaker.notes.away(cap)
    if away:
        details.append(_("Away: %(reason)s.") % {"reason": own_words(away, "reason")})
    for one in kept:
        if (one.kind, one.subject) == (cap.kind, cap.subject):
            until = clock.say_moment(one.until, speaker.dealership.zone, page_language())
            words = {"units": say_units(one.kind, one.units), "until": until}
            details.append(_("%(units)s are kept back until %(until)s.") % words)
    return tuple(details)


def _say_made(made: Made, speaker: Speaker) -> str:
    """`Closed by Isabelle Roy on Thu, Nov 19: the rack is broken.`"""
    day = clock.local(made.at, speaker.dealership.zone).date()
    words = {
        "who": made.by or _("the system"),
        "when": clock.say_short_date(day, page_language()),
        "reason": made.reason.rstrip("."),
    }
    if made.action in (ChangeAction.CLOSE, ChangeAction.FULL):
        return _("Closed by %(who)s, %(when)s: %(reason)s.") % words
    return _("Limit changed by %(who)s, %(when)s: %(reason)s.") % words


def _ready(ready: datetime | None, speaker: Speaker) -> str:
    assert ready is not None
    there = clock.local(ready, speaker.dealership.zone)
    time = clock.say_time(there, page_language())
    if there.date() == speaker.day:
        return time
    return f"{clock.say_short_date(there.date(), page_language())}, {time}"
