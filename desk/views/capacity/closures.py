"""Closed days and other hours, and the work that an evening leaves for the next day."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dealerships.models import Closure, SpecialHours
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity import drafts_closures
from desk.capacity.carry_over import CarryOverForm, evening_day, next_days, save_carry_over
from desk.capacity.closures import load_years
from desk.capacity.forms_closures import ClosureForm, HoursForm
from desk.capacity.sayings import own_words, say_days, say_span
from desk.converters import parse_day
from desk.views.capacity.editing import RulePage, rule_context, rule_url, serve
from desk.views.shared import today
from desk.words import page_language
from lib import clock

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@desk_page("change_capacity")
def closures(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Holidays, closures and other hours: this year and the next."""
    years = load_years(desk.dealership, today=today(desk))
    return render(
        request, "desk/capacity/closures.html", rule_context(request, desk, tab="closures", years=years)
    )


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def add_closure(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Closing the shop, a team or somebody for some days."""
    form = ClosureForm(request.POST or None, dealership=desk.dealership, today=today(desk))

    wanted = RulePage(
        template="desk/capacity/closures_add.html",
        form=form,
        draft=lambda: drafts_closures.add_closure(desk.dealership, form),
        back=rule_url(desk, "closures"),
        context={"tab": "closures", "title": _("Close some days"), "word": _("Close these days")},
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def delete_closure(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """A closure taken back. A statutory holiday stays: it is opened with hours of its own."""
    own = Closure.objects.filter(dealership=desk.dealership, statutory=False)
    found = get_object_or_404(own.select_related("staff_member"), pk=pk)
    wanted = RulePage(
        template="desk/capacity/person_confirm.html",
        draft=lambda: drafts_closures.delete_closure(found),
        back=rule_url(desk, "closures"),
        context={
            "tab": "closures",
            "title": _("Delete the closure"),
            "text": f"{say_days(found.first_day, found.last_day)} · {own_words(found, 'reason')}",
            "word": _("Delete the closure"),
        },
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def add_hours(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Other hours than usual on one day; they open a statutory holiday, or a weekday that is closed."""
    form = HoursForm(
        request.POST or None,
        dealership=desk.dealership,
        today=today(desk),
        initial={"day": request.GET.get("day", "")},
    )

    wanted = RulePage(
        template="desk/capacity/closures_add.html",
        form=form,
        draft=lambda: drafts_closures.add_hours(desk.dealership, form),
        back=rule_url(desk, "closures"),
        context={
            "tab": "closures",
            "title": _("Other hours on one day"),
            "note": _(
                "24 December until noon, an evening more, a Sunday opened. On a weekday that is usually closed, give"
                " that weekday limits too."
            ),
            "word": _("Keep these hours"),
        },
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def delete_hours(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """The usual hours again."""
    found = get_object_or_404(SpecialHours, dealership=desk.dealership, pk=pk)
    wanted = RulePage(
        template="desk/capacity/person_confirm.html",
        draft=lambda: drafts_closures.delete_hours(found),
        back=rule_url(desk, "closures"),
        context={
            "tab": "closures",
            "title": _("Back to the usual hours"),
            "text": f"{say_days(found.day, found.day)} · {say_span(found.opens, found.closes)}",
            "word": _("Back to the usual hours"),
        },
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def carry_over(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The evening's entry: hours of work left for the next open day."""
    now = today(desk)
    days = next_days(desk.dealership, now)
    chosen = _chosen_day(request, days) or evening_day(days, now)
    form = CarryOverForm(request.POST or None, dealership=desk.dealership, day=chosen)
    language = page_language()
    wanted = RulePage(
        template="desk/capacity/carry_over.html",
        form=form,
        draft=lambda: save_carry_over(desk.dealership, form),
        back=rule_url(desk, "carry-over"),
        lines=form.lines,
        context={
            "tab": "carry-over",
            "day_label": clock.say_date(chosen, language),
            "days": [
                {
                    "iso": day.isoformat(),
                    "label": _("Today") if day == now else clock.say_short_date(day, language),
                    "current": day == chosen,
                }
                for day in days
            ],
        },
    )
    return serve(request, desk, wanted)


def _chosen_day(request: DeskRequest, days: list[date]) -> date | None:
    try:
        asked = parse_day(request.GET.get("day", ""))
    except ValueError:
        return None
    return asked if asked in days else None


urlpatterns = [
    path("rules/closures/", closures, name="capacity-closures"),
    path("rules/closures/add/", add_closure, name="capacity-closure-add"),
    path("rules/closures/<int:pk>/delete/", delete_closure, name="capacity-closure-delete"),
    path("rules/hours/add/", add_hours, name="capacity-hours-add"),
    path("rules/hours/<int:pk>/delete/", delete_hours, name="capacity-hours-delete"),
    path("rules/carry-over/", carry_over, name="capacity-carry-over"),
]
