"""The steps on top of the funnel, and what is chosen so far, each piece a link back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from booking.menu import Line
from booking.views.advisors import first_name
from booking.views.journey import STEPS, Journey, transport_label
from booking.views.site import render_page
from booking.views.winter import winter_of
from booking.views.words import TRANSPORT_ICONS, duration_words, page_language, price_words, start_words


def show_step(journey: Journey, step: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the funnel, with the steps on top and what is chosen beside it."""
    chosen = {**summary_context(journey), "winter": winter_of(journey)}
    whole = {**steps_context(journey, step), **chosen, **context}
    return render_page(journey.request, f"booking/{step}.html", journey.dealership, whole, status=status)


def steps_context(journey: Journey, current: str) -> dict[str, Any]:
    """For the steps component."""
    names = list(STEPS)
    number = names.index(current) + 1
    return {
        "steps": [
            {"label": STEPS[name], "url": journey.url(name), "state": _state(journey, name, current)}
            for name in names
        ],
        "step_number": number,
        "step_total": len(names),
        "step_label": STEPS[current],
        "back_url": journey.url(names[number - 2]) if number > 1 else "",
    }


def summary_context(journey: Journey) -> dict[str, Any]:
    """For the summary component: vehicle, services, transport, time, and the price when there is one."""
    items = [*_vehicle_item(journey), *_service_item(journey), *_time_items(journey)]
    return {"chosen": items, "total": total_of(journey)}


def line_note(line: Line) -> str:
    """`Sur jantes, entreposés ici`."""
    return " · ".join(choice.label(page_language()) for _question, choice in line.chosen)


def total_of(journey: Journey) -> dict[str, Any] | None:
    """The indicative price of the basket, when every service has one."""
    if journey.demand is None or journey.demand.price is None:
        return None
    return {
        "label": _("Indicative price"),
        "value": price_words(journey.demand.price),
        "note": _("Plus tax."),
    }


def _state(journey: Journey, name: str, current: str) -> str:
    if name == current:
        return "current"
    return "done" if journey.is_done(name) else "todo"


def _vehicle_item(journey: Journey) -> list[dict[str, Any]]:
    if journey.vehicle is None:
        return []
    value = journey.vehicle.title
    return [{"label": _("Vehicle"), "value": value, "icon": "car-front", "url": journey.url("vehicle")}]


def _service_item(journey: Journey) -> list[dict[str, Any]]:
    if journey.demand is None:
        return []
    lines = journey.demand.lines
    notes = [note for note in (line_note(line) for line in lines) if note]
    return [
        {
            "label": _("Services"),
            "value": " + ".join(line.item.name(page_language()) for line in lines),
            "note": " · ".join([*notes, duration_words(journey.demand.minutes)]),
            "icon": "wrench",
            "url": journey.url("services"),
        }
    ]


def _time_items(journey: Journey) -> list[dict[str, Any]]:
    if not journey.draft.transport or journey.demand is None:
        return []
    transport = {
        "label": _("Transport"),
        "value": transport_label(journey.transport),
        "icon": TRANSPORT_ICONS.get(journey.transport, "car-front"),
        "url": journey.url("time"),
    }
    if journey.hold is None:
        return [transport]
    said = start_words(journey.hold.starts_at, journey.hold.ready_at, journey.dealership.zone)
    when = {
        "label": _("Date and time"),
        "value": f"{said['short_date']}, {said['start']}",
        "note": _("ready around %(ready)s") % {"ready": said["ready"]},
        "icon": "clock",
        "url": journey.url("time"),
    }
    if journey.draft.advisor:
        when["note"] = f"{when['note']} · {advisor_words(journey)}"
    return [when, transport]


def advisor_words(journey: Journey) -> str:
    """`avec Fabienne` when an advisor was chosen, empty for anybody. One query when one was."""
    if not journey.draft.advisor or journey.hold is None:
        return ""
    return _("with %(name)s") % {"name": first_name(journey.hold.advisor)}
