"""Pages for who holds a link of a message: no signing in, nothing for search engines, nothing for the next site."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from dealerships.logos import show_logo
from dealerships.models import Dealership
from lib.phones import format_phone
from notifications.models import Message

_SHOWN = ("slug", "name", "phone", "address_line", "city", "province", "postal_code", "brand_colour")


def message_of_token(token: str, *, salt: str) -> Message:
    """The message that a signed link names, with its dealership; 404 for any other token. Such links never expire."""
    try:
        key = signing.Signer(salt=salt).unsign(token)
    except signing.BadSignature:
        raise Http404 from None
    known = Message.objects.select_related("dealership__group", "customer").exclude(to="")
    return get_object_or_404(known, pk=key, dealership__isnull=False)


def show_dealership(dealership: Dealership | None, language: str) -> dict[str, Any]:
    """What the layout of the public pages shows of it."""
    assert dealership is not None, "an account's message opens no such page"
    shown = {name: str(getattr(dealership, name)) for name in _SHOWN}
    return shown | {
        "phone_display": format_phone(dealership.phone, language),
        "logo": show_logo(dealership),
    }


def keep_to_reader(response: HttpResponse) -> HttpResponse:
    """Neither found by a search engine, nor told to the next site."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
