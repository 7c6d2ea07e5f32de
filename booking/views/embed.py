"""What a dealership's own site shows of us: the script at its fixed address, and the frame that it puts there.

The frame keeps nothing: browsers give a frame of another site no cookie. It shows, by GET alone, what is open, and
its buttons open the funnel in a tab of its own (docs/decisions/0012-embedding.md).
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import condition, require_safe

from booking.availability import NEAR_DAYS, Availability, find_availability
from booking.group_starts import basket_at
from booking.menu import Basket, Demand, Menu, plan
from booking.models import Transport
from booking.rulebook import Rulebook, rulebook_at
from booking.views.advisors import first_name, read_wanted
from booking.views.deep_link import DeepLink, read_link
from booking.views.service_tiles import service_tile
from booking.views.site import find_dealership, identity
from booking.views.words import duration_words, page_language, price_words, start_words, weekday_words
from dealerships.models import Dealership
from lib import clock
from lib.errors import Refusal
from lib.limits import TOO_MANY, limited

SCRIPT = settings.BASE_DIR / "static" / "embed" / "embed.js"
SCRIPT_AGE = 600  # seconds: a mended script is everywhere within ten minutes
DAYS_SHOWN = 5
# A page of the host is one request; a household, or a phone company, looks at many.
FRAMES_AN_ADDRESS = "120/minute"


def _script_mark(request: HttpRequest) -> str:  # noqa: ARG001 - Django's
    return f'"{hashlib.sha256(_script()).hexdigest()[:20]}"'


@require_safe
@cache_control(public=True, max_age=SCRIPT_AGE, stale_while_revalidate=86_400)
@condition(etag_func=_script_mark)
def script(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's
    """`/embed.js`: the same for every dealership and every language."""
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8")


def refuse(request: HttpRequest) -> HttpResponse:
    """Too many frames at once: a sentence and no cookie, unlike the site's own page of refusal."""
    return _plain(request, str(TOO_MANY), status=429)


@limited("embed", FRAMES_AN_ADDRESS, refuse=refuse)
@require_safe
@never_cache
def embed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The frame: the services as tiles; with `service`, when there is room for them. Sites that are named may show it."""
    try:
        dealership = find_dealership(slug)
    except Http404:
        return _plain(request, _("No dealership takes bookings here yet."), status=404)
    now = clock.now()
    book = rulebook_at(dealership)
    link = read_link(request.GET, book.menu)
    context = {
        "dealership": identity(dealership),
        "origins": " ".join(dealership.allowed_origins),
        "services": _tiles(book.menu, link),
        **(_opening(dealership, book, link, now) if link.services else {}),
        "funnel_url": _funnel_url(dealership, link),
        "other_services_url": _frame_url(dealership, link, service="") if link.services else "",
    }
    response = render(request, "booking/embed.html", context)
    response["X-Robots-Tag"] = "noindex"
    return _open_to(request, response, dealership.allowed_origins)


@require_safe
@never_cache
def demo_page(request: HttpRequest) -> HttpResponseBase:
    """A garage's own site, as it might be, with our button and our frame in it. In the demo only.

    The script comes from the machine's other loopback name, so for the browser this page is another site.
    """
    if not settings.DEMO:
        raise Http404
    here = f"{request.scheme}://{request.get_host()}"
    ours = _other_name(here)
    context = {"ours": ours, "here": here, "slug": request.GET.get("dealership", "boreal")}
    response = render(request, "booking/embed_demo.html", context)
    return csp_update({"script-src": [ours], "frame-src": [ours]})(lambda _request: response)(request)


def _open_to(request: HttpRequest, response: HttpResponse, origins: list[str]) -> HttpResponseBase:
    """Let pages of these sites, and no others, show the response in a frame."""
    if not origins:
        return response
    # X-Frame-Options can name no site; the policy does.
    response.xframe_options_exempt = True
    return csp_replace({"frame-ancestors": origins})(lambda _request: response)(request)


def _opening(dealership: Dealership, book: Rulebook, link: DeepLink, now: datetime) -> dict[str, Any]:
    """What the services take and cost, the first open start, and the first days that have some."""
    items = [book.menu[code] for code in link.services]
    wanted = read_wanted(dealership, link.advisor)
    basket = basket_at(book.menu, Basket(services=link.services, transport=Transport.DROP_OFF))
    said: dict[str, Any] = {
        "chosen": ", ".join(item.name(page_language()) for item in items),
        "advisor_name": first_name(wanted.advisor) if wanted.advisor else "",
    }
    try:
        demand = plan(book.menu, basket, assume_answers=True)
    except Refusal:
        return {**said, "apart": True}
    if wanted.advisor:
        demand = replace(demand, advisor=wanted.advisor.pk)
    answered = any(one.extra_price for item in items for asked in item.questions for one in asked.choices)
    least = None if any(item.price is None for item in items) else sum(item.price or 0 for item in items)
    found = _find(dealership, demand, book, now)
    return {
        **said,
        "minutes": duration_words(demand.minutes),
        "price": price_words(least, at_least=answered),
        "first": _first(dealership, link, found),
        "days": _days(dealership, link, book, found),
    }


def _find(dealership: Dealership, demand: Demand, book: Rulebook, now: datetime) -> Availability:
    """Two weeks from today, or from the first opening when that is later. At most four queries."""
    today = clock.local(now, dealership.zone).date()
    found = find_availability(dealership, demand, first_day=today, days=NEAR_DAYS, now=now, book=book)
    if found.first is None or any(found.days.values()):
        return found
    day = clock.local(found.first.starts_at, dealership.zone).date()
    return find_availability(dealership, demand, first_day=day, days=NEAR_DAYS, now=now, book=book)


def _first(dealership: Dealership, link: DeepLink, found: Availability) -> dict[str, str] | None:
    if found.first is None:
        return None
    day = clock.local(found.first.starts_at, dealership.zone).date()
    words = start_words(found.first.starts_at, found.first.ready_at, dealership.zone)
    return {**words, "url": _funnel_url(dealership, link, day)}


def _days(
    dealership: Dealership, link: DeepLink, book: Rulebook, found: Availability
) -> list[dict[str, Any]]:
    """The first open day that has a start, and the open days after it; full ones stay, to be seen."""
    if found.first is None:
        return []
    first = clock.local(found.first.starts_at, dealership.zone).date()
    shown = [day for day in found.days if day >= first and book.calendar.is_open(day)][:DAYS_SHOWN]
    return [
        {
            "url": _funnel_url(dealership, link, day) if found.days[day] else "",
            "weekday": weekday_words(day),
            "day": day.day,
            "label": clock.say_date(day, page_language()),
            "count": len(found.days[day]),
        }
        for day in shown
    ]


def _tiles(menu: Menu, link: DeepLink) -> list[dict[str, Any]]:
    """The services, each with the address that shows when there is room for it."""
    return [{**service_tile(item), "url": link.query(service=item.code)} for item in menu.values()]


def _funnel_url(dealership: Dealership, link: DeepLink, day: date | None = None) -> str:
    query = link.query(day=day.isoformat()) if day else link.query()
    return reverse("book", args=[dealership.slug]) + query


def _frame_url(dealership: Dealership, link: DeepLink, *, service: str) -> str:
    return reverse("embed", args=[dealership.slug]) + link.query(service=service)


def _plain(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return render(request, "booking/embed_plain.html", {"sentence": sentence}, status=status)


def _other_name(here: str) -> str:
    """The machine's other loopback name, at the same port."""
    if "127.0.0.1" in here:
        return here.replace("127.0.0.1", "localhost")
    return here.replace("localhost", "127.0.0.1")


@functools.cache
def _script() -> bytes:
    return SCRIPT.read_bytes()
