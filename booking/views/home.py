"""The way in: the dealerships, one dealership's home, its privacy page, its colours."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.rulebook import rulebook_at
from booking.views.rooftops import usual_words
from booking.views.seo import HOURS_AHEAD, page_context, structured_data
from booking.views.service_tiles import service_tile
from booking.views.site import closure_reasons, find_dealership, render_page, say_week, today_at
from dealerships.models import Dealership
from lib import clock
from lib.colour import brand_palette


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every dealership with its first opening; with only one, its own home."""
    dealerships = list(Dealership.objects.all())
    if len(dealerships) == 1:
        return redirect("dealership-home", dealerships[0].slug)
    names = ", ".join(one.name for one in dealerships)
    context = {
        "dealerships": usual_words(dealerships, now=clock.now()),
        "seo": page_context(
            request.path, _("Book your vehicle’s service online: %(names)s.") % {"names": names}
        ),
    }
    return render(request, "booking/home.html", context)


@require_safe
def dealership_home(request: HttpRequest, slug: str) -> HttpResponse:
    """What one can do here, when they are open, where they are. Three queries."""
    dealership = find_dealership(slug)
    book, today = rulebook_at(dealership), today_at(dealership)
    monday = today - timedelta(days=today.weekday())
    closures = closure_reasons(dealership, monday, today + HOURS_AHEAD)
    context = {
        "services": [service_tile(item) for item in book.menu.values()],
        "week": say_week(book.calendar, closures, today),
        "structured": structured_data(dealership, book.menu, book.calendar, closures, today),
        "seo": page_context(request.path, describe(dealership)),
    }
    return render_page(request, "booking/dealership_home.html", dealership, context)


@require_safe
def privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """What is kept, why, for how long, and whom to ask (Law 25, sections 3.1 and 8)."""
    dealership = find_dealership(slug)
    sentence = _("What %(name)s keeps about you when you book here, why, and what you can ask for.")
    context = {
        "officer": dealership.privacy_officer,
        "officer_email": dealership.privacy_email,
        "seo": page_context(request.path, sentence % {"name": dealership.name}),
    }
    return render_page(request, "booking/privacy.html", dealership, context)


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def brand_css(request: HttpRequest, slug: str) -> HttpResponse:
    """The dealership's colours; its address changes with the colour, so it may be kept for good."""
    palette = brand_palette(find_dealership(slug).brand_colour)
    return render(request, "_layouts/brand.css.txt", palette, content_type="text/css; charset=utf-8")


def describe(dealership: Dealership) -> str:
    """What one can do here, in a sentence for search engines."""
    sentence = _(
        "Book service online at %(name)s in %(city)s: choose a time and know when your vehicle is ready."
    )
    return sentence % {"name": dealership.name, "city": dealership.city}
