"""One conversation: read it, answer it, or begin it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from booking.models import Appointment
from customers.access import customers_for
from customers.actions.access import record_opening
from customers.models import Customer
from dealerships.models import Role, StaffMember
from desk.access import Desk, DeskRequest, desk_page
from desk.inbox.rows import name_of, say_ago
from desk.inbox.side import next_visit, show_side
from desk.inbox.thread import planned_messages, thread_lines
from desk.views.inbox import find_conversation
from desk.views.shared import page
from desk.words import page_language
from lib import clock
from lib.errors import Refusal
from notifications.actions.conversations import (
    LONGEST_WORDS,
    address_of,
    blocked_channels,
    mark_read,
    open_conversation,
    write_to_customer,
)
from notifications.answers import ready_answers, ready_words
from notifications.models import Channel, Conversation
from notifications.words import book_url, manage_url, suffix
from notifications.words_thread import LINK_MARKS


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("write_messages")
def thread(request: DeskRequest, desk: Desk, pk: int) -> HttpResponse:
    """The thread, which is read from now on; a post sends an answer. The opening of the record is kept."""
    conversation = find_conversation(desk, pk)
    if request.method == "POST":
        return _send(request, desk, conversation)
    mark_read(conversation=conversation)
    return _show(request, desk, conversation)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("write_messages")
def write_to(request: DeskRequest, desk: Desk, customer: int) -> HttpResponse:
    """Begin with a customer, or go on where it was left."""
    mine = customers_for(desk.user).filter(group=desk.dealership.group_id, erased_at=None)
    found = get_object_or_404(mine, pk=customer)
    begun = Conversation.objects.filter(dealership=desk.dealership, customer=found).first()
    if begun and request.method != "POST":
        return redirect("desk:messages-thread", desk.dealership.slug, begun.pk)
    shown = begun or Conversation(**_to(desk, found))
    return _begin(request, desk, found, shown) if request.method == "POST" else _show(request, desk, shown)


def _to(desk: Desk, customer: Customer) -> dict[str, Any]:
    return {
        "dealership": desk.dealership,
        "customer": customer,
        "address": "",
        "channel": Channel.SMS if customer.phone else Channel.EMAIL,
        "language": customer.language,
    }


def _begin(request: DeskRequest, desk: Desk, customer: Customer, shown: Conversation) -> HttpResponse:
    """The first words and their thread together: what is refused leaves no empty thread. `shown` is then shown."""
    try:
        with transaction.atomic():
            opened = open_conversation(**_to(desk, customer))
            _write(request, desk, opened)
    except Refusal as refusal:
        return _show(request, desk, shown, problem=str(refusal), status=422)
    return _to_last(desk, opened)


def _send(request: DeskRequest, desk: Desk, conversation: Conversation) -> HttpResponse:
    try:
        _write(request, desk, conversation)
    except Refusal as refusal:
        return _show(request, desk, conversation, problem=str(refusal), status=422)
    return _to_last(desk, conversation)


def _write(request: DeskRequest, desk: Desk, conversation: Conversation) -> None:
    visit = next_visit(desk, conversation, now=clock.now())
    write_to_customer(
        conversation=conversation,
        channel=request.POST.get("channel", ""),
        words=request.POST.get("words", ""),
        author=desk.name,
        key=request.POST.get("key", ""),
        about_visit={"link_nonce": visit.link_nonce} if visit else None,
    )


def _to_last(desk: Desk, conversation: Conversation) -> HttpResponse:
    to = reverse("desk:messages-thread", args=[desk.dealership.slug, conversation.pk])
    return redirect(f"{to}#last")


def _show(
    request: DeskRequest, desk: Desk, conversation: Conversation, *, problem: str = "", status: int = 200
) -> HttpResponse:
    if conversation.customer:
        record_opening(
            dealership=desk.dealership, user=desk.user, customer=conversation.customer, words="messages"
        )
    now = clock.now()
    visit = next_visit(desk, conversation, now=now)
    context = page(
        desk,
        conversation=conversation,
        who=name_of(conversation),
        waiting=say_ago(conversation.waiting_since, now) if conversation.waiting_since else "",
        lines=thread_lines(conversation),
        planned=planned_messages(conversation),
        side=show_side(desk, conversation, visit, now=now),
        members=_members(desk),
        box=_box(request, conversation, visit),
        problem=problem,
    )
    return render(request, "desk/inbox/thread.html", context, status=status)


def _members(desk: Desk) -> list[StaffMember]:
    """Who may see to it: everybody who works here and signs in."""
    here = StaffMember.objects.filter(dealership=desk.dealership, active=True, user__isnull=False)
    return list(here.exclude(role=Role.TECHNICIAN).order_by("name"))


def _box(request: DeskRequest, conversation: Conversation, visit: Appointment | None) -> dict[str, Any]:
    """The answer box: what is in it, by which ways it can go, and what is ready to be put in."""
    language, blocked = conversation.language, blocked_channels(conversation)
    ways = [
        {"value": channel.value, "label": channel.label, "to": address_of(conversation, channel),
         "blocked": channel.value in blocked}
        for channel in (Channel.SMS, Channel.EMAIL)
    ]  # fmt: skip
    open_ways = [way["value"] for way in ways if way["to"] and not way["blocked"]]
    wanted = request.POST.get("channel") or conversation.channel
    slug = conversation.dealership.slug
    link = manage_url({"link_nonce": visit.link_nonce}) if visit else book_url(slug, language)
    return {
        "ways": [way for way in ways if way["to"]],
        "channel": wanted if wanted in open_ways else next(iter(open_ways), ""),
        "words": request.POST.get("words", "") or ready_words(request.GET.get("ready", ""), language),
        # The same form keeps its key when it is shown again, so that what was sent is not sent twice.
        "key": request.POST.get("key") or str(uuid.uuid4()),
        "most": LONGEST_WORDS,
        "prefix": len(f"{conversation.dealership.name}: "),
        "link": len(link),
        "own_link": visit is not None,
        "mark": LINK_MARKS[suffix(language)],
        "language": suffix(language),
        "ready": [
            {
                "code": one.code,
                "name": one.names[suffix(page_language())],
                "words": one.words[suffix(language)],
            }
            for one in ready_answers(with_visit=visit is not None)
        ],
    }
