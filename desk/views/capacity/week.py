"""The week in gauges, and a day declared full with one click."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.ranges import declare_full
from booking.rulebook import rulebook_of
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.facts import load_facts, monday_of
from desk.capacity.grid import build_grid
from desk.picker import read_day
from desk.views.capacity.shared import say_behind, to_week, undo_offer, week_url
from desk.views.shared import page, today
from desk.words import page_language
from lib import clock
from lib.errors import Refusal


@require_safe
@desk_page("explain_capacity")
def week(request: DeskRequest, desk: Desk, day: date | None = None) -> HttpResponse:
    """Seven days from Monday on: a gauge for everything that is scarce."""
    if day is None and (wanted := read_day(request.GET.get("date", ""))):
        return to_week(desk, wanted)
    monday = monday_of(day or _next_open_day(desk))
    facts = load_facts(desk.dealership, monday, now=clock.now())
    context = page(
        desk,
        grid=build_grid(facts, editable="change_capacity" in desk.allowed),
        to_move=facts.strays,
        monday=monday,
        stepper=_stepper(desk, monday, current=day is None or monday == monday_of(today(desk))),
        undo=undo_offer(desk, request.GET.get("done", "")),
    )
    return render(request, "desk/capacity/week.html", context)


@require_POST
@desk_page("change_capacity")
def full(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Nobody more on that day, for the web or for all; who is booked stays."""
    day = read_day(request.POST.get("day", ""))
    if day is None:
        messages.warning(request, _("Choose a day."))
        return redirect("desk:capacity", desk.dealership.slug)
    web_only = request.POST.get("who") != "all"
    try:
        edit = declare_full(dealership=desk.dealership, day=day, by=desk.user, web_only=web_only)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return to_week(desk, day)
    say_behind(request, edit)
    return to_week(desk, day, done=edit)


def _next_open_day(desk: Desk) -> date:
    """Today, or the next day on which the shop is open: on a Sunday one plans the week to come."""
    calendar = rulebook_of(desk.dealership).calendar
    return calendar.next_open_day(today(desk) - timedelta(days=1)) or today(desk)


def _stepper(desk: Desk, monday: date, *, current: bool) -> dict[str, Any]:
    step = timedelta(days=7)
    label = clock.say_short_date(monday, page_language())
    return {
        "label": _("Week of %(date)s") % {"date": label},
        "previous_url": week_url(desk, monday - step),
        "next_url": week_url(desk, monday + step),
        "today_url": reverse("desk:capacity", args=[desk.dealership.slug]),
        "pick_url": reverse("desk:capacity", args=[desk.dealership.slug]),
        "is_today": current,
        "date_iso": monday.isoformat(),
    }


urlpatterns = [
    path("", week, name="capacity"),
    path("week/<day:day>/", week, name="capacity-week"),
    path("full/", full, name="capacity-full"),
]
