"""Why something is closed, in words: what a cap is called, how full it is, what more of it would open. Calculates only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.models import PoolKind, ServiceGroup
from booking.needs import ARRIVALS, BY_DEPARTURE
from booking.unmet import IN_MINUTES
from booking.why import Way
from booking.why_caps import Cap
from dealerships.models import Dealership, Role, StaffMember
from desk.capacity.sayings import own_words, skill_word, transport_name
from desk.words import NBSP, page_language, say_wall_time
from lib import clock
from lib.languages import locale_name

# A rule that refuses a start: as a sentence about the start, and as a cause in a table.
RULES = {
    "closed": (gettext_lazy("the dealership is closed that day"), gettext_lazy("Closed day")),
    "past": (gettext_lazy("that time is past"), gettext_lazy("Past")),
    "too_far": (gettext_lazy("that day is further ahead than may be booked"), gettext_lazy("Too far ahead")),
    "too_soon": (gettext_lazy("it is within the notice that customers give"), gettext_lazy("Notice")),
    "same_day": (gettext_lazy("this work is no longer taken for the same day"), gettext_lazy("Same day")),
    "out_of_season": (gettext_lazy("this work is out of season that day"), gettext_lazy("Out of season")),
    "season_to_open": (
        gettext_lazy("booking for that season has not begun"),
        gettext_lazy("Season not open yet"),
    ),
    "group_hours": (
        gettext_lazy("this work does not begin at that time of day"),
        gettext_lazy("Hours of this work"),
    ),
    "tires_only": (gettext_lazy("that time is kept for tires alone"), gettext_lazy("Kept for tires")),
    "transport_web": (
        gettext_lazy("customers can’t choose that transport by themselves"),
        gettext_lazy("Transport not on the web"),
    ),
    "transport_hours": (
        gettext_lazy("that transport is not offered at that time"),
        gettext_lazy("Hours of the transport"),
    ),
    "transport_book_by": (
        gettext_lazy("it is too late to ask for that transport"),
        gettext_lazy("Too late for the transport"),
    ),
    "work_too_long": (
        gettext_lazy("the work is too long for that transport"),
        gettext_lazy("Work too long for the transport"),
    ),
    "stay_too_short": (
        gettext_lazy("the visit is too short for that transport"),
        gettext_lazy("Visit too short for the transport"),
    ),
    "not_ready": (
        gettext_lazy("the work would not be done before closing for somebody who waits"),
        gettext_lazy("Not ready before closing"),
    ),
    "nobody_checks_in": (gettext_lazy("no advisor receives vehicles then"), gettext_lazy("No advisor there")),
    "no_departure": (gettext_lazy("no shuttle leaves after that"), gettext_lazy("No more shuttle")),
    "unsuited": (gettext_lazy("something was open and did not suit"), gettext_lazy("Open, did not suit")),
    "shut": (gettext_lazy("it is closed"), gettext_lazy("Closed")),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the advisors (by id as text) and the service groups (by code) of a dealership are called."""

    zone: str
    advisors: Mapping[str, str]
    groups: Mapping[str, str]


def load_names(dealership: Dealership) -> Names:
    """Who has left is named too: old searches may be about them. Two queries."""
    advisors = StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR).values_list("pk", "name")
    groups = ServiceGroup.objects.filter(dealership=dealership)
    return Names(
        dealership.zone,
        {str(pk): name for pk, name in advisors},
        {group.code: own_words(group, "name") for group in groups},
    )


def rule_sentence(code: str) -> str:
    return str(RULES[code][0]) if code in RULES else code


def rule_label(code: str) -> str:
    return str(RULES[code][1]) if code in RULES else code


def name_pool(kind: int, subject: str, names: Names) -> str:
    """What is counted, without its moment: `Shop hours`, `Shuttle`, `Alignment rack, morning`."""
    code, _slash, part = subject.partition("/")
    named = {
        PoolKind.ADVISOR_CELL: names.advisors.get(subject, _("Check-ins of the advisors")),
        PoolKind.ADVISOR_DAY: _("Customers of %(name)s") % {"name": names.advisors[subject]}
        if subject in names.advisors
        else _("Customers of the advisors"),
        PoolKind.WAITERS: _("Waiters arriving") if subject == ARRIVALS else _("Waiters in the lounge"),
        PoolKind.TRANSPORT: transport_name(subject),
        PoolKind.SERVICE_GROUP: names.groups.get(code, code),
        PoolKind.SKILL_DAY: _("Hours (%(skill)s)") % {"skill": skill_word(subject).lower()},
        PoolKind.CHANNEL_DAY: _("Places for the web") if subject == "web" else _("Places for the staff"),
        PoolKind.SHOP_DAY: _("Shop hours"),
        PoolKind.HAND_BACK: _("Cars handed back"),
    }[PoolKind(kind)]
    return f"{named}, {_part(part)}" if part else named


def name_cap(cap: Cap, names: Names, day: date) -> str:
    """The cap with its moment, and with its day where that is not `day`."""
    name = name_pool(cap.kind, cap.subject, names)
    moment = say_wall_time(cap.at, names.zone) if cap.at else ""
    if moment:
        name = (
            _("%(what)s of %(time)s") % {"what": name, "time": moment}
            if cap.kind == PoolKind.TRANSPORT and cap.subject in BY_DEPARTURE
            else f"{name}, {moment}"
        )
    return name if cap.day == day else f"{name}, {clock.say_short_date(cap.day, page_language())}"


def say_units(kind: int, units: int) -> str:
    """An amount of a pool: hours to one place, or a number."""
    if kind not in IN_MINUTES:
        return str(units)
    return f"{_hours(units)}{NBSP}h"


def say_level(cap: Cap) -> str:
    """`38.5 of 38.5 h`, `2 of 2`, `3, no limit`."""
    used = _hours(cap.used) if cap.kind in IN_MINUTES else str(cap.used)
    if cap.most is None:
        return _("%(used)s, no limit") % {"used": say_units(cap.kind, cap.used)}
    return _("%(used)s of %(most)s") % {"used": used, "most": say_units(cap.kind, cap.most)}


def say_cap(cap: Cap, names: Names, day: date) -> str:
    """The cap in a clause: `Shop hours full: 38.5 of 38.5 h`."""
    words = {
        "name": name_cap(cap, names, day),
        "level": say_level(cap),
        "needed": say_units(cap.kind, cap.needed),
    }
    return _pattern(cap) % words


def say_way(cap: Cap, way: Way, names: Names, day: date) -> str:
    """What would open it: `+1.0 h opens 2 starts`; and what would still close the start itself."""
    what = f"+{say_units(cap.kind, way.add)}" if way.add else _("opening it again")
    words = {"what": what, "count": way.starts, "next": _next(way, names, day)}
    if not way.starts:
        return _("%(what)s opens nothing yet: %(next)s closes it next") % words
    said = ngettext("%(what)s opens %(count)s start", "%(what)s opens %(count)s starts", way.starts) % words
    if words["next"]:
        return _("%(said)s, this one not yet: %(next)s closes it next") % {**words, "said": said}
    return said


def scope_of(kind: int, subject: str) -> str:
    """The name under which the form that changes limits knows this pool (desk.capacity.scopes)."""
    code = subject.partition("/")[0]
    return {
        PoolKind.ADVISOR_CELL: f"advisor:{subject}" if subject else "advisors",
        PoolKind.ADVISOR_DAY: f"advisor:{subject}" if subject else "advisors",
        PoolKind.WAITERS: f"waiters:{subject}",
        PoolKind.TRANSPORT: f"transport:{subject}",
        PoolKind.SERVICE_GROUP: f"group:{code}",
        PoolKind.SKILL_DAY: f"skill:{subject}",
        PoolKind.CHANNEL_DAY: f"channel:{subject}",
        PoolKind.SHOP_DAY: "shop",
        PoolKind.HAND_BACK: "hand-back",
    }[PoolKind(kind)]


def scope_link(cap: Cap) -> dict[str, str]:
    """What the form that changes a limit is asked for; empty where it is not changed there."""
    if cap.kind == PoolKind.ADVISOR_CELL and not cap.closed:
        # A quarter hour takes one customer: nobody has more hands.
        return {}
    day, part = cap.day.isoformat(), cap.subject.partition("/")[2]
    link = {
        "what": scope_of(cap.kind, cap.subject or cap.lift.subject),
        "first": day,
        "last": day,
        "action": "open" if cap.closed else "raise",
    }
    return {**link, "part": part} if part else link


def _pattern(cap: Cap) -> str:
    if cap.missing:
        return _("%(name)s: none that day")
    if cap.closed:
        return _("%(name)s: closed")
    if cap.most == 0:
        return _("%(name)s: none open, the limit is 0")
    if not cap.closes:
        return _("%(name)s: %(level)s")
    if cap.most is not None and cap.used < cap.most:
        return _("%(name)s: %(level)s taken, and %(needed)s needed")
    return _("%(name)s full: %(level)s") if cap.kind in IN_MINUTES else _("%(name)s: full, %(level)s")


def _next(way: Way, names: Names, day: date) -> str:
    if way.then_cap:
        return _quoted(name_cap(way.then_cap, names, day))
    return _quoted(rule_label(way.then_rule)) if way.then_rule else ""


def _quoted(name: str) -> str:
    return f"«{NBSP}{name}{NBSP}»" if page_language() == "fr" else f"“{name}”"


def _part(part: str) -> str:
    return {"am": _("morning"), "pm": _("afternoon"), "eve": _("evening")}.get(part, part)


def _hours(minutes: int) -> str:
    return str(format_decimal(minutes / 60, format="0.0", locale=locale_name(page_language())))
