"""What every page of the desk is given."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dealerships.logos import show_logo
from desk.access import Desk
from desk.inbox.rows import unread_count
from desk.words import page_language
from lib import clock


def today(desk: Desk) -> date:
    """The dealership's local day, whatever the server's clock says."""
    return clock.local(clock.now(), desk.dealership.zone).date()


def page(desk: Desk, **more: Any) -> dict[str, Any]:
    """The context of a page: the bar's menus and what this person may do here."""
    return {
        "desk": desk,
        "dealership": desk.dealership,
        "brand_logo": show_logo(desk.dealership),
        "dealerships": [
            {
                "name": one.name,
                "url": reverse("desk:today", args=[one.slug]),
                "current": one == desk.dealership,
            }
            for one in desk.dealerships
        ],
        "person": {"first_name": desk.name.split()[0]},
        "search_url": reverse("desk:caller"),
        "allowed": desk.allowed,
        # Counted where the bar is shown; what is swapped in beside the board has none.
        "inbox_unread": partial(unread_count, desk.dealership),
        "menu_items": _menu(desk),
        **more,
    }


def _menu(desk: Desk) -> list[dict[str, str]]:
    """What is rarely needed: in the person's own menu."""
    if "change_site" not in desk.allowed:
        return []
    url = reverse("desk:site", args=[desk.dealership.slug])
    return [{"label": _("Identity and web site"), "url": url, "icon": "image"}]


def stepper(desk: Desk, day: date, *, view: str = "day") -> dict[str, Any]:
    """The date in the bar, with its neighbours."""
    slug, step = desk.dealership.slug, timedelta(days=7 if view == "week" else 1)
    name = "desk:week" if view == "week" else "desk:day"
    now = today(desk)
    there = {
        "previous_url": reverse(name, args=[slug, day - step]),
        "next_url": reverse(name, args=[slug, day + step]),
        "today_url": reverse(name, args=[slug, now]),
    }
    label = clock.say_short_date(day, page_language())
    if view == "week":
        label = _("Week of %(date)s") % {"date": label}
    return {
        **there,
        "label": label,
        "is_today": day == now,
        "view": view,
        "day_url": reverse("desk:day", args=[slug, day]),
        "week_url": reverse("desk:week", args=[slug, day]),
        "capacity_url": _capacity_url(desk, day + timedelta(days=1) if view == "week" else day),
        "pick_url": reverse("desk:today", args=[slug]),
        "date_iso": day.isoformat(),
    }


def _capacity_url(desk: Desk, day: date) -> str:
    """The week of capacity around `day`, which begins on Monday; empty for who may not see it."""
    if "explain_capacity" not in desk.allowed:
        return ""
    return reverse("desk:capacity-week", args=[desk.dealership.slug, day])
