"""The journal of capacity: who changed what and when, and the last change taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.edit import edition_of
from booking.actions.journal import NothingToUndo, last_edit, preview_undo, undo_last_edit
from booking.models import CapacityEdit
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.facts import count_to_move
from desk.capacity.journal import load_journal
from desk.picker import read_day
from desk.views.capacity.editing import rule_url
from desk.views.capacity.one_click import Click, press
from desk.views.capacity.shared import read_edition, summary_of, week_url
from desk.views.shared import page
from lib import clock


@require_safe
@desk_page("change_capacity")
def journal(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The changes, newest first, a page at a time; the last one that stands can be undone."""
    edition = edition_of(desk.dealership)
    last = last_edit(desk.dealership)
    kept = load_journal(desk.dealership, page=request.GET.get("page", ""), last=last)
    to_move = count_to_move(desk.dealership, now=clock.now())
    context = page(desk, journal=kept, edition=edition, to_move=to_move)
    return render(request, "desk/capacity/journal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("change_capacity")
def undo(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The last change taken back; previewed first when visits would have to move, or when opened by its address."""
    week = read_day(request.POST.get("week", ""))
    back = week_url(desk, week) if week else rule_url(desk, "journal")
    last = last_edit(desk.dealership)
    if last is None:
        messages.warning(request, str(NothingToUndo()))
        return redirect(back)

    def done(edit: CapacityEdit) -> HttpResponse:
        messages.success(request, _("Taken back: %(summary)s") % {"summary": summary_of(edit)})
        return redirect(back)

    click = Click(
        title=_("Undo the last change"),
        text=summary_of(last),
        word=_("Undo"),
        back=back,
        measure=lambda: preview_undo(dealership=desk.dealership, edition=read_edition(request)),
        change=lambda edition: undo_last_edit(dealership=desk.dealership, by=desk.user, edition=edition),
        done=done,
        kept={"week": week.isoformat()} if week else {},
    )
    return press(request, desk, click)


urlpatterns = [
    path("journal/", journal, name="capacity-journal"),
    path("journal/undo/", undo, name="capacity-undo"),
]
