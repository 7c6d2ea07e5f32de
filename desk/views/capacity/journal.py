"""The journal of capacity: who changed what and when, and the last change taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.edit import edition_of
from booking.actions.journal import last_edit, undo_last_edit
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.facts import count_to_move
from desk.capacity.journal import load_journal
from desk.picker import read_day
from desk.views.capacity.shared import read_edition, summary_of, to_week
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal


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


@require_POST
@desk_page("change_capacity")
def undo(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Take the last change back, unless somebody made another one since the page was opened."""
    week = read_day(request.POST.get("week", ""))
    try:
        edit = undo_last_edit(dealership=desk.dealership, by=desk.user, edition=read_edition(request))
        messages.success(request, _("Taken back: %(summary)s") % {"summary": summary_of(edit)})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return to_week(desk, week) if week else redirect("desk:capacity-journal", desk.dealership.slug)


urlpatterns = [
    path("journal/", journal, name="capacity-journal"),
    path("journal/undo/", undo, name="capacity-undo"),
]
