"""What the pages of the wait-list share: the wishes as a form and in words, and what somebody waits for."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import get_day_names
from django.utils.translation import gettext as _

from booking.models import Appointment, DayPart, WaitListEntry
from booking.rulebook import rulebook_at, rulebook_of
from booking.views.site import today_at
from booking.views.words import page_language
from booking.waiting import Wishes, days_to_come, last_day_for
from dealerships.models import Dealership
from lib import clock
from lib.languages import locale_name


def wishes_limits(dealership: Dealership, appointment: Appointment | None = None) -> dict[str, Any]:
    """What a form of wishes is made with; only weekdays on which the dealership opens before the last possible day."""
    today, horizon = today_at(dealership), dealership.horizon_days
    last = last_day_for(appointment, today=today, horizon_days=horizon)
    days = days_to_come(rulebook_at(dealership).calendar, today, last, now=clock.now())
    weekdays = sorted({day.weekday() for day in days})
    return {
        "today": today,
        "horizon_days": horizon,
        "appointment": appointment,
        "open_days": days,
        "weekdays": [(day, weekday_name(day)) for day in weekdays],
    }


def wishes_initial(wishes: Wishes) -> dict[str, Any]:
    return {
        "first_day": wishes.first_day,
        "last_day": wishes.last_day,
        "weekdays": list(wishes.weekdays),
        "parts": list(wishes.parts),
    }


def wishes_words(wishes: Wishes) -> dict[str, str]:
    """The range, the days and the part of the day, each as a few words."""
    days = [weekday_name(day) for day in wishes.weekdays]
    parts = [str(DayPart(part).label) for part in wishes.parts]
    return {
        "range": _range(wishes.first_day, wishes.last_day),
        "weekdays": ", ".join(days).capitalize() if days else _("Any day"),
        "parts": ", ".join(parts).capitalize() if parts else _("Any time of day"),
    }


def entry_facts(entry: WaitListEntry) -> dict[str, Any]:
    """Which work on which vehicle, in the page's language."""
    return {
        "vehicle_title": entry.vehicle_title,
        "vehicle_plate": entry.vehicle_plate if entry.vehicle_plate != entry.vehicle_title else "",
        "services": service_names(entry),
    }


def service_names(entry: WaitListEntry) -> list[str]:
    """What is to be done; a service that left the menu is not named."""
    menu = rulebook_of(entry.dealership).menu
    return [menu[code].name(page_language()) for code in entry.basket["services"] if code in menu]


def weekday_name(day: int) -> str:
    """`lundi`, `Monday`; 0 is Monday."""
    return str(get_day_names("wide", "stand-alone", locale=locale_name(page_language()))[day])


def _range(first: date, last: date) -> str:
    language = page_language()
    if first == last:
        return clock.say_date(first, language)
    return _("%(first)s to %(last)s") % {
        "first": clock.say_date(first, language),
        "last": clock.say_date(last, language),
    }
