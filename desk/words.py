"""Short words of the desk: hours, times, names of things on a line."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentLine
from customers.models import Vehicle
from lib import clock
from lib.languages import is_english, locale_name
from lib.money import say_price

NBSP = "\u00a0"


def page_language() -> str:
    """The language of the page that is being made, fr or en."""
    return "en" if is_english(get_language() or "fr") else "fr"


def say_hours(minutes: int) -> str:
    """Minutes as decimal hours with one place at most: `31,5`."""
    return str(format_decimal(minutes / 60, format="0.#", locale=locale_name(page_language())))


def say_count(count: int) -> str:
    """`1 355` in French, `1,355` in English."""
    return str(format_decimal(count, locale=locale_name(page_language())))


def say_cost(cents: int | None) -> str:
    """A price before taxes, `no charge` for nothing, and an empty text for what is on estimate."""
    if cents is None:
        return ""
    return say_price(cents, page_language()) if cents else _("no charge")


def say_wall_time(moment: datetime, zone: str) -> str:
    return clock.say_time(clock.local(moment, zone), page_language())


def say_ready(appointment: Appointment) -> str:
    """When it is ready: the time, with the day in front when it is another one."""
    ready = clock.local(appointment.ready_at, appointment.zone)
    time = clock.say_time(ready, page_language())
    if ready.date() == appointment.local_date:
        return time
    return f"{clock.say_short_date(ready.date(), page_language())} {time}"


def say_weekday(day) -> str:
    """`mar.`, `Tue`."""
    return str(format_date(day, "EEE", locale=locale_name(page_language())))


def line_name(line: AppointmentLine) -> str:
    return line.name_en if page_language() == "en" else line.name_fr


def line_answers(line: AppointmentLine) -> list[str]:
    return [answer[page_language()] for answer in line.answers]


def short_vehicle(vehicle: Vehicle) -> str:
    """What one calls it across the lane: the model, else the make, else the plate or the end of the VIN."""
    return vehicle.model or vehicle.make or vehicle.plate or f"…{vehicle.vin[-6:]}"


def family_name(name: str) -> str:
    """What one calls across the lane: the name without its first word; a single word stays."""
    first, _space, rest = name.partition(" ")
    return rest or first


def vehicle_marks(vehicle: Vehicle) -> str:
    """Plate and colour in one line, what is known of them."""
    return " · ".join(part for part in (vehicle.plate, vehicle.colour) if part)
