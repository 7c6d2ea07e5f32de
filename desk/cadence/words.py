"""A cadence in one sentence, and what it would send next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.actions.due import AHEAD
from booking.cadence_preview import NextMessage
from desk.cadence.forms import NAMES
from desk.words import page_language
from lib import clock
from lib.tokens import show_reference
from notifications.hours import COMMERCIAL
from notifications.kinds import KINDS, Anchor, Kind, When
from notifications.models import Channel, Way


def say_when(kind: Kind, when: When) -> str:
    """`The day before the visit at 4:00 p.m., by text message, else by e-mail`."""
    return f"{_moment(kind, when)}, {_way(when.way)}"


def name_with_day(kind: Kind, when: When | None) -> str:
    """`Last reminder · the day before the visit`: the name, and what it does not say, on which day it goes out."""
    if when is None:
        return str(kind.label)
    moment = _moment(kind, when) if when.days is None else _day(kind, when.days)
    return f"{kind.label} · {moment[:1].lower()}{moment[1:]}"


def counted_from(kind: Kind, *, before: bool) -> str:
    """What the days are counted from: the words after their number."""
    if kind.name == "next_season":
        return _("days after bookings for the season open")
    words = {
        (Anchor.START, True): _("days before the visit"),
        (Anchor.COMPLETED, False): _("days after the vehicle was handed back"),
        (Anchor.DUE, True): _("days before it is due"),
    }
    return words[kind.anchor or Anchor.START, before]


def show_next(found: list[NextMessage], zone: str) -> list[dict[str, Any]]:
    """The lines of a preview."""
    return [
        {
            "when": clock.say_moment(one.at, zone, page_language()),
            "name": one.name,
            "vehicle": one.vehicle,
            "channel": one.channel,
            "channel_word": _("Text message") if one.channel == Channel.SMS else _("E-mail"),
            "wording": NAMES.get(one.variant, one.variant),
            "visit": clock.say_moment(one.starts_at, zone, page_language()) if one.starts_at else "",
            "reference": one.reference,
            "shown_reference": show_reference(one.reference) if one.reference else "",
        }
        for one in found
    ]


def note_of(name: str) -> str:
    """What a manager should know beside the fields."""
    if KINDS[name].purpose:
        return _say_commercial()
    return {
        "reconfirm": _("Only for what was booked more than three weeks ahead, and not confirmed."),
        "reconfirm_again": _("Only for what was booked more than three weeks ahead, and not confirmed."),
        "reminder_1d": _("Not for who has confirmed."),
        "expected": _("Not for who has come, or has said that they come later."),
        "retorque": _("Only after work on the wheels."),
    }.get(name, "")


def applies_to(name: str) -> str:
    """What a change leaves as it is; blank where what is planned follows it."""
    if KINDS[name].anchor is not Anchor.DUE:
        return ""
    return ngettext(
        "A change applies to what is not planned yet; what is, up to %(count)s day ahead, leaves as planned, unless "
        "you switch this off.",
        "A change applies to what is not planned yet; what is, up to %(count)s days ahead, leaves as planned, unless "
        "you switch this off.",
        AHEAD.days,
    ) % {"count": AHEAD.days}


def _say_commercial() -> str:
    """To whom, how often, and in which hours: what falls outside them waits."""
    weekday, saturday = COMMERCIAL[0], COMMERCIAL[5]
    moments = {"opens": weekday[0], "closes": weekday[1], "saturday": saturday[0], "ends": saturday[1]}
    return _(
        "Commercial: only to who agreed, and one a month. It leaves on working days, Monday to Friday from %(opens)s "
        "to %(closes)s and Saturday from %(saturday)s to %(ends)s; outside these hours it waits for the next ones."
    ) % {name: clock.say_time(moment, page_language()) for name, moment in moments.items()}


def _moment(kind: Kind, when: When) -> str:
    if when.minutes is not None:
        return ngettext(
            "%(count)s minute after the start, when nobody has come",
            "%(count)s minutes after the start, when nobody has come",
            when.minutes,
        ) % {"count": when.minutes}
    assert when.days is not None and when.at is not None
    return _("%(day)s at %(time)s") % {
        "day": _day(kind, when.days),
        "time": clock.say_time(when.at, page_language()),
    }


def _day(kind: Kind, days: int) -> str:
    count = abs(days)
    if kind.name == "next_season":
        return _in_days(
            count,
            _("On the day when bookings for the season open"),
            ngettext(
                "%(count)s day after bookings for the season open",
                "%(count)s days after bookings for the season open",
                count,
            ),
        )
    if KINDS[kind.name].anchor is Anchor.COMPLETED:
        later = ngettext("%(count)s day after the visit", "%(count)s days after the visit", count)
        return _in_days(count, _("On the day of the visit"), later)
    if KINDS[kind.name].anchor is Anchor.DUE:
        ahead = ngettext("%(count)s day before it is due", "%(count)s days before it is due", count)
        return _in_days(count, _("On the day when it is due"), ahead)
    if count == 1:
        return _("The day before the visit")
    ahead = ngettext("%(count)s day before the visit", "%(count)s days before the visit", count)
    return _in_days(count, _("On the day of the visit"), ahead)


def _in_days(count: int, none: str, some: str) -> str:
    return some % {"count": count} if count else none


def _way(way: str) -> str:
    return {
        Way.SMS_FIRST: _("by text message, else by e-mail"),
        Way.EMAIL_FIRST: _("by e-mail, else by text message"),
        Way.BOTH: _("by e-mail and by text message"),
        Way.SMS: _("by text message"),
        Way.EMAIL: _("by e-mail"),
    }[Way(way)]
