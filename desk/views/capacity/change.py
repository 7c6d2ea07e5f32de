"""Changing a range, and copying a week: the form, what it would do, and only then the change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from booking.actions.edit import Draft, StaleCapacity, apply_draft, edition_of, preview_draft
from booking.actions.journal import last_edit
from booking.models import CapacityEdit
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.choices import mark_choices
from desk.capacity.closing import closes_much
from desk.capacity.facts import monday_of
from desk.capacity.form_range import ALL_DAY, CLOSE, LIMITS, OPEN, RangeForm
from desk.capacity.form_week import CopyForm
from desk.capacity.impact import show_gauges
from desk.capacity.proposals import MOST_AT_ONCE, show_strandings
from desk.capacity.scopes import labels, load_facts
from desk.picker import read_day
from desk.views.capacity.moving import move_chosen
from desk.views.capacity.shared import read_edition, say_behind, to_week, week_url
from desk.views.shared import page, today
from lib import clock
from lib.errors import Refusal

GET_OR_POST = ["GET", "HEAD", "POST"]
AnyForm = RangeForm | CopyForm


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def change(request: DeskRequest, desk: Desk) -> HttpResponse:
    """One range of days: closed, opened again, limited."""
    form = RangeForm(
        _sent(request), dealership=desk.dealership, today=today(desk), initial=_range_initial(request, desk)
    )
    return _serve(request, desk, form, "desk/capacity/change.html")


@require_http_methods(GET_OR_POST)
@desk_page("change_capacity")
def copy(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What is dated in one week, put into another in place of what is dated there."""
    source = read_day(request.GET.get("from", "")) or today(desk)
    after = max(source, today(desk)) + timedelta(days=7)
    initial = {"from_day": monday_of(source), "to_day": monday_of(after), **_typed(request)}
    form = CopyForm(_sent(request), dealership=desk.dealership, today=today(desk), initial=initial)
    return _serve(request, desk, form, "desk/capacity/copy.html")


def _serve(request: DeskRequest, desk: Desk, form: AnyForm, template: str) -> HttpResponse:
    """The form; posted, the preview, which writes nothing; posted with `apply`, the change."""
    if form.is_bound and form.is_valid():
        try:
            draft = form.draft(desk.user)
            if "apply" in request.POST and not _is_unsure(request):
                return _apply(request, desk, form, draft)
            return _preview(request, desk, form, draft)
        except Refusal as refusal:
            form.refuse(refusal)
    context = page(desk, form=form, back=week_url(desk, _day_in_view(form, desk)), limits=LIMITS)
    return render(request, template, context, status=422 if form.is_bound else 200)


def _preview(
    request: DeskRequest, desk: Desk, form: AnyForm, draft: Draft, *, problem: str = ""
) -> HttpResponse:
    # Read before what is previewed: a change in between makes the form stale, as it must.
    edition = edition_of(desk.dealership)
    impact = preview_draft(draft, dealership=desk.dealership)
    facts = load_facts(desk.dealership)
    visits = show_strandings(
        impact.stranded,
        desk.dealership,
        facts,
        now=clock.now(),
        without=impact.closed_pools,
        closed=impact.closed_keys,
    )
    lines, more = show_gauges(impact.gauges, labels(facts))
    context = page(
        desk,
        form=form,
        edition=edition,
        summary=draft.summary[request.LANGUAGE_CODE.startswith("en")],
        visits=mark_choices(visits, request.POST),
        most=MOST_AT_ONCE,
        lines=lines,
        more=more,
        closes=closes_much(desk.dealership, impact, today(desk)),
        unsure=_is_unsure(request),
        problem=problem,
        back=week_url(desk, form.day),
    )
    return render(request, "desk/capacity/preview.html", context, status=409 if problem else 200)


def _apply(request: DeskRequest, desk: Desk, form: AnyForm, draft: Draft) -> HttpResponse:
    """The change, then the moves that were chosen with it, each by itself."""
    edition = read_edition(request)
    try:
        edit = apply_draft(draft, dealership=desk.dealership, by=desk.user, edition=edition)
    except StaleCapacity as stale:
        done = _done_already(desk, draft, edition)
        if done is None:
            return _preview(request, desk, form, draft, problem=str(stale))
        edit = done
    say_behind(request, edit)
    move_chosen(request, desk, request.POST)
    return to_week(desk, form.day, done=edit)


def _done_already(desk: Desk, draft: Draft, edition: int) -> CapacityEdit | None:
    """The same form sent twice: its change has just been made, by the same person, and nothing since."""
    last = last_edit(desk.dealership)
    same = (
        last is not None
        and last.by_id == desk.user.pk
        and (last.summary_fr, last.summary_en) == draft.summary
    )
    return last if same and edition_of(desk.dealership) == edition + 1 else None


def _is_unsure(request: DeskRequest) -> bool:
    """Whether very much would be closed, and the box that says so was not ticked."""
    return "apply" in request.POST and "closes" in request.POST and "sure" not in request.POST


def _sent(request: DeskRequest) -> Any:
    """What the form is bound to; to change something in it again, it is not judged."""
    return request.POST if request.method == "POST" and "edit" not in request.POST else None


def _typed(request: DeskRequest) -> dict[str, Any]:
    return {name: value for name, value in request.POST.items() if value}


def _range_initial(request: DeskRequest, desk: Desk) -> dict[str, Any]:
    """The gauge that was chosen, by the address; else the whole shop, today, closed."""
    asked = request.GET
    first = read_day(asked.get("first", "")) or today(desk)
    return {
        "what": asked.get("what", ""),
        "first_day": first,
        "last_day": read_day(asked.get("last", "")) or first,
        "part": asked.get("part", ALL_DAY),
        "action": OPEN if asked.get("action") == OPEN else asked.get("action", CLOSE),
        **_typed(request),
    }


def _day_in_view(form: AnyForm, desk: Desk) -> date:
    """A day of the week to go back to."""
    for name in ("first_day", "from_day"):
        value = form[name].value() if name in form.fields else None
        day = value if isinstance(value, date) else read_day(str(value or ""))
        if day:
            return day
    return today(desk)


urlpatterns = [
    path("change/", change, name="capacity-change"),
    path("copy/", copy, name="capacity-copy"),
]
