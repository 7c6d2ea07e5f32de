"""The same work at another rooftop of the group: who can sooner, how far it is, and going there with everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.expiry import release_hold
from booking.actions.photos import carry_photos
from booking.group_starts import RooftopStart, basket_at, group_starts, usual_starts
from booking.menu import load_menu
from booking.views.journey import Journey, see_other, start_journey
from booking.views.site import identity, render_page, say_today
from booking.views.summary import steps_context, summary_context
from booking.views.words import page_language, start_words
from dealerships.models import Dealership
from lib import clock, phones


def elsewhere_context(journey: Journey) -> dict[str, Any]:
    """For `booking/_other_rooftops.html` on the time page; the rooftops are only looked up where they are shown."""
    if not journey.dealership.has_others:
        return {"elsewhere_url": ""}
    return {
        "elsewhere_url": _elsewhere_url(journey.dealership),
        "rooftops": SimpleLazyObject(lambda: _rooftops(journey)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the other rooftops, or take what is chosen so far to one of them."""
    journey = start_journey(request, slug)
    if not journey.may_open("time"):
        return see_other(journey.url(journey.first_missing))
    if request.method != "POST":
        return _show(journey)
    there = _rooftop(journey, request.POST.get("to", ""))
    if there == journey.dealership:
        return see_other(journey.url("time"))
    menu = load_menu(there)
    if any(code not in menu for code in journey.draft.services):
        sentence = _("%(name)s does not do this work. Here are those that do.") % {"name": there.name}
        return _show(journey, problem=sentence, status=422)
    return _carry(journey, there).go_on()


def usual_words(dealerships: list[Dealership], *, now: datetime) -> list[dict[str, Any]]:
    """Each dealership as the page of all of them shows it: today's hours and the first opening for a usual service."""
    starts = usual_starts(dealerships, now=now)
    return [_card(one, starts.get(one.pk), now) for one in dealerships]


def _rooftop(journey: Journey, slug: str) -> Dealership:
    """The rooftop of the same group with this slug, or 404."""
    siblings = Dealership.objects.filter(group=journey.dealership.group_id)
    there = next((one for one in siblings if one.slug == slug), None)
    if there is None:
        raise Http404
    return there


def _carry(journey: Journey, there: Dealership) -> Journey:
    """What is chosen here becomes the draft there; the time that was held here is free again."""
    wanted = basket_at(load_menu(there), journey.basket)
    draft = replace(
        journey.draft,
        answers=dict(wanted.answers),
        transport=wanted.transport,
        start="",
        advisor=None,
        same_as="",
        # What is agreed to is agreed to with those who asked: the other rooftop asks by itself.
        consents=[],
    )
    if journey.held:
        release_hold(hold=journey.held)
    carry_photos(holder=journey.draft.name, here=journey.dealership, there=there)
    journey.draft.start = ""
    journey.save()
    carried = Journey(journey.request, there, draft)
    carried.save()
    return carried


def _show(journey: Journey, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {**elsewhere_context(journey), "problem": problem}
    headers = journey.request.headers
    if headers.get("HX-Request") and "HX-History-Restore-Request" not in headers:
        whole = {"dealership": identity(journey.dealership), **context}
        response = render(journey.request, "booking/_other_rooftops.html", whole, status=status)
    else:
        steps = {
            **steps_context(journey, "time"),
            "back_url": journey.url("time"),
            **summary_context(journey),
        }
        response = render_page(
            journey.request, "booking/elsewhere.html", journey.dealership, {**steps, **context}, status=status
        )
    patch_vary_headers(response, ["HX-Request"])
    return response


def _rooftops(journey: Journey) -> list[dict[str, Any]]:
    now = clock.now()
    return [_row(one, now) for one in group_starts(journey.dealership, journey.basket, now=now)]


def _row(one: RooftopStart, now: datetime) -> dict[str, Any]:
    return {
        "slug": one.dealership.slug,
        "name": one.dealership.name,
        "city": one.dealership.city,
        "away": _("about %(km)s km away") % {"km": one.km} if one.km else "",
        "hours": say_today(one.calendar, now),
        "phone": one.dealership.phone,
        "phone_display": phones.format_phone(one.dealership.phone, page_language()),
        "first": _first_words(one),
    }


def _first_words(one: RooftopStart) -> dict[str, str] | None:
    if one.first is None:
        return None
    return start_words(one.first.starts_at, one.first.ready_at, one.dealership.zone)


def _card(dealership: Dealership, found: RooftopStart | None, now: datetime) -> dict[str, Any]:
    service = found.demand.lines[0].item.name(page_language()) if found else ""
    return {
        **identity(dealership),
        **({"hours_today": say_today(found.calendar, now)} if found else {}),
        "service": service,
        "first": _first_words(found) if found else None,
    }


def _elsewhere_url(dealership: Dealership) -> str:
    return reverse("book-elsewhere", args=[dealership.slug])
