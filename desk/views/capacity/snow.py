"""First-snow mode: what is prepared, what it would change, on and off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions.edit import edition_of
from booking.actions.first_snow import (
    Preparation,
    is_on,
    prepare_first_snow,
    preview_first_snow,
    switch_first_snow,
)
from booking.models import FirstSnow
from dealerships.models import Role, StaffMember
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.forms_snow import SnowForm
from desk.capacity.snow import prepared_words, raisable, snow_days, snow_state
from desk.views.capacity.editing import RulePage, rule_context, rule_url, serve
from desk.views.capacity.shared import read_edition, say_behind
from desk.views.shared import today
from lib import clock
from lib.errors import Refusal


@require_safe
@desk_page("change_capacity")
def snow(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The mode, and what switching it would do to the coming days."""
    prepared = _prepared(desk)
    context: dict[str, Any] = {"snow": prepared, "edition": edition_of(desk.dealership)}
    if prepared:
        on = is_on(prepared, desk.dealership, clock.now())
        impact = preview_first_snow(dealership=desk.dealership, on=not on)
        context |= {
            "state": snow_state(prepared, today=today(desk)),
            "words": prepared_words(prepared, _names(desk), _raised(desk)),
            "days": snow_days(desk.dealership, impact.gauges, today=today(desk), on=on),
        }
    return render(request, "desk/capacity/snow.html", rule_context(request, desk, **context))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("change_capacity")
def prepare(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What the mode will change, laid down in a quiet hour."""
    prepared = _prepared(desk)
    form = SnowForm(
        request.POST or None, snow=prepared, advisors=_advisors(desk), raisable=raisable(desk.dealership)
    )
    wanted = RulePage(
        template="desk/capacity/snow_prepare.html",
        form=form,
        draft=lambda: prepare_first_snow(desk.dealership, form.preparation or Preparation()),
        back=rule_url(desk, "snow"),
        context={"is_on": bool(prepared and is_on(prepared, desk.dealership, clock.now()))},
    )
    return serve(request, desk, wanted)


@require_POST
@desk_page("change_capacity")
def switch(request: DeskRequest, desk: Desk) -> HttpResponse:
    """On or off, as the pressed button says."""
    on = request.POST.get("on") == "yes"
    try:
        edit = switch_first_snow(
            dealership=desk.dealership, on=on, by=desk.user, edition=read_edition(request)
        )
        sentence = (
            _("First snow is on. The wait-list was served first.")
            if on
            else _("First snow is off. What was booked in it stays booked.")
        )
        messages.success(request, sentence)
        say_behind(request, edit)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:capacity-snow", desk.dealership.slug)


def _prepared(desk: Desk) -> FirstSnow | None:
    mine = FirstSnow.objects.filter(dealership=desk.dealership).select_related("dealership", "switched_on_by")
    return mine.prefetch_related("openings", "raises").first()


def _advisors(desk: Desk) -> list[StaffMember]:
    return list(
        StaffMember.objects.filter(dealership=desk.dealership, role=Role.ADVISOR, active=True).order_by(
            "name"
        )
    )


def _names(desk: Desk) -> dict[int, str]:
    return {one.pk: one.name for one in _advisors(desk)}


def _raised(desk: Desk) -> dict[str, str]:
    return {subject: name for _kind, subject, name in raisable(desk.dealership)}


urlpatterns = [
    path("first-snow/", snow, name="capacity-snow"),
    path("first-snow/prepare/", prepare, name="capacity-snow-prepare"),
    path("first-snow/switch/", switch, name="capacity-snow-switch"),
]
