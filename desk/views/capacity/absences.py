"""Days off of one person: planned, today's in one click, taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.edit import Draft, NothingChanged, apply_draft, preview_draft
from dealerships.models import Closure, StaffMember
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity import drafts_people as drafts
from desk.capacity.forms_absence import AbsenceForm
from desk.capacity.people import SCHEDULED, coming_absences, show_absence
from desk.capacity.sayings import say_days
from desk.views.capacity.editing import RulePage, rule_url, serve, with_undo
from desk.views.capacity.one_click import Click, press
from desk.views.shared import today
from desk.words import page_language
from lib import clock

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def away(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Days off: from, to, why."""
    found = find_person(desk, pk)
    form = AbsenceForm(request.POST or None, person=found, today=today(desk))

    wanted = RulePage(
        template="desk/capacity/person_away.html",
        form=form,
        draft=lambda: drafts.add_absence(form),
        back=rule_url(desk, "people"),
        context={"member": found} | absences_of(desk, found),
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def away_today(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Not here today: at once when no visit is left without an advisor, else previewed; and it can be undone."""
    found, now = find_person(desk, pk), today(desk)
    people_url = rule_url(desk, "people")

    def draft() -> Draft:
        if found.closures.filter(first_day__lte=now, last_day__gte=now).exists():
            raise NothingChanged
        return drafts.away_today(found, now)

    click = Click(
        title=_("%(name)s is away today") % {"name": found.name},
        text=clock.say_date(now, page_language()),
        word=_("Note the absence"),
        back=people_url,
        measure=lambda: preview_draft(draft(), dealership=desk.dealership),
        change=lambda edition: apply_draft(
            draft(), dealership=desk.dealership, by=desk.user, edition=edition
        ),
        done=lambda edit: redirect(with_undo(people_url, edit)),
    )
    return press(request, desk, click)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def end_absence(request: DeskRequest, desk: Desk, closure: int) -> HttpResponse:
    """Days off taken back."""
    mine = Closure.objects.filter(dealership=desk.dealership, staff_member__isnull=False)
    found = get_object_or_404(mine.select_related("staff_member"), pk=closure)
    name = found.staff_member.name if found.staff_member else ""
    wanted = RulePage(
        template="desk/capacity/person_confirm.html",
        draft=lambda: drafts.end_absence(found),
        back=rule_url(desk, "people"),
        context={
            "member": found.staff_member,
            "title": _("Take back the days off of %(name)s") % {"name": name},
            "text": say_days(found.first_day, found.last_day),
            "word": _("Take the days off back"),
            "icon": "undo-2",
        },
    )
    return serve(request, desk, wanted)


def find_person(desk: Desk, pk: int) -> StaffMember:
    """Somebody of this dealership's schedule, with their shifts; else 404."""
    staff_members = StaffMember.objects.filter(dealership=desk.dealership, role__in=SCHEDULED)
    return get_object_or_404(staff_members.prefetch_related("shifts"), pk=pk)


def absences_of(desk: Desk, found: StaffMember) -> dict[str, Any]:
    """The days off to come, for the context of a page."""
    closures = coming_absences(desk.dealership, today=today(desk), person=found)
    return {"absences": [show_absence(one, today=today(desk)) for one in closures]}


urlpatterns = [
    path("people/<int:pk>/away/", away, name="capacity-person-away"),
    path("people/<int:pk>/away-today/", away_today, name="capacity-person-away-today"),
    path("people/absences/<int:closure>/", end_absence, name="capacity-absence"),
]
