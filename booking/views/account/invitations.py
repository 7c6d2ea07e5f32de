"""An invitation to a vehicle on the screen of who is invited: its link, then a page, then their yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.views.access import private
from booking.views.account.shared import user_of
from booking.views.account.sign_in import send_code
from booking.views.journey import see_other
from booking.views.manage import LINKS_AN_ADDRESS, opens_nothing, silent
from booking.views.words import day_words, page_language
from customers.actions.accounts import open_account
from customers.actions.invitations import accept_invitation, open_invitations
from customers.models import Customer, VehicleInvitation
from lib import clock, tokens
from lib.errors import Refusal
from lib.limits import limited
from lib.text import clean_line

REMEMBERED = "invitation"


@limited("invitation-link", LINKS_AN_ADDRESS)
@require_safe
def open_invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the message: it remembers the invitation and goes on to its page, which has no secret in it."""
    found = _by_digest(tokens.digest(token)) if tokens.is_token(token) else None
    if found is None:
        return opens_nothing(request)
    request.session[REMEMBERED] = found.digest
    with translation.override(translation.get_language_from_request(request)):
        return silent(see_other(reverse("invitation")))


@limited("invitation", "20/minute", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponseBase:
    """What is shared and what that means; signed in, a button that accepts it, else one that sends the code."""
    found = _by_digest(str(request.session.get(REMEMBERED, "")))
    if found is None:
        return private(render(request, "booking/link_expired.html", status=404))
    if request.method != "POST":
        return private(_show(request, found))
    if not request.user.is_authenticated:
        # The link came by that mailbox: a code sent there opens an account of its own.
        open_account(email=found.email, language=page_language())
        after = f"{reverse('after-sign-in')}?next={reverse('invitation')}"
        return private(send_code(request, found.email, then=after))
    return private(_accept(request, found))


def _accept(request: HttpRequest, found: VehicleInvitation) -> HttpResponseBase:
    user = user_of(request)
    try:
        accept_invitation(invitation=found, user=user, name=_read_name(request, found))
    except Refusal as refusal:
        return _show(request, found, refusal=refusal, status=422)
    request.session.pop(REMEMBERED, None)
    messages.success(request, _("%(vehicle)s is among your vehicles now.") % {"vehicle": found.vehicle.title})
    return see_other(reverse("account-home"))


def _read_name(request: HttpRequest, found: VehicleInvitation) -> str:
    """What they want to be called; raises Refusal when it is missing where nobody knows it."""
    name = clean_line(request.POST.get("name", ""), limit=100, field="name")
    if not name and _asks_name(request, found):
        raise Refusal(_("Enter your name."), code="blank", field="name")
    return name


def _by_digest(digest: str) -> VehicleInvitation | None:
    still_open = open_invitations(now=clock.now()).select_related("vehicle__group", "inviter")
    return still_open.filter(digest=digest).first() if digest else None


def _asks_name(request: HttpRequest, found: VehicleInvitation) -> bool:
    """Whether the group does not know yet what to call them."""
    return not Customer.objects.filter(user=user_of(request), group=found.vehicle.group_id).exists()


def _show(
    request: HttpRequest, found: VehicleInvitation, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponseBase:
    signed_in = request.user.is_authenticated
    context: dict[str, Any] = {
        "inviter": found.inviter.name,
        "vehicle": found.vehicle.title,
        "email": found.email,
        "until": day_words(found.expires_at),
        "asks_name": signed_in and _asks_name(request, found),
        "name": request.POST.get("name", "")[:100],
        "refusal": str(refusal) if refusal else "",
        "name_wrong": refusal is not None and refusal.field == "name",
    }
    return render(request, "booking/account/invitation.html", context, status=status)
