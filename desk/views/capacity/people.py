"""The people of the schedule: their weeks, who joins and who leaves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.advisors import hand_over_visits, leave_change
from booking.actions.edit import edition_of
from booking.actions.history import staff
from booking.models import Shift
from dealerships.models import Role, StaffMember
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity import drafts_people as drafts
from desk.capacity.forms_person import PersonForm, copy_first_day
from desk.capacity.people import load_people, visits_held_by, week_words
from desk.views.capacity.absences import absences_of, find_person
from desk.views.capacity.editing import RulePage, rule_context, rule_url, serve
from desk.views.shared import today
from lib import clock

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@desk_page("change_capacity")
def people(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Advisors and technicians: hours, skills, next days off."""
    listed = load_people(desk.dealership, today=today(desk))
    context = rule_context(request, desk, people=listed, edition=edition_of(desk.dealership))
    return render(request, "desk/capacity/people.html", context)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Somebody new in the schedule."""
    return _edit_person(request, desk, None)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def person(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """One person: usual weeks, limits, days off to come."""
    return _edit_person(request, desk, find_person(desk, pk))


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def leave(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody leaves: their visits go to colleagues who are free at the same time; the others are listed."""
    found = find_person(desk, pk)
    is_advisor = found.role == Role.ADVISOR
    wanted = RulePage(
        template="desk/capacity/person_leave.html",
        draft=lambda: leave_change(found) if is_advisor else drafts.leave(found),
        back=rule_url(desk, "people"),
        context={"member": found, "is_advisor": is_advisor, "hand_over": is_advisor},
        after=lambda: _hand_over(request, desk, found) if is_advisor else None,
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def come_back(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody who had left works here again."""
    found = find_person(desk, pk)
    wanted = RulePage(
        template="desk/capacity/person_confirm.html",
        draft=lambda: drafts.come_back(found),
        back=reverse("desk:capacity-person", args=[desk.dealership.slug, pk]),
        context={
            "member": found,
            "title": _("Bring %(name)s back") % {"name": found.name},
            "text": _("The weeks are those of before; change them afterwards if they are not."),
            "word": _("Back in the schedule"),
            "icon": "undo-2",
        },
    )
    return serve(request, desk, wanted)


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def handed_over(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """What somebody who left still holds; posted, colleagues are looked for once more."""
    found = find_person(desk, pk)
    if request.method == "POST" and not found.active:
        return _hand_over(request, desk, found)
    left = visits_held_by(found, now=clock.now())
    return render(
        request, "desk/capacity/person_left.html", rule_context(request, desk, member=found, left=left)
    )


def _hand_over(request: DeskRequest, desk: Desk, leaving: StaffMember) -> HttpResponse:
    messages.success(request, _("%(name)s has left the schedule.") % {"name": leaving.name})
    result = hand_over_visits(advisor=leaving, by=staff(desk.user), announce="announce" in request.POST)
    moved, left = len(result.moved), len(result.left)
    if moved:
        sentence = ngettext(
            "%(count)s visit was handed over to a colleague at the same time.",
            "%(count)s visits were handed over to colleagues at the same times.",
            moved,
        )
        messages.success(request, sentence % {"count": moved})
    if not left:
        return redirect("desk:capacity-people", desk.dealership.slug)
    return redirect("desk:capacity-person-left", desk.dealership.slug, leaving.pk)


def _edit_person(request: DeskRequest, desk: Desk, found: StaffMember | None) -> HttpResponse:
    data: QueryDict | None = request.POST or None
    if "copy" in request.POST:
        week = request.POST["copy"]
        data = copy_first_day(request.POST, int(week) if week in {"0", "1", "2", "3"} else 0)
    initial = {"role": request.GET.get("role", Role.ADVISOR)} if found is None else {}
    form = PersonForm(data, person=found, today=today(desk), initial=initial)

    wanted = RulePage(
        template="desk/capacity/person.html",
        form=form,
        draft=lambda: drafts.save_person(desk.dealership, form),
        back=rule_url(desk, "people"),
        lines=lambda: [*_first_technician(desk, form), *person_lines(form)],
        context={"member": found} | (absences_of(desk, found) if found else {}),
    )
    return serve(request, desk, wanted)


def _first_technician(desk: Desk, form: PersonForm) -> list[str]:
    """What changes with the first technician: from then on their hours are all there is."""
    technicians = StaffMember.objects.filter(dealership=desk.dealership, role=Role.TECHNICIAN, active=True)
    if form.person or not form.is_technician or technicians.exists():
        return []
    return [
        _(
            "With the first technician the shop’s hours are what the technicians give, and the week’s limits become"
            " ceilings. Add all of them, then look at who would have to move."
        )
    ]


def person_lines(form: PersonForm) -> list[str]:
    """The weeks as they will be, in words."""
    lines = []
    for week in range(form.cleaned_data["rotation_weeks"]):
        shifts = [
            Shift(rotation_week=which, weekday=weekday, starts=starts, ends=ends)
            for which, weekday, starts, ends in form.spans
            if which == week
        ]
        words = week_words(shifts)
        days = " · ".join(words.lines) or _("no hours")
        lines.append(
            _("Week %(number)s: %(days)s (%(hours)s)")
            % {"number": week + 1, "days": days, "hours": words.hours}
        )
    return lines


urlpatterns = [
    path("people/", people, name="capacity-people"),
    path("people/add/", add, name="capacity-person-add"),
    path("people/<int:pk>/", person, name="capacity-person"),
    path("people/<int:pk>/leave/", leave, name="capacity-person-leave"),
    path("people/<int:pk>/left/", handed_over, name="capacity-person-left"),
    path("people/<int:pk>/come-back/", come_back, name="capacity-person-come-back"),
]
