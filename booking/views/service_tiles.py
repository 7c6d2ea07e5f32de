"""The services and their questions as the page shows them: what each choice changes, said beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from booking.menu import MenuItem, MenuQuestion, transports_for
from booking.menu_items import MenuChoice
from booking.models import Skill
from booking.service_search import (
    FILLERS,
    GETTING_ON,
    MOST_TYPED,
    asks_how_to_get_on,
    known_words,
    search_services,
)
from booking.views.journey import Journey
from booking.views.site import today_at
from booking.views.winter import winter_words
from booking.views.words import duration_words, page_language, price_words
from lib import money

DIAGNOSIS = Skill.DIAGNOSIS


def found_items(journey: Journey, tiles: list[dict[str, Any]], typed: str) -> dict[str, Any]:
    """The tiles that the search leads to, and those that are chosen; when it leads to none, all but with a way out."""
    found = {item.code for item in search_services(journey.offered.values(), typed)}
    getting_on = bool(typed.strip()) and asks_how_to_get_on(typed)
    nothing = not found
    shown = [one for one in tiles if nothing or one["code"] in found or one["selected"]]
    ways_out = (item for item in journey.offered.values() if item.skill == DIAGNOSIS and item.asks_problem)
    return {
        "items": shown,
        "typed": typed.strip()[:MOST_TYPED],
        "fillers": " ".join(FILLERS),
        "getting_on_words": " ".join(GETTING_ON),
        "filtered": len(shown) < len(tiles),
        "nothing_found": nothing and not getting_on,
        "getting_on": getting_on,
        "way_out": next((item.code for item in ways_out), ""),
    }


def service_tile(item: MenuItem) -> dict[str, Any]:
    """One service as a tile shows it."""
    language = page_language()
    dearer = any(choice.extra_price for question in item.questions for choice in question.choices)
    return {
        "code": item.code,
        "name": item.name(language),
        "summary": item.summary(language),
        "icon": item.icon,
        "price": price_words(item.price, at_least=dearer),
    }


def tile(journey: Journey, item: MenuItem, *, tell: bool) -> dict[str, Any]:
    """As `service_tile`, with its questions; with `tell`, a question without answer is an error."""
    chosen = item.code in journey.draft.services
    questions = [_question(journey, item, question, tell=tell and chosen) for question in item.questions]
    return {
        **service_tile(item),
        "minutes": duration_words(item.minutes),
        "waitable": "wait" in transports_for([item], item.minutes),
        "selected": chosen,
        "questions": questions,
        "asks_problem": item.asks_problem,
        "words": " ".join(known_words(item)),
        # For the sum that basket-total.js keeps in sight
        "sum_minutes": item.minutes,
        "sum_cents": "" if item.price is None else item.price,
        "winter": winter_words(today_at(journey.dealership)) if item.skill == Skill.TIRES else "",
    }


def answer_field(service: str, question: MenuQuestion) -> str:
    """The name of the form field that answers a service's question."""
    return f"{service}-{question.code}"


def so_far(journey: Journey) -> str:
    """`2 services · 1 h 10 · dès 129,90 $`: what is chosen adds up to; empty for nothing."""
    chosen = [journey.offered[code] for code in journey.draft.services if code in journey.offered]
    if not chosen:
        return ""
    minutes = sum(item.minutes + sum(one.extra_minutes for one in _chosen(journey, item)) for item in chosen)
    cents = _cents(journey, chosen)
    known = [price for price in cents if price is not None]
    at_least = len(known) < len(cents) or _open_price(journey, chosen)
    said = price_words(sum(known) if known else None, at_least=at_least)
    count = _("1 service") if len(chosen) == 1 else _("%(count)s services") % {"count": len(chosen)}
    return f"{count} · {duration_words(minutes)} · {said}"


def _cents(journey: Journey, chosen: list[MenuItem]) -> list[int | None]:
    return [
        None if item.price is None else item.price + sum(one.extra_price for one in _chosen(journey, item))
        for item in chosen
    ]


def _chosen(journey: Journey, item: MenuItem) -> Iterator[MenuChoice]:
    for question in item.questions:
        choice = question.find(journey.draft.answers.get(question.code, ""))
        if choice:
            yield choice


def _open_price(journey: Journey, chosen: list[MenuItem]) -> bool:
    """Whether an answer that is still missing may make it dearer."""
    return any(
        question.code not in journey.draft.answers and any(choice.extra_price for choice in question.choices)
        for item in chosen
        for question in item.questions
    )


def _question(journey: Journey, item: MenuItem, question: MenuQuestion, *, tell: bool) -> dict[str, Any]:
    language, answer = page_language(), journey.draft.answers.get(question.code, "")
    missing = tell and question.required and not answer
    return {
        "field": answer_field(item.code, question),
        "label": question.label(language),
        "required": question.required,
        "dearer": any(choice.extra_price for choice in question.choices),
        "error": _("Please choose an answer.") if missing else "",
        "choices": [
            {
                "value": choice.code,
                "label": choice.label(language),
                "note": _effect(choice),
                "selected": choice.code == answer,
                "minutes": choice.extra_minutes,
                "cents": choice.extra_price,
            }
            for choice in question.choices
        ],
    }


def _effect(choice: MenuChoice) -> str:
    """`+30 min · +50,00 $ · au moins 48 h d’avance`: what the choice changes; empty for nothing."""
    parts = []
    if choice.extra_minutes:
        parts.append(f"+{duration_words(choice.extra_minutes)}")
    if choice.extra_price:
        parts.append(f"+{money.say_price(choice.extra_price, page_language())}")
    if choice.notice_hours:
        parts.append(_("at least %(hours)s h ahead") % {"hours": choice.notice_hours})
    return " · ".join(parts)
