"""The way in: the dealerships, one dealership's home, its privacy page, its colours."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.menu import MenuItem, load_menu
from booking.views.site import find_dealership, hours_today, identity, render_page, today_at, week_hours
from booking.views.words import page_language, price_words
from dealerships.models import Dealership
from lib.colour import brand_palette


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every dealership; with only one, its own home."""
    dealerships = list(Dealership.objects.all())
    if len(dealerships) == 1:
        return redirect("dealership-home", dealerships[0].slug)
    cards = [{**identity(one), "where": f"{one.city} · {hours_today(one)}"} for one in dealerships]
    return render(request, "booking/home.html", {"dealerships": cards})


@require_safe
def dealership_home(request: HttpRequest, slug: str) -> HttpResponse:
    """What one can do here, when they are open, where they are."""
    dealership = find_dealership(slug)
    tiles = [_tile(item) for item in load_menu(dealership).values()]
    context = {"services": tiles, "week": week_hours(dealership, today_at(dealership))}
    return render_page(request, "booking/dealership_home.html", dealership, context)


@require_safe
def privacy(request: HttpRequest, slug: str) -> HttpResponse:
    """What is kept, why, for how long, and whom to ask (Law 25, sections 3.1 and 8)."""
    dealership = find_dealership(slug)
    officer = {"officer": dealership.privacy_officer, "officer_email": dealership.privacy_email}
    return render_page(request, "booking/privacy.html", dealership, officer)


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def brand_css(request: HttpRequest, slug: str) -> HttpResponse:
    """The dealership's colours; its address changes with the colour, so it may be kept for good."""
    palette = brand_palette(find_dealership(slug).brand_colour)
    return render(request, "_layouts/brand.css.txt", palette, content_type="text/css; charset=utf-8")


def _tile(item: MenuItem) -> dict[str, Any]:
    language = page_language()
    dearer = any(choice.extra_price for question in item.questions for choice in question.choices)
    return {
        "code": item.code,
        "name": item.name(language),
        "summary": item.summary(language),
        "icon": item.icon,
        "price": price_words(item.price, at_least=dearer),
    }
