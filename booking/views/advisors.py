"""Choosing an advisor where a time is chosen: anybody is the usual; one's own is offered, and all can be listed.

An address says `advisor=any` or the number of one, and `advisors=list` opens the list. Nothing here is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.advisors import FirstStarts, active_advisors, first_starts
from booking.availability import Start
from booking.views.panel import Search, looked_at, time_panel
from booking.views.words import page_language
from dealerships.models import Dealership, StaffMember
from lib import clock
from lib.errors import Refusal

ANYBODY = "any"
LANGUAGES: Mapping[str, Any] = {"fr": gettext_lazy("French"), "en": gettext_lazy("English")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The advisor who is asked for; without one, anybody, and why when somebody was asked for."""

    advisor: StaffMember | None = None
    sentence: str = ""


class AdvisorGone(Refusal):
    """Somebody was asked for who does not receive customers here, or does no longer."""

    def __init__(self) -> None:
        super().__init__(
            _("That advisor does not take appointments at the moment. Here are the times with the others."),
            code="advisor_gone",
            field="advisor",
        )


def read_wanted(dealership: Dealership, text: str | None, kept: int | None = None) -> Wanted:
    """Whom the address asks for, or, when it says nothing, whom the draft keeps. One query, none for anybody."""
    asked = str(kept or ANYBODY) if text is None else text
    if asked in ("", ANYBODY):
        return Wanted()
    found = None
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        found = active_advisors(dealership).filter(pk=int(asked)).first()
    return Wanted(found) if found else Wanted(sentence=str(AdvisorGone()))


def posted_advisor(request: HttpRequest, dealership: Dealership) -> int | None:
    """Whom the form asks for; None for anybody. Raises AdvisorGone."""
    wanted = read_wanted(dealership, request.POST.get("advisor", ""))
    if wanted.sentence:
        raise AdvisorGone
    return wanted.advisor.pk if wanted.advisor else None


def search_for(search: Search, wanted: Wanted) -> Search:
    """The same search with the advisor who is wanted, which every link of the panel then keeps."""
    if wanted.advisor is None:
        return replace(search, query={**search.query, "advisor": ANYBODY}) if wanted.sentence else search
    return replace(
        search,
        demand=replace(search.demand, advisor=wanted.advisor.pk),
        query={**search.query, "advisor": str(wanted.advisor.pk)},
        with_whom=first_name(wanted.advisor),
    )


def find_times(search: Search, wanted: Wanted) -> tuple[Search, Wanted, dict[str, Any]]:
    """The panel with the advisor who is wanted; with anybody when that one has no time at all, and says so."""
    asked = search_for(search, wanted)
    panel = time_panel(asked)
    if wanted.advisor is None or panel["first"]:
        return asked, wanted, panel
    sentence = _("%(name)s has no time online in the coming weeks. Here are the times with the others.")
    wanted = Wanted(sentence=sentence % {"name": first_name(wanted.advisor)})
    asked = search_for(search, wanted)
    return asked, wanted, time_panel(asked)


def advisor_context(
    search: Search, wanted: Wanted, *, known: StaffMember | None = None, known_words: str = ""
) -> dict[str, Any]:
    """For the row of advisors above the times; without a query as long as nobody is known, wanted or listed.

    `search` is the one for anybody. `known` is the customer's own advisor, with the words that say so.
    """
    listed = search.asked.get("advisors") == "list"
    everybody = list(active_advisors(search.dealership)) if listed else []
    named = [one for one in (known, wanted.advisor) if one]
    chips: list[dict[str, Any]] = []
    names = _names(everybody)
    if named or listed:
        firsts = _firsts(search, [*everybody, *named])
        chips.append(_chip(search, None, _("Anyone, soonest"), firsts.anybody, selected=not wanted.advisor))
        for one in {one.pk: one for one in named}.values():
            words = known_words if known and one.pk == known.pk else "%(name)s"
            name = words % {"name": first_name(one)}
            chips.append(_chip(search, one, name, firsts.of.get(one.pk), selected=one == wanted.advisor))
        everybody = [one for one in everybody if one not in named]
        rows = [_row(search, one, names[one.pk], firsts.of.get(one.pk)) for one in everybody]
    return {
        "advisor": wanted.advisor.pk if wanted.advisor else "",
        "advisor_note": _("with %(name)s") % {"name": first_name(wanted.advisor)} if wanted.advisor else "",
        "advisor_sentence": wanted.sentence,
        "advisor_chips": chips,
        "advisor_list": rows if listed else None,
        "advisors_url": ""
        if listed
        else search_for(search, wanted).link(**looked_at(search), advisors="list"),
    }


def first_name(person: StaffMember) -> str:
    """How customers are told of an advisor."""
    return person.name.split()[0]


def _firsts(search: Search, people: list[StaffMember]) -> FirstStarts:
    among = {one.pk for one in people}
    return first_starts(search.dealership, search.demand, now=search.moment, among=among, owner=search.owner)


def _names(people: list[StaffMember]) -> dict[int, str]:
    """First names; where two are alike, with the initial of the last name."""
    alike = Counter(first_name(one) for one in people)
    return {one.pk: first_name(one) if alike[first_name(one)] < 2 else _with_initial(one) for one in people}


def _with_initial(person: StaffMember) -> str:
    first, *others = person.name.split()
    return f"{first}{clock.NBSP}{others[-1][0]}." if others else first


def _chip(
    search: Search, person: StaffMember | None, label: str, first: Start | None, *, selected: bool
) -> dict[str, Any]:
    return {
        "url": search.link(advisor=str(person.pk) if person else ANYBODY),
        "label": label,
        "since": _since(search, first),
        "selected": selected,
    }


def _row(search: Search, person: StaffMember, name: str, first: Start | None) -> dict[str, Any]:
    return {
        "url": search.link(advisor=str(person.pk)) if first else "",
        "name": name,
        "languages": _languages(person),
        "since": _since(search, first),
    }


def _languages(person: StaffMember) -> str:
    """`Français, anglais`, `French, English`: a language has a capital in English alone."""
    said = ", ".join(str(LANGUAGES[code]) for code in person.languages if code in LANGUAGES)
    return said if page_language() == "en" else said.capitalize()


def _since(search: Search, first: Start | None) -> str:
    """`dès mar. 8 déc.`; that there is nothing, in words."""
    if first is None:
        return _("no time online")
    there = clock.local(first.starts_at, search.dealership.zone)
    return _("from %(date)s") % {"date": clock.say_short_date(there, page_language())}
