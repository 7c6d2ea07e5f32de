"""Blocked numbers and addresses: shown while one is typed, and lifted after the customer gave word."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.access import customers_for
from customers.details import read_email
from customers.models import Customer
from desk.access import Desk, DeskRequest, desk_page
from desk.seeing.flags import ShownFlag, shown_flags
from lib.errors import Refusal
from lib.phones import parse_phone
from lib.text import without_controls
from notifications.actions.unblock import unblock_address


@require_POST
@desk_page("book")
def flags_as_typed(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What is wrong with the number and the address in the form; nothing is said of what is not one yet."""
    flags = typed_flags(desk, request.POST.get("phone", ""), request.POST.get("email", ""))
    return render(request, "desk/_flags.html", {"flags": flags, "dealership": desk.dealership, "plain": True})


@require_POST
@desk_page("write_messages")
def unblock(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Send there again. Kept in the record of who did what."""
    try:
        lifted = unblock_address(
            dealership=desk.dealership,
            channel=without_controls(request.POST.get("channel", "")),
            address=without_controls(request.POST.get("address", "")),
            user=desk.user,
            customer=_customer(desk, request.POST.get("customer", "")),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        if lifted:
            messages.success(request, _("Messages are sent there again from the next one on."))
    back = request.POST.get("back", "")
    # What has no slash would be looked up as the name of a view.
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("desk:today", desk.dealership.slug)


def typed_flags(desk: Desk, phone: str, email: str) -> list[ShownFlag]:
    """Flags for a number and an address as somebody typed them."""
    return shown_flags(desk, phone=_read(parse_phone, phone), email=_read(read_email, email))


def _read(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text) if text.strip() else ""
    except Refusal:
        return ""


def _customer(desk: Desk, pk: str) -> Customer | None:
    if not (pk.isdecimal() and len(pk) < 18):
        return None
    return customers_for(desk.user).filter(group=desk.dealership.group_id, pk=pk).first()
