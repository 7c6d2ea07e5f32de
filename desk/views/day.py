"""The board: a day, and a week in numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from desk.access import Desk, DeskRequest, desk_page
from desk.board import build_board, load_day
from desk.calls import calls_due
from desk.converters import parse_day
from desk.gauges import day_gauges
from desk.views.shared import page, stepper, today
from desk.week import load_week
from desk.words import page_language
from lib import clock


@require_safe
@desk_page("see_schedule")
def home(_request: DeskRequest, desk: Desk) -> HttpResponse:
    """Today where this person last worked."""
    return redirect("desk:day", desk.dealership.slug, today(desk))


@require_safe
@desk_page("see_schedule")
def go_to_day(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The day of `?date=`, or today."""
    try:
        day = parse_day(request.GET.get("date", ""))
    except ValueError:
        day = today(desk)
    return redirect("desk:day", desk.dealership.slug, day)


@require_safe
@desk_page("see_schedule")
def day(request: DeskRequest, desk: Desk, day: date) -> HttpResponse:
    """The board of one day; to htmx, only what changes: the table and the gauges."""
    if request.htmx and request.htmx.target == "board":
        return render(request, "desk/_board_update.html", page(desk, **board_context(desk, day)))
    return render(request, "desk/day.html", page(desk, **board_context(desk, day)))


@require_safe
@desk_page("see_schedule")
def week(request: DeskRequest, desk: Desk, day: date | None = None) -> HttpResponse:
    """Seven days from Sunday on, each with its count and its share of the shop."""
    chosen = day or today(desk)
    sunday = chosen - timedelta(days=chosen.isoweekday() % 7)
    days = load_week(desk.user, desk.dealership, sunday, today=today(desk))
    context = page(desk, days=days, stepper=stepper(desk, sunday, view="week"))
    return render(request, "desk/week.html", context)


def board_context(desk: Desk, day: date) -> dict[str, Any]:
    """The board, its gauges and its date."""
    now = clock.now()
    facts = load_day(desk.user, desk.dealership, day, now=now)
    return {
        "calls": calls_due(desk.dealership, now),
        "facts": facts,
        "day": day,
        "board": build_board(facts),
        "gauges": day_gauges(facts.pools, facts.appointments, desk.dealership.zone),
        "stepper": stepper(desk, day),
        "full_date": clock.say_date(day, page_language(), year=True),
    }
