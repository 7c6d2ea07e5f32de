"""Who closed, opened or limited something, and why, in words. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from booking.models import CapacityChange, ChangeAction, PoolKind
from dealerships.models import Closure
from desk.capacity.facts import RowKey, WeekFacts
from desk.capacity.sayings import own_words, say_span, say_wall
from desk.capacity.tallies import OF_AN_ADVISOR, closes_shop


def reasons_for(facts: WeekFacts, row: RowKey, day: date) -> list[str]:
    """Why the row is on that day as it is: closures, then what managers changed, in the order of the changes."""
    return [
        *_closures(facts, row, day),
        *(say_change(one, facts.names) for one in changes_of(facts, row, day)),
    ]


def changes_of(facts: WeekFacts, row: RowKey, day: date) -> list[CapacityChange]:
    """The changes that concern the row on that day; one that opens again ends those before it."""
    found: list[CapacityChange] = []
    for change in facts.changes:
        if change.first_day <= day <= change.last_day and _concerns(change, row):
            if change.action == ChangeAction.OPEN and change.from_time is None:
                found = [one for one in found if one.action not in (ChangeAction.CLOSE, ChangeAction.FULL)]
            else:
                found.append(change)
    return found


def day_reason(facts: WeekFacts, day: date) -> str:
    """Why the whole shop is closed, or open at other hours, in the page's language."""
    special = facts.special_hours.get(day)
    for closure in facts.closures:
        if closes_shop(closure) and _covers(closure, day) and not (closure.statutory and special):
            return own_words(closure, "reason")
    if special:
        return f"{own_words(special, 'reason')} ({say_span(special.opens, special.closes)})"
    return ""


def say_change(change: CapacityChange, names: Mapping[int, str]) -> str:
    """`Closed from 12:00 p.m. to 5:00 p.m. by Isabelle Roy: the rack is being repaired`."""
    words = {
        "what": _what(change),
        "who": _who(change, names),
        "reason": change.reason,
    }
    if not words["who"]:
        return _("%(what)s: %(reason)s") % words
    return _("%(what)s by %(who)s: %(reason)s") % words


def _what(change: CapacityChange) -> str:
    words = {
        ChangeAction.CLOSE: _("Closed"),
        ChangeAction.FULL: _("Full, who is booked stays; declared"),
        ChangeAction.OPEN: _("Opened again"),
        ChangeAction.SET: _("Limit set"),
        ChangeAction.ADD: _("Limit raised") if (change.amount or 0) >= 0 else _("Limit lowered"),
    }[ChangeAction(change.action)]
    if change.from_time is None or change.until_time is None:
        return words
    return _("%(what)s from %(from)s to %(until)s") % {
        "what": words,
        "from": say_wall(change.from_time),
        "until": say_wall(change.until_time),
    }


def _who(change: CapacityChange, names: Mapping[int, str]) -> str:
    user = change.made_by
    return names.get(user.pk, str(user)) if user else ""


def _closures(facts: WeekFacts, row: RowKey, day: date) -> Iterator[str]:
    kind, subject = row
    for closure in facts.closures:
        mine = kind in OF_AN_ADVISOR and str(closure.staff_member_id) == subject
        team = kind == PoolKind.SKILL_DAY and closure.team == subject and bool(subject)
        if (mine or team) and _covers(closure, day):
            words = _("Away: %(reason)s") if mine else _("Team closed: %(reason)s")
            yield words % {"reason": own_words(closure, "reason")}


def _covers(closure: Closure, day: date) -> bool:
    return closure.first_day <= day <= closure.last_day


def _concerns(change: CapacityChange, row: RowKey) -> bool:
    kind, subject = row
    if change.kind is None:
        return True
    if change.kind != kind and not (change.kind in OF_AN_ADVISOR and kind in OF_AN_ADVISOR):
        return False
    # A group and its parts of the day, `alignment` and `alignment/pm`, concern one another.
    whole, changed = subject.split("/")[0], change.subject.split("/")[0]
    return change.subject in ("", subject, whole) or changed == subject
