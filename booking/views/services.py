"""Step 2: what is to be done, with the questions that each service asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.expiry import release_hold
from booking.menu import MenuItem, MenuQuestion, plan, transports_for
from booking.views.journey import Journey, see_other, start_journey
from booking.views.summary import show_step
from booking.views.words import duration_words, page_language, price_words
from lib.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the menu, or take what is chosen; without JavaScript the questions come with a second look."""
    journey = start_journey(request, slug)
    if not journey.may_open("services"):
        return see_other(journey.url(journey.first_missing))
    if request.method != "POST":
        return _show(journey)
    asked_before = {name for name in request.POST.getlist("asked") if name in journey.menu}
    _take(journey)
    journey = journey.again()
    refusal = _refusal(journey)
    if refusal is None:
        return journey.go_on()
    return _show(journey, refusal=refusal, asked_before=asked_before, status=422)


def _take(journey: Journey) -> None:
    """What the form says becomes the draft's; another basket needs another time."""
    posted, draft = journey.request.POST, journey.draft
    chosen = [code for code in journey.menu if code in posted.getlist("service")]
    answers = dict(_answers(journey, chosen))
    if (chosen, answers) != (draft.services, draft.answers):
        draft.services, draft.answers, draft.start = chosen, answers, ""
        if journey.held:
            release_hold(hold=journey.held)
    journey.save()


def _answers(journey: Journey, chosen: list[str]) -> Iterator[tuple[str, str]]:
    for code in chosen:
        for question in journey.menu[code].questions:
            answer = journey.request.POST.get(_field(code, question), "")
            if question.find(answer):
                yield question.code, answer


def _refusal(journey: Journey) -> Refusal | None:
    if journey.draft.services and not journey.transports:
        return Refusal(
            _("These services can't be booked together online. Please call us, or choose fewer."),
            field="services",
        )
    try:
        plan(journey.menu, journey.basket)
    except Refusal as refusal:
        return refusal
    return None


def _show(
    journey: Journey,
    *,
    refusal: Refusal | None = None,
    asked_before: set[str] = frozenset(),  # type: ignore[assignment]
    status: int = 200,
) -> HttpResponse:
    chosen = journey.draft.services
    items = [_item(journey, item, tell=item.code in asked_before) for item in journey.menu.values()]
    # A question that nobody has seen yet is not a mistake: the page comes again, with it.
    wrong = (
        refusal if refusal and (refusal.field != "answers" or any(item["errors"] for item in items)) else None
    )
    context: dict[str, Any] = {
        "items": items,
        "error": str(wrong) if wrong else "",
        "answer_now": bool(refusal and not wrong),
        "vehicle": journey.vehicle,
        "chosen_services": chosen,
    }
    return show_step(journey, "services", context, status=status if wrong else 200)


def _item(journey: Journey, item: MenuItem, *, tell: bool) -> dict[str, Any]:
    language, chosen = page_language(), item.code in journey.draft.services
    questions = [_question(journey, item, question, tell=tell and chosen) for question in item.questions]
    dearer = any(choice.extra_price for question in item.questions for choice in question.choices)
    waitable = "wait" in transports_for([item], item.minutes)
    return {
        "code": item.code,
        "name": item.name(language),
        "summary": item.summary(language),
        "icon": item.icon,
        "minutes": duration_words(item.minutes),
        "waitable": waitable,
        "price": price_words(item.price, at_least=dearer),
        "selected": chosen,
        "questions": questions,
        "errors": [question["field"] for question in questions if question["error"]],
    }


def _question(journey: Journey, item: MenuItem, question: MenuQuestion, *, tell: bool) -> dict[str, Any]:
    language, answer = page_language(), journey.draft.answers.get(question.code, "")
    field = _field(item.code, question)
    return {
        "field": field,
        "label": question.label(language),
        "error": _("Please choose an answer.") if tell and not answer else "",
        "choices": [
            {
                "value": choice.code,
                "label": choice.label(language),
                "note": _notice(choice.notice_hours),
                "selected": choice.code == answer,
            }
            for choice in question.choices
        ],
    }


def _notice(hours: int) -> str:
    return _("at least %(hours)s h ahead") % {"hours": hours} if hours else ""


def _field(service: str, question: MenuQuestion) -> str:
    return f"{service}-{question.code}"
