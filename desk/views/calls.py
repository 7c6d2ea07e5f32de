"""The calls that were promised: who to call, by when, what about."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.calls import finish_call
from booking.models import CallRequest
from desk.access import Desk, DeskRequest, desk_page
from desk.calls import calls_made, calls_to_make
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal


@require_safe
@desk_page("change_appointments")
def calls(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What is promised, the most urgent first, and what was done lately."""
    now = clock.now()
    context = page(desk, waiting=calls_to_make(desk.dealership, now), made=calls_made(desk.dealership, now))
    return render(request, "desk/calls.html", context)


@require_POST
@desk_page("change_appointments")
def call_made(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """It was made; what came of it may be said."""
    asked = get_object_or_404(CallRequest, dealership=desk.dealership, pk=pk)
    try:
        if finish_call(request=asked, by=desk.user, outcome=request.POST.get("outcome", "")):
            messages.success(request, _("The call to %(name)s is done.") % {"name": asked.name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:calls", desk.dealership.slug)
