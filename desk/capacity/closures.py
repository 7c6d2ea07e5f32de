"""Closed days and other hours, year by year. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import holidays
from django.db.models import Q

from dealerships.models import Closure, Dealership, SpecialHours
from desk.capacity.sayings import own_words, say_days, say_span, skill_word
from desk.words import page_language


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """A line of the calendar. `kind`: holiday, shop, team, person, hours; `pk` None for what is not in force yet."""

    kind: str
    first_day: date
    days: str
    reason: str
    who: str = ""
    pk: int | None = None
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    lines: list[ClosedDays]


def load_years(dealership: Dealership, *, today: date) -> list[Year]:
    """What is left of this year, and all of the next. Two queries."""
    years = (today.year, today.year + 1)
    last = date(years[-1], 12, 31)
    closures = list(
        Closure.objects.filter(
            dealership=dealership, last_day__gte=today, first_day__lte=last
        ).select_related("staff_member")
    )
    special = list(SpecialHours.objects.filter(dealership=dealership, day__range=(today, last)))
    lines = [
        *_closures(closures, {one.day: one for one in special}),
        *(_special(one) for one in special),
        *_holidays_to_come(dealership, years, closures, today),
    ]
    lines.sort(key=lambda line: (line.first_day, line.kind))
    return [
        Year(number, [line for line in lines if max(line.first_day, today).year == number])
        for number in years
    ]


def _closures(closures: Iterable[Closure], special: dict[date, SpecialHours]) -> Iterator[ClosedDays]:
    for one in closures:
        kind = (
            "holiday" if one.statutory else "team" if one.team else "person" if one.staff_member else "shop"
        )
        opened = special.get(one.first_day) if one.statutory else None
        yield ClosedDays(
            kind=kind,
            first_day=one.first_day,
            days=say_days(one.first_day, one.last_day),
            reason=own_words(one, "reason"),
            who=skill_word(one.team) if one.team else one.staff_member.name if one.staff_member else "",
            pk=one.pk,
            hours=say_span(opened.opens, opened.closes) if opened else "",
        )


def _special(one: SpecialHours) -> ClosedDays:
    return ClosedDays(
        kind="hours",
        first_day=one.day,
        days=say_days(one.day, one.day),
        reason=own_words(one, "reason"),
        pk=one.pk,
        hours=say_span(one.opens, one.closes),
    )


def _holidays_to_come(
    dealership: Dealership, years: Iterable[int], closures: Iterable[Closure], today: date
) -> Iterator[ClosedDays]:
    """Statutory holidays that are not closures yet: they become so when the schedule reaches them."""
    known = {one.first_day for one in closures if one.statutory}
    language = "en_CA" if page_language() == "en" else "fr"
    named = holidays.country_holidays("CA", subdiv=dealership.province, years=years, language=language)
    for day, name in sorted(named.items()):
        if day >= today and day not in known:
            yield ClosedDays("holiday", day, say_days(day, day), name)


def shop_closure_on(dealership: Dealership, day: date) -> Closure | None:
    """The closure of the whole shop that wins over other hours of this day; a statutory holiday does not."""
    whole = Q(staff_member=None, team="", statutory=False, first_day__lte=day, last_day__gte=day)
    return Closure.objects.filter(whole, dealership=dealership).first()
