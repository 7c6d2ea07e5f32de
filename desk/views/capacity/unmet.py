"""Lost demand: what was looked for in vain, week by week, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.menu import load_menu
from booking.unmet import WEEK, load_unmet, monday_of
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.unmet_page import AFTER, BEFORE, sheet_of, show_unmet
from desk.capacity.why_words import load_names
from desk.picker import read_day
from desk.views.shared import page, today
from desk.words import page_language
from lib import clock
from lib.sheets import write_sheet


@require_safe
@desk_page("explain_capacity")
def unmet(request: DeskRequest, desk: Desk) -> HttpResponse:
    """One week, beside those around it."""
    monday = _monday(request, desk)
    rows = load_unmet(desk.dealership, monday - BEFORE * WEEK, BEFORE + 1 + AFTER)
    may_change = "change_capacity" in desk.allowed
    shown = show_unmet(
        rows, monday, menu=load_menu(desk.dealership), names=load_names(desk.dealership),
        slug=desk.dealership.slug, change_from=today(desk) if may_change else None,
    )  # fmt: skip
    context = page(desk, unmet=shown, stepper=_stepper(desk, monday), monday=monday)
    return render(request, "desk/capacity/unmet.html", context)


@require_safe
@desk_page("explain_capacity")
def sheet(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The weeks of the overview as a CSV file, one row a demand."""
    monday = _monday(request, desk)
    rows = load_unmet(desk.dealership, monday - BEFORE * WEEK, BEFORE + 1 + AFTER)
    head, lines = sheet_of(rows, load_menu(desk.dealership), load_names(desk.dealership))
    answer = HttpResponse(write_sheet(head, lines), content_type="text/csv; charset=utf-8")
    name = _("lost-demand")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{desk.dealership.slug}-{monday}.csv"'
    return answer


def _monday(request: DeskRequest, desk: Desk) -> date:
    asked = read_day(request.GET.get("week", "")) or read_day(request.GET.get("date", ""))
    return monday_of(asked or today(desk))


def _stepper(desk: Desk, monday: date) -> dict[str, Any]:
    address = reverse("desk:capacity-unmet", args=[desk.dealership.slug])

    def there(first: date) -> str:
        return f"{address}?{urlencode({'week': first.isoformat()})}"

    return {
        "label": _("Week of %(date)s") % {"date": clock.say_short_date(monday, page_language())},
        "previous_url": there(monday - WEEK),
        "next_url": there(monday + WEEK),
        "today_url": address,
        "pick_url": address,
        "is_today": monday == monday_of(today(desk)),
        "date_iso": monday.isoformat(),
    }


urlpatterns = [
    path("unmet/", unmet, name="capacity-unmet"),
    path("unmet/sheet/", sheet, name="capacity-unmet-sheet"),
]
