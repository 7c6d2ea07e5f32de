"""What every public page of a dealership starts from: which one, and what its layout shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from booking.views.words import page_language
from dealerships.calendar import Calendar, load_calendar
from dealerships.logos import show_logo
from dealerships.models import Closure, Dealership
from dealerships.remembered import dealership_at
from lib import clock, phones


def find_dealership(slug: str) -> Dealership:
    """The dealership at this address, knowing whether its group `has_others`, or 404. One query."""
    dealership = dealership_at(slug)
    if dealership is None:
        raise Http404
    return dealership


def render_page(
    request: HttpRequest, template: str, dealership: Dealership, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the dealership's colours."""
    return render(request, template, {"dealership": identity(dealership), **context}, status=status)


def identity(dealership: Dealership) -> dict[str, Any]:
    """What layouts show of a dealership; today's hours cost a query only where they are shown."""
    names = (
        "slug",
        "name",
        "phone",
        "email",
        "address_line",
        "city",
        "province",
        "postal_code",
        "brand_colour",
        "website",
    )
    return {
        **{name: getattr(dealership, name) for name in names},
        "phone_display": phones.format_phone(dealership.phone, page_language()),
        "hours_today": SimpleLazyObject(lambda: hours_today(dealership)),
        "logo": show_logo(dealership),
        "website_name": dealership.website.split("://")[-1].removeprefix("www.").rstrip("/"),
        "map_query": f"{dealership.address_line}, {dealership.city} {dealership.postal_code}",
    }


def today_at(dealership: Dealership) -> date:
    """The local day that it is there now."""
    return clock.local(clock.now(), dealership.zone).date()


def hours_today(dealership: Dealership) -> str:
    """Whether the service department is open today, as a short sentence."""
    today = today_at(dealership)
    return say_today(load_calendar(dealership, today, today), clock.now())


def say_today(calendar: Calendar, now: datetime) -> str:
    """As `hours_today`, of a calendar that is at hand."""
    today = clock.local(now, calendar.zone).date()
    if not calendar.is_open(today):
        return _("Closed today")
    opens, closes = (
        clock.local(moment, calendar.zone) for moment in (calendar.opens(today), calendar.closes(today))
    )
    language = page_language()
    if now < opens:
        return _("Opens today at %(time)s") % {"time": clock.say_time(opens, language)}
    if now < closes:
        return _("Open until %(time)s") % {"time": clock.say_time(closes, language)}
    return _("Closed since %(time)s") % {"time": clock.say_time(closes, language)}


def say_week(calendar: Calendar, closures: Mapping[date, str], today: date) -> list[dict[str, Any]]:
    """The seven days from Monday of this week: the day's name, its hours or why it is closed, whether it is today."""
    monday = today - timedelta(days=today.weekday())
    return [
        {
            "name": clock.say_date(day, page_language()).split()[0].rstrip(","),
            "hours": _say_hours(calendar.hours_on(day)) if calendar.is_open(day) else "",
            "reason": closures.get(day, ""),
            "today": day == today,
        }
        for day in clock.local_days(monday, 7)
    ]


def closure_reasons(dealership: Dealership, first: date, last: date) -> dict[date, str]:
    """Why the dealership is closed on the days of its closures in this range. One query."""
    rows = Closure.objects.filter(
        dealership=dealership, staff_member=None, team="", first_day__lte=last, last_day__gte=first
    ).values_list("first_day", "last_day", f"reason_{page_language()}")
    return {
        day: reason
        for start, end, reason in rows
        for day in clock.local_days(max(start, first), (min(end, last) - max(start, first)).days + 1)
    }


def _say_hours(hours: tuple[Any, Any]) -> str:
    opens, closes = (clock.say_time(hour, page_language()) for hour in hours)
    return _("%(opens)s to %(closes)s") % {"opens": opens, "closes": closes}
