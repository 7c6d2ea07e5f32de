"""A place that is kept for somebody on the wait-list: its link, its page, and the answer."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.access import offer_by_digest
from booking.actions.offers import OfferOver, accept_offer, decline_offer
from booking.actions.retry import Busy
from booking.actions.unmet import mark_met
from booking.models import Appointment, EntryState, OfferState, WaitListOffer
from booking.views.access import grant, private, remember_booked, remember_link, remembered_link
from booking.views.journey import see_other, transport_label
from booking.views.lost import seeker_of
from booking.views.manage import LINKS_AN_ADDRESS, opens_nothing, silent
from booking.views.refusals import status_of
from booking.views.site import render_page
from booking.views.wishes import entry_facts
from booking.views.words import TRANSPORT_ICONS, start_words, time_words
from booking.waiting import days_gained
from lib import clock, tokens
from lib.errors import Refusal
from lib.limits import limited

SESSION = "offers"


@limited("manage-link", LINKS_AN_ADDRESS)
@require_safe
def open_offer(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the offer in its person's language; the same 404 as every other link that opens nothing."""
    found = offer_by_digest(tokens.digest(token)) if tokens.is_token(token) else None
    if found is None:
        return opens_nothing(request)
    slug = found.entry.dealership.slug
    remember_link(request, SESSION, slug, found.link_digest)
    with translation.override(found.entry.language):
        return silent(see_other(reverse("offer", args=[slug])))


@limited("offer", "20/minute", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the place and change nothing; or take the answer. The same answer twice leads to the same page."""
    digest = remembered_link(request, SESSION, slug)
    found = offer_by_digest(digest) if digest else None
    if found is None or found.entry.dealership.slug != slug:
        return private(redirect("dealership-home", slug))
    if request.method == "POST":
        return private(_answer(request, found))
    if found.state == OfferState.ACCEPTED and found.appointment:
        return private(_go_on(request, found, found.appointment))
    return private(_show(request, found))


def _answer(request: HttpRequest, found: WaitListOffer) -> HttpResponse:
    here = see_other(reverse("offer", args=[found.entry.dealership.slug]))
    if request.POST.get("answer") == "decline":
        decline_offer(offer=found)
        return here
    if request.POST.get("answer") != "accept":
        return here
    repeated = found.state == OfferState.ACCEPTED
    try:
        appointment = accept_offer(offer=found)
    except OfferOver:
        return here  # the page says so
    except Refusal as refusal:
        response = _show(request, found, refusal=str(refusal), status=status_of(refusal))
        if isinstance(refusal, Busy):
            response.headers["Retry-After"] = "5"
        return response
    if not found.entry.appointment:
        services = found.entry.basket["services"]
        mark_met(dealership=appointment.dealership, services=services, seeker=seeker_of(request))
    elif not repeated:
        messages.success(request, _("Your appointment is earlier now. The new time is in your messages too."))
    return _go_on(request, found, appointment)


def _go_on(request: HttpRequest, found: WaitListOffer, appointment: Appointment) -> HttpResponse:
    """To the appointment, which whoever holds the offer's link may manage."""
    remember = grant if found.entry.appointment else remember_booked
    remember(request, appointment)
    return see_other(reverse("appointment", args=[appointment.dealership.slug]))


def _show(
    request: HttpRequest, found: WaitListOffer, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    entry, hold = found.entry, found.hold
    zone = entry.dealership.zone
    left = found.expires_at - clock.now()
    is_open = found.state == OfferState.OPEN and left > timedelta()
    visit = entry.appointment
    context: dict[str, Any] = {
        "refusal": refusal,
        "offer": found,
        "is_open": is_open,
        "declined": found.state == OfferState.DECLINED,
        "waiting": entry.state == EntryState.WAITING,
        "when": start_words(found.starts_at, hold.ready_at, zone),
        "kept_until": time_words(clock.local(found.expires_at, zone)),
        "minutes": max(1, math.ceil(left / timedelta(minutes=1))),
        "instead": start_words(visit.starts_at, visit.ready_at, zone) if visit else None,
        "gained": days_gained(found.starts_at, visit.starts_at, zone) if visit else 0,
        "transport_word": transport_label(hold.basket["transport"]),
        "transport_icon": TRANSPORT_ICONS.get(hold.basket["transport"], "car-front"),
        "entry_url": reverse("wait-list", args=[entry.dealership.slug]),
        **entry_facts(entry),
    }
    remember_link(request, "wait_lists", entry.dealership.slug, entry.link_digest)
    return render_page(request, "booking/offer.html", entry.dealership, context, status=status)
