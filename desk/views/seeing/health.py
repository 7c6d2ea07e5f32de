"""How sending goes: what waits, what is stuck, how the providers answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.resend import resend_email
from desk.access import Desk, DeskRequest, desk_page
from desk.seeing.health import health_context
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal
from notifications.models import Message


@require_safe
@desk_page("change_messages")
def health(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Numbers of this dealership; the providers are those of the whole installation."""
    return render(request, "desk/seeing/health.html", page(desk, **health_context(desk, now=clock.now())))


@require_POST
@desk_page("change_messages")
def resend(request: DeskRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """Send an e-mail again that was given up."""
    try:
        resend_email(message=get_object_or_404(Message, dealership=desk.dealership, pk=pk))
        messages.success(request, _("It is sent again."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("desk:messages-health", desk.dealership.slug)
