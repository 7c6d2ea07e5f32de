"""The rules of a usual week: limits, what is kept back, conditions, groups of services, closures, carried-over work."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.edit import Draft, NothingChanged
from booking.models import ServiceGroup
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity import drafts_caps, drafts_conditions
from desk.capacity.caps import load_caps
from desk.capacity.forms_caps import CapsForm, shown_weekdays
from desk.capacity.forms_conditions import ConditionsForm, load_rows
from desk.capacity.forms_group import GroupForm
from desk.capacity.forms_release import ReleaseForm
from desk.capacity.sayings import own_words, say_days
from desk.views.capacity.editing import RulePage, rule_context, rule_url, serve
from desk.views.shared import today

GET_OR_POST = ["GET", "HEAD", "POST"]


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
        back=rule_url(desk, "caps"),
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
        back=rule_url(desk, "release"),
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
        back=rule_url(desk, "conditions"),
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
        back=rule_url(desk, "groups"),
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


def _edit_group(request: DeskRequest, desk: Desk, found: ServiceGroup | None) -> HttpResponse:
    form = GroupForm(request.POST or None, group=found, rows=load_rows(desk.dealership), today=today(desk))
    wanted = RulePage(
        template="desk/capacity/conditions_group.html",
        form=form,
        draft=lambda: drafts_conditions.save_group(desk.dealership, form),
        back=rule_url(desk, "groups"),
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
]
