"""Who confirmed and who came: by lead time, by reminder, by wording."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.access import Desk, DeskRequest, desk_page
from desk.seeing.no_shows import PERIODS, no_shows_context
from desk.views.shared import page
from lib import clock


@require_safe
@desk_page("change_messages")
def no_shows(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The last 4, 12 or 52 weeks of this dealership."""
    asked = request.GET.get("weeks", "")
    weeks = next((count for count in PERIODS if str(count) == asked), PERIODS[1])
    context = no_shows_context(desk.dealership, weeks=weeks, now=clock.now())
    return render(request, "desk/seeing/no_shows.html", page(desk, **context))
