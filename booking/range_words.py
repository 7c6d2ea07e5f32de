"""What a change of a range is called in the journal, in French and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from booking.models import CapacityChange, ChangeAction, PoolKind, ServiceGroup, Skill, Transport
from dealerships.models import Dealership, StaffMember
from lib import clock

LONGEST_SUMMARY = 240
MINUTES = frozenset({PoolKind.SKILL_DAY.value, PoolKind.SHOP_DAY.value})


def in_both(sentence: Callable[[], str]) -> tuple[str, str]:
    """The sentence in French and in English, as the journal keeps it."""
    said = []
    for language in ("fr", "en"):
        with override(language):
            said.append(Truncator(sentence()).chars(LONGEST_SUMMARY))
    return said[0], said[1]


def say_change(row: CapacityChange, dealership: Dealership) -> str:
    """`Alignment rack closed, Tue, Dec 8, 1:00 p.m.–5:00 p.m. (broken)`."""
    words = {
        "what": say_subject(row.kind, row.subject, dealership),
        "when": _when(row),
        "reason": row.reason,
        "amount": _amount(row),
    }
    sentences = {
        ChangeAction.CLOSE: _("%(what)s: closed, %(when)s (%(reason)s)"),
        ChangeAction.FULL: _("%(what)s: full, %(when)s (%(reason)s)"),
        ChangeAction.OPEN: _("%(what)s: open again, %(when)s (%(reason)s)"),
        ChangeAction.SET: _("%(what)s: limit %(amount)s, %(when)s (%(reason)s)"),
        ChangeAction.ADD: _("%(what)s: %(amount)s, %(when)s (%(reason)s)"),
    }
    return sentences[ChangeAction(row.action)] % words


def say_full_day(day: date, *, web_only: bool) -> str:
    words = {"day": say_days(day, day)}
    return _("Day full for the web: %(day)s") % words if web_only else _("Day full: %(day)s") % words


def say_copied_week(from_monday: date, to_monday: date) -> str:
    words = {"source": say_days(from_monday, from_monday), "place": say_days(to_monday, to_monday)}
    return _("Week of %(source)s copied to the week of %(place)s") % words


def say_subject(kind: int | None, subject: str, dealership: Dealership) -> str:
    """What is limited: an advisor's name, a group's, a skill; the whole shop for everything."""
    if kind is None or (kind == PoolKind.SHOP_DAY and not subject):
        return _("Whole shop")
    name = _name(PoolKind(kind), subject, dealership)
    return name or str(PoolKind(kind).label)


def say_days(first: date, last: date) -> str:
    language = get_language() or "fr"
    start = clock.say_short_date(first, language)
    return start if first == last else f"{start} – {clock.say_short_date(last, language)}"


def _name(kind: PoolKind, subject: str, dealership: Dealership) -> str:
    if kind in (PoolKind.ADVISOR_CELL, PoolKind.ADVISOR_DAY) and subject:
        who = StaffMember.objects.filter(dealership=dealership, pk=int(subject)).first()
        return who.name if who else ""
    if kind == PoolKind.SERVICE_GROUP and subject:
        code, _slash, part = subject.partition("/")
        group = ServiceGroup.objects.filter(dealership=dealership, code=code).first()
        name = (group.name_en if get_language() == "en" else group.name_fr) if group else code
        return f"{name}, {_part(part)}" if part else name
    if kind == PoolKind.SKILL_DAY and subject in Skill.values:
        return str(Skill(subject).label)
    if kind == PoolKind.TRANSPORT and subject in Transport.values:
        return {Transport.SHUTTLE: _("Shuttle"), Transport.COURTESY_CAR: _("Courtesy car")}.get(
            Transport(subject), str(Transport(subject).label)
        )
    return {"web": _("Web"), "staff": _("Phone and counter")}.get(subject, "")


def _part(part: str) -> str:
    return {"am": _("morning"), "pm": _("afternoon"), "eve": _("evening")}[part]


def _when(row: CapacityChange) -> str:
    days = say_days(row.first_day, row.last_day)
    if row.from_time is None or row.until_time is None:
        return days
    language = get_language() or "fr"
    return f"{days}, {clock.say_time(row.from_time, language)}–{clock.say_time(row.until_time, language)}"


def _amount(row: CapacityChange) -> str:
    if row.amount is None:
        return _("no limit")
    if row.action == ChangeAction.SET and row.amount == 0:
        return _("closed")
    number = f"{row.amount:+d}" if row.action == ChangeAction.ADD else str(row.amount)
    return f"{number} min" if row.kind in MINUTES else number
