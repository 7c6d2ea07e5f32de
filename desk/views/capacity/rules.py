"""The rules of a usual week: limits, what is kept back, conditions, groups of services, closures, carried-over work."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.edit import Draft, NothingChanged
from booking.models import ServiceGroup
from dealerships.models import Closure, SpecialHours
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity import drafts_caps, drafts_closures, drafts_conditions
from desk.capacity.caps import load_caps
from desk.capacity.carry_over import CarryOverForm, evening_day, next_days, save_carry_over
from desk.capacity.closures import load_years
from desk.capacity.forms_caps import CapsForm, shown_weekdays
from desk.capacity.forms_closures import ClosureForm, HoursForm
from desk.capacity.forms_conditions import ConditionsForm, load_rows
from desk.capacity.forms_group import GroupForm
from desk.capacity.forms_release import ReleaseForm
from desk.capacity.sayings import own_words, say_days, say_span
from desk.converters import parse_day
from desk.views.capacity.editing import RulePage, rule_context, serve
from desk.views.shared import today
from desk.words import page_language
from lib import clock

GET_OR_POST = ["GET", "HEAD", "POST"]


def _here(desk: Desk, name: str, *args: Any) -> str:
    return reverse(f"desk:capacity-{name}", args=[desk.dealership.slug, *args])


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def caps(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The table of limits by weekday."""
    facts = load_caps(desk.dealership)
    everything = "all" in request.GET
    form = CapsForm(request.POST or None, caps=facts, weekdays=shown_weekdays(facts, everything=everything))

    def draft() -> Draft:
        if not form.has_changes:
            raise NothingChanged
        return drafts_caps.save_caps(desk.dealership, form)

    wanted = RulePage(
        template="desk/capacity/caps.html",
        form=form,
        draft=draft,
        back=_here(desk, "caps"),
        lines=form.lines,
        context={"tab": "caps", "caps": facts, "everything": everything},
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def release(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The reserve, what is kept for whom, and when it is released."""
    form = ReleaseForm(request.POST or None, dealership=desk.dealership)
    wanted = RulePage(
        template="desk/capacity/caps_release.html",
        form=form,
        draft=lambda: drafts_caps.save_release(desk.dealership, form),
        back=_here(desk, "release"),
        lines=form.lines,
        context={"tab": "release"},
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def conditions(request: DeskRequest, desk: Desk) -> HttpResponse:
    """When each transport and each service may be booked; notice and horizon; the groups below."""
    rows = load_rows(desk.dealership)
    form = ConditionsForm(request.POST or None, dealership=desk.dealership, rows=rows)

    def draft() -> Draft:
        if not form.changed:
            raise NothingChanged
        return drafts_conditions.save_conditions(desk.dealership, form)

    wanted = RulePage(
        template="desk/capacity/conditions.html",
        form=form,
        draft=draft,
        back=_here(desk, "conditions"),
        lines=form.lines,
        context={"tab": "conditions"},
    )
    return serve(request, desk, wanted)


@require_safe
@desk_page("change_capacity")
def groups(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The groups of services with what bounds them."""
    found = ServiceGroup.objects.filter(dealership=desk.dealership).prefetch_related(
        "members__service", "members__choice", "seasons"
    )
    context = rule_context(request, desk, tab="groups", groups=[_group_row(one) for one in found])
    return render(request, "desk/capacity/conditions_groups.html", context)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def add_group(request: DeskRequest, desk: Desk) -> HttpResponse:
    """A new group."""
    return _edit_group(request, desk, None)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def group(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """One group: its work, its hours, its seasons."""
    return _edit_group(request, desk, _find_group(desk, pk))


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def delete_group(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """A group that is no longer counted; its work may still be booked."""
    found = _find_group(desk, pk)
    wanted = RulePage(
        template="desk/capacity/person_confirm.html",
        draft=lambda: drafts_conditions.delete_group(found),
        back=_here(desk, "groups"),
        context={
            "tab": "groups",
            "title": _("Delete the group %(name)s") % {"name": own_words(found, "name")},
            "text": _(
                "Its limits and seasons go with it. The services stay on the menu, and nothing limits them together"
                " any more."
            ),
            "word": _("Delete the group"),
        },
    )
    return serve(request, desk, wanted)


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
        back=_here(desk, "closures"),
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
        back=_here(desk, "closures"),
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
        back=_here(desk, "closures"),
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
        back=_here(desk, "closures"),
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
        back=_here(desk, "carry-over"),
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


def _chosen_day(request: DeskRequest, days: list) -> Any:
    try:
        asked = parse_day(request.GET.get("day", ""))
    except ValueError:
        return None
    return asked if asked in days else None


def _edit_group(request: DeskRequest, desk: Desk, found: ServiceGroup | None) -> HttpResponse:
    form = GroupForm(request.POST or None, group=found, rows=load_rows(desk.dealership), today=today(desk))
    wanted = RulePage(
        template="desk/capacity/conditions_group.html",
        form=form,
        draft=lambda: drafts_conditions.save_group(desk.dealership, form),
        back=_here(desk, "groups"),
        context={"tab": "groups", "group": found, "name": own_words(found, "name") if found else ""},
    )
    return serve(request, desk, wanted)


def _find_group(desk: Desk, pk: int) -> ServiceGroup:
    mine = ServiceGroup.objects.filter(dealership=desk.dealership)
    return get_object_or_404(mine.prefetch_related("members", "seasons"), pk=pk)


def _group_row(found: ServiceGroup) -> dict[str, Any]:
    return {
        "pk": found.pk,
        "name": own_words(found, "name"),
        "work": [
            own_words(one.service, "name") + (f" ({own_words(one.choice, 'label')})" if one.choice else "")
            for one in found.members.all()
        ],
        "first_start": found.first_start,
        "last_start": found.last_start,
        "only_in_season": found.only_in_season,
        "seasons": [
            {"name": own_words(one, "name"), "days": say_days(one.first_day, one.last_day)}
            for one in found.seasons.all()
        ],
    }


urlpatterns = [
    path("rules/", caps, name="capacity-caps"),
    path("rules/kept/", release, name="capacity-release"),
    path("rules/conditions/", conditions, name="capacity-conditions"),
    path("rules/groups/", groups, name="capacity-groups"),
    path("rules/groups/add/", add_group, name="capacity-group-add"),
    path("rules/groups/<int:pk>/", group, name="capacity-group"),
    path("rules/groups/<int:pk>/delete/", delete_group, name="capacity-group-delete"),
    path("rules/closures/", closures, name="capacity-closures"),
    path("rules/closures/add/", add_closure, name="capacity-closure-add"),
    path("rules/closures/<int:pk>/delete/", delete_closure, name="capacity-closure-delete"),
    path("rules/hours/add/", add_hours, name="capacity-hours-add"),
    path("rules/hours/<int:pk>/delete/", delete_hours, name="capacity-hours-delete"),
    path("rules/carry-over/", carry_over, name="capacity-carry-over"),
]
