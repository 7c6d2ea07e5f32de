"""The maintenance that is due, in words, on the page where services are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.maintenance import DUE, LATER, OVERDUE, SOON, Driven, Due, LastDone, maintenance_due
from booking.models import Appointment, MaintenancePlan
from booking.views.journey import Journey
from booking.views.site import today_at
from booking.views.words import page_language
from lib import clock
from lib.languages import locale_name

STATES: Mapping[str, Any] = {
    OVERDUE: gettext_lazy("Due for a while"),
    DUE: gettext_lazy("Due now"),
    SOON: gettext_lazy("Due soon"),
    LATER: "",
}


def odometer_of(journey: Journey) -> int | None:
    """The kilometres that were given, if they were."""
    return journey.vehicle.odometer if journey.vehicle else None


def due_context(journey: Journey, visits: Iterable[Appointment]) -> dict[str, Any] | None:
    """For booking/_due.html; None where no service has plans. One query."""
    rows = MaintenancePlan.objects.filter(service__dealership=journey.dealership, service__active=True)
    plans = [plan for plan in rows.select_related("service") if plan.service.code in journey.offered]
    if not plans:
        return None
    odometer = odometer_of(journey)
    if odometer is None:
        return {"asks": True, "odometer": journey.draft.vehicle.get("odometer", "")}
    last = _last_done({plan.service.code for plan in plans}, visits)
    due = maintenance_due(plans, _driven(journey, odometer), today=today_at(journey.dealership), last=last)
    return {"odometer": odometer, **(_said(journey, due, odometer, last) if due else {"none": True})}


def say_km(kilometres: int) -> str:
    """`96 000 km`, `96,000 km`."""
    number = format_decimal(kilometres, locale=locale_name(page_language()))
    return f"{number}{clock.NBSP}km"


def _driven(journey: Journey, odometer: int) -> Driven:
    vehicle = journey.vehicle
    if vehicle is None:
        return Driven(make="", fuel="", odometer=odometer)
    return Driven(make=vehicle.make, fuel=vehicle.fuel, odometer=odometer, year=vehicle.year)


def _last_done(codes: set[str], visits: Iterable[Appointment]) -> LastDone | None:
    for visit in visits:
        if any(line.service.code in codes for line in visit.lines.all()):
            return LastDone(visit.local_date, visit.odometer)
    return None


def due_words(due: Due) -> dict[str, str]:
    """The same everywhere: its name, at how many kilometres or since when, and how urgent it is; no word for later."""
    return {
        "state": due.state,
        "state_word": str(STATES[due.state]),
        "name": due.plan.name_en if page_language() == "en" else due.plan.name_fr,
        "at": _mark(due),
    }


def _said(journey: Journey, due: Due, odometer: int, last: LastDone | None) -> dict[str, Any]:
    code = due.plan.service.code
    return {
        **due_words(due),
        "contents": due.contents(page_language()),
        "basis": _basis(odometer, last),
        "service": code,
        "selected": code in journey.draft.services,
    }


def _mark(due: Due) -> str:
    """`à 96 000 km`, or the day when the months come first."""
    if due.by:
        return _("since %(date)s") % {"date": clock.say_date(due.by, page_language(), year=True)}
    return _("at %(kilometres)s") % {"kilometres": say_km(due.at_km)}


def _basis(odometer: int, last: LastDone | None) -> str:
    """What the answer is made of, so that everybody can judge it."""
    given = {"kilometres": say_km(odometer)}
    if last is None:
        return _("Going by the %(kilometres)s that you give. If it is done already, leave it.") % given
    day = clock.say_date(last.on, page_language(), year=True)
    sentence = _("Going by the %(kilometres)s that you give and your visit of %(date)s.")
    return sentence % {**given, "date": day}
