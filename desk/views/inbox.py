"""Conversations at the desk: the list, and what is done with one beside writing in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions.history import By, staff
from booking.actions.late import announce_late
from booking.actions.progress import confirm_appointment
from booking.actions.reply_acts import SOURCES
from booking.models import Appointment
from dealerships.models import StaffMember, User
from desk.access import Desk, DeskRequest, desk_page
from desk.inbox.rows import SHOWS, inbox_rows, tabs
from desk.inbox.side import late_minutes, next_visit
from desk.views.shared import page
from lib import clock
from lib.errors import Refusal
from notifications.actions.conversations import assign, leave_waiting, mark_answered
from notifications.models import Channel, Conversation


@require_safe
@desk_page("write_messages")
def inbox(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Who wrote; to htmx, the list alone."""
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWS else "all"
    context = page(desk, rows=inbox_rows(desk, show, now=clock.now()), tabs=tabs(desk, show), show=show)
    template = "desk/inbox/_rows.html" if request.htmx else "desk/inbox/inbox.html"
    return render(request, template, context)


@require_POST
@desk_page("write_messages")
def assign_to(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Somebody of this dealership sees to it, or nobody."""
    conversation, chosen = find_conversation(desk, pk), request.POST.get("member", "")
    member = None
    if chosen:
        member = get_object_or_404(
            StaffMember,
            dealership=desk.dealership,
            active=True,
            pk=int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0,
        )
    assign(conversation=conversation, member=member)
    return _back(desk, pk)


@require_POST
@desk_page("write_messages")
def done(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """Nothing is left to answer; or, with `again`, it is put back."""
    conversation = find_conversation(desk, pk)
    if "again" in request.POST:
        leave_waiting(conversation=conversation)
        return _back(desk, pk)
    mark_answered(conversation=conversation)
    return redirect("desk:messages-inbox", desk.dealership.slug)


@require_POST
@desk_page("change_appointments")
def act(request: DeskRequest, desk: Desk, pk: int, what: str) -> HttpResponse:
    """Do what the customer wrote, to their next visit."""
    action = _ACTS.get(what)
    if action is None:
        raise Http404
    conversation = find_conversation(desk, pk)
    visit = next_visit(desk, conversation, now=clock.now())
    if visit is None:
        messages.warning(request, _("This customer has no visit to come."))
        return _back(desk, pk)
    try:
        messages.success(request, action(conversation, visit, desk.user))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return _back(desk, pk)


def find_conversation(desk: Desk, pk: int) -> Conversation:
    """The conversation, when it is this dealership's; 404 otherwise."""
    here = Conversation.objects.select_related("dealership__group", "customer", "assigned_to")
    return get_object_or_404(here, dealership=desk.dealership, pk=pk)


def _confirm(conversation: Conversation, visit: Appointment, user: User) -> str:
    confirm_appointment(appointment=visit, by=_as_written(conversation, user))
    return _("The visit is confirmed.")


def _late(conversation: Conversation, visit: Appointment, user: User) -> str:
    last = conversation.incoming.order_by("-at", "-pk").first()
    announce_late(appointment=visit, minutes=late_minutes(last), by=_as_written(conversation, user))
    return _("The delay is on the board.")


def _as_written(conversation: Conversation, user: User) -> By:
    """The staff, by the way that the customer last wrote."""
    return staff(user, SOURCES[Channel(conversation.channel)])


_ACTS = {"confirm": _confirm, "late": _late}


def _back(desk: Desk, pk: int) -> HttpResponse:
    return redirect("desk:messages-thread", desk.dealership.slug, pk)
