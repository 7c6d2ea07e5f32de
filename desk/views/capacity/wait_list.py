"""The wait-list on the desk: who waits and what they were offered; the declared exceptions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.wait_list import put_first, serve_wait_list, take_off
from booking.models import WaitListEntry
from desk.access import Desk, DeskRequest, desk_page
from desk.capacity.facts import count_to_move
from desk.capacity.waiting import recent_leavers, waiters
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal


@require_safe
@desk_page("explain_capacity")
def wait_list(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Everybody who waits, in turn, and who waited until lately."""
    now = clock.now()
    context = page(
        desk,
        waiters=waiters(desk.dealership),
        leavers=recent_leavers(desk.dealership, now),
        to_move=count_to_move(desk.dealership, now=now),
        may_change="change_capacity" in desk.allowed,
    )
    return render(request, "desk/capacity/wait_list.html", context)


@require_POST
@desk_page("change_capacity")
def priority(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Before all others, for a reason that the list shows; without one, in the order of entry again."""
    entry = _find(desk, pk)
    try:
        first = put_first(entry=entry, by=desk.user, reason=request.POST.get("reason", ""))
        said = _("%(name)s comes first now.") if first.priority else _("%(name)s waits in turn again.")
        messages.success(request, said % {"name": entry.contact_name})
        serve_wait_list(dealership=desk.dealership)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:capacity-wait-list", desk.dealership.slug)


@require_POST
@desk_page("change_capacity")
def remove(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Off the list, with the reason; what was kept goes to the next in turn."""
    entry = _find(desk, pk)
    try:
        take_off(entry=entry, by=desk.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("%(name)s is off the list.") % {"name": entry.contact_name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:capacity-wait-list", desk.dealership.slug)


def _find(desk: Desk, pk: int) -> WaitListEntry:
    mine = WaitListEntry.objects.filter(dealership=desk.dealership)
    return get_object_or_404(mine.select_related("dealership"), pk=pk)


urlpatterns = [
    path("wait-list/", wait_list, name="capacity-wait-list"),
    path("wait-list/<int:pk>/priority/", priority, name="capacity-wait-list-priority"),
    path("wait-list/<int:pk>/remove/", remove, name="capacity-wait-list-remove"),
]
