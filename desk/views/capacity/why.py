"""Why a day or a time is closed, and what would open it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.menu import STAFF, WEB, Menu, load_menu, plan
from booking.why import why_closed
from booking.why_days import why_day, why_demand_day
from booking.why_notes import Notes, load_notes
from desk.access import Desk, DeskRequest, desk_page
from desk.basket import Asked, advisor_options, questions, read_asked, service_options, transport_options
from desk.capacity.why_answers import Answer, Speaker, answer_day, answer_services, answer_start
from desk.capacity.why_lines import (
    cap_lines,
    closing_reasons,
    named_services,
    other_rules,
    service_lines,
    start_chips,
)
from desk.capacity.why_words import load_names
from desk.picker import read_day
from desk.views.shared import page, today
from desk.views.typed import advisors_of
from desk.words import page_language
from lib import clock
from lib.errors import Refusal


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a day, one of its times or all, which work (or the whole menu), and for whom."""

    day: date
    at: datetime | None
    wall: str
    asked: Asked
    channel: str

    @property
    def notice(self) -> bool:
        """Whether the rules for customers bind."""
        return self.channel == WEB

    def query(self) -> dict[str, Any]:
        """The question as an address carries it, without what is empty."""
        said = {"day": self.day.isoformat(), "time": self.wall, "who": self.channel}
        return {**{name: value for name, value in said.items() if value}, **self.asked.query}


@require_safe
@desk_page("explain_capacity")
def why(request: DeskRequest, desk: Desk) -> HttpResponse:
    """One sentence for the start, the day or the menu that the address asks about, and everything behind it."""
    menu, advisors = load_menu(desk.dealership), advisors_of(desk)
    question = _read(request, desk, read_asked(request.GET, menu, advisors))
    context = page(
        desk,
        question=question,
        stepper=_stepper(desk, question),
        services=service_options(menu, question.asked),
        questions=questions(menu, question.asked),
        transports=transport_options(menu, question.asked),
        advisors=advisor_options(advisors, question.asked.advisor),
        work=named_services(menu, question.asked.services),
        **_explain(desk, question, menu),
    )
    return render(request, "desk/capacity/why.html", context)


def _explain(desk: Desk, question: Question, menu: Menu) -> dict[str, Any]:
    if not question.asked.services:
        return _explain_menu(desk, question)
    try:
        demand = plan(menu, question.asked.basket, assume_answers=True, channel=question.channel)
    except Refusal as refusal:
        return {"answer": Answer("closed", _("Closed"), str(refusal))}
    asked: dict[str, Any] = {"now": clock.now(), "notice": question.notice}
    if question.at is None:
        day = why_demand_day(desk.dealership, demand, question.day, **asked)
        speaker = _speaker(desk, question, load_notes(desk.dealership, question.day))
        chips = start_chips(day, speaker, _address(desk), question.query())
        return {
            "answer": answer_day(day.verdict, speaker),
            "chips": chips,
            "reasons": closing_reasons(day, speaker),
            "minutes": demand.minutes,
        }
    found = why_closed(desk.dealership, demand, question.at, **asked)
    speaker = _speaker(desk, question, found.notes)
    return {
        "answer": answer_start(found, speaker),
        "caps": cap_lines(found, speaker),
        "rules": other_rules(found),
        "minutes": demand.minutes,
        "whole_day_url": f"{_address(desk)}?{urlencode({**question.query(), 'time': ''}, doseq=True)}",
    }


def _explain_menu(desk: Desk, question: Question) -> dict[str, Any]:
    found = why_day(
        desk.dealership, question.day, now=clock.now(), channel=question.channel, notice=question.notice,
        at=question.at, advisor=question.asked.advisor,
    )  # fmt: skip
    speaker = _speaker(desk, question, load_notes(desk.dealership, question.day))
    answer = answer_services(found, speaker, question.at)
    if {one.verdict.rule for one in found} == {"closed"}:
        # Of a closed day there is nothing to say service by service.
        return {"answer": answer}
    return {"answer": answer, "lines": service_lines(found, speaker, _address(desk), question.query())}


def _speaker(desk: Desk, question: Question, notes: Notes) -> Speaker:
    names = load_names(desk.dealership)
    return Speaker(desk.dealership, names, question.day, notes, "change_capacity" in desk.allowed)


def _read(request: DeskRequest, desk: Desk, asked: Asked) -> Question:
    day = read_day(request.GET.get("day", "")) or read_day(request.GET.get("date", "")) or today(desk)
    wall = _read_time(request.GET.get("time", ""))
    at = clock.at_local(day, wall, desk.dealership.zone) if wall else None
    channel = STAFF if request.GET.get("who") == STAFF else WEB
    return Question(day, at, wall.strftime("%H:%M") if wall else "", asked, channel)


def _read_time(text: str) -> time | None:
    try:
        wall = time.fromisoformat(text)
    except ValueError:
        return None
    return None if wall.tzinfo else wall.replace(second=0, microsecond=0)


def _stepper(desk: Desk, question: Question) -> dict[str, Any]:
    """The day before and after, with the same question."""

    def there(day: date) -> str:
        return f"{_address(desk)}?{urlencode({**question.query(), 'day': day.isoformat()}, doseq=True)}"

    step, now = timedelta(days=1), today(desk)
    return {
        "label": clock.say_short_date(question.day, page_language()),
        "previous_url": there(question.day - step),
        "next_url": there(question.day + step),
        "today_url": there(now),
        "is_today": question.day == now,
    }


def _address(desk: Desk) -> str:
    return reverse("desk:capacity-why", args=[desk.dealership.slug])


urlpatterns = [path("why/", why, name="capacity-why")]
