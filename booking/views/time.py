"""Step 3: how the vehicle arrives, and when. Choosing a time takes a real hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.holds import hold_start
from booking.actions.retry import Busy
from booking.advisors import last_advisor
from booking.errors import SlotTaken, StartRefused
from booking.menu import plan
from booking.models import Hold, Transport
from booking.views.advisors import ANYBODY, advisor_context, find_times, posted_advisor, read_wanted
from booking.views.deep_link import with_day
from booking.views.draft import ensure_holder
from booking.views.journey import Journey, see_other, start_journey
from booking.views.lost import note_nothing_found
from booking.views.panel import Search
from booking.views.refusals import refusal_context, status_of
from booking.views.rooftops import elsewhere_context
from booking.views.site import identity
from booking.views.starts import read_day, read_start
from booking.views.summary import show_step
from booking.views.words import TRANSPORT_CHIPS, TRANSPORT_ICONS
from lib import clock
from lib.errors import Refusal
from lib.limits import limited

# A place that is held is nobody else's, so one address may not hold many; a household shares one.
HOLDS_AN_ADDRESS = "12/minute;60/hour"


@limited("hold", HOLDS_AN_ADDRESS, methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def time(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the times, or hold the one that is chosen."""
    journey = start_journey(request, slug)
    if not journey.may_open("time"):
        return see_other(journey.url(journey.first_missing))
    if request.method != "POST":
        return _show(journey, with_day(request.GET, journey.draft))
    try:
        journey.draft.advisor = None
        advisor = posted_advisor(request, journey.dealership)
        take_start(journey, request.POST.get("start", ""), request.POST.get("transport", ""), advisor)
    except Refusal as refusal:
        return _show_refused(journey, refusal)
    return journey.go_on()


def take_start(journey: Journey, start: str, transport: str, advisor: int | None) -> Hold:
    """Hold the start, with this advisor or anybody, for this session and remember it.

    Raises Refusal, StartRefused, SlotTaken, Busy.
    """
    journey.draft.advisor = advisor
    if transport:
        journey.draft.transport = transport
        journey = journey.again()
    if transport and transport not in journey.transports:
        journey.draft.transport = ""
        raise Refusal(_("That way of bringing the vehicle is not offered for this work."), field="transport")
    moment = read_start(start)
    if moment is None:
        raise StartRefused(_("Choose one of the times."), code="not_offered")
    holder = ensure_holder(journey.request)
    held = hold_start(dealership=journey.dealership, basket=journey.basket, start=moment, holder=holder)
    journey.draft.transport, journey.draft.start = journey.transport, start
    journey.save()
    return held


def _show_refused(journey: Journey, refusal: Refusal) -> HttpResponse:
    """The same page with the sentence, showing the day that was wanted."""
    wanted = read_start(journey.request.POST.get("start", ""))
    again = journey.again()
    asked = {"day": _local_day(again, wanted)} if wanted and isinstance(refusal, SlotTaken | Busy) else {}
    return _show(again, asked, refusal=refusal, status=status_of(refusal))


def _local_day(journey: Journey, moment: datetime) -> str:
    return clock.local(moment, journey.dealership.zone).date().isoformat()


def _show(
    journey: Journey, asked: Mapping[str, str], *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    wanted = asked.get("transport", "")
    if wanted in journey.transports:
        journey = Journey(journey.request, journey.dealership, replace(journey.draft, transport=wanted))
    context = {
        **_times(journey, asked),
        "transport": journey.transport,
        "post_url": journey.url("time"),
        "wait_list_url": reverse("book-wait-list", args=[journey.dealership.slug]),
        **elsewhere_context(journey),
        "call_url": reverse("book-call", args=[journey.dealership.slug]),
        **refusal_context(refusal, journey.dealership),
    }
    if (
        journey.request.headers.get("HX-Request")
        and "HX-History-Restore-Request" not in journey.request.headers
    ):
        whole = {"dealership": identity(journey.dealership), "swapped": True, **context}
        response = render(journey.request, "booking/_times.html", whole, status=status)
    else:
        response = show_step(journey, "time", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _times(journey: Journey, asked: Mapping[str, str]) -> dict[str, Any]:
    """The panel, and the rows of advisors and of transports above it."""
    kept = journey.draft.advisor
    wanted = read_wanted(journey.dealership, asked.get("advisor"), kept)
    anybody = Search(
        dealership=journey.dealership,
        demand=plan(journey.menu, replace(journey.basket, advisor=None)),
        owner=journey.held,
        url=journey.url("time"),
        query={"transport": journey.transport, **({"advisor": ANYBODY} if kept else {})},
        asked=asked,
        chosen=journey.start if (wanted.advisor and wanted.advisor.pk) == kept else None,
    )
    search, wanted, panel = find_times(anybody, wanted)
    note_nothing_found(journey.request, search, panel)
    known = last_advisor(journey.request.user, journey.dealership)
    last_time = _("%(name)s, as last time")
    return {
        "panel": panel,
        "transports": _transports(journey, search),
        "key_drop_url": _key_drop_url(journey, search),
        **advisor_context(anybody, wanted, known=known, known_words=last_time),
    }


def _key_drop_url(journey: Journey, search: Search) -> str:
    """The same search for those who come the evening before; empty where it is not offered, or chosen already."""
    if Transport.KEY_DROP not in journey.transports or journey.transport == Transport.KEY_DROP:
        return ""
    return search.link(transport=Transport.KEY_DROP.value)


def _transports(journey: Journey, search: Search) -> list[dict[str, Any]]:
    """The ways of bringing the vehicle; the day that is looked at and the advisor stay."""
    day = read_day(search.asked.get("day", ""))
    kept = {"day": day.isoformat()} if day else {}
    return [
        {
            "url": search.link(transport=code, **kept),
            "label": TRANSPORT_CHIPS[code],
            "icon": TRANSPORT_ICONS[code],
            "selected": code == journey.transport,
        }
        for code in journey.transports
    ]
