"""When there is room."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Query, Router

from api.access import Limit, seeker_of
from api.calls.dealerships import HERE, get_dealership
from api.problems import RefusedHere
from api.reading import read_answers, refuse_unknown
from api.schemas import AvailabilityAnswer, AvailabilityQuery
from booking.actions.unmet import note_unmet
from booking.answers import start_answer
from booking.availability import Availability, find_availability
from booking.menu import Basket, Demand, Menu, plan
from booking.models import UnmetSource
from booking.rulebook import rulebook_at
from lib import clock
from lib.errors import Refusal

router = Router(tags=["Availability"])
READ = Limit("api-availability", "300/minute")
# Longer ranges say how many starts each day has, not which.
MOST_DAYS_WITH_STARTS = 7
KNOWN = ("service", "answer", "transport", "advisor", "from", "days")
# The query's own names, where a rule of the menu names the field otherwise.
FIELDS = {"services": "service", "answers": "answer"}


@router.get(
    "/dealerships/{slug:slug}/availability", response={200: AvailabilityAnswer, **HERE}, throttle=READ
)
def list_availability(request: HttpRequest, slug: str, asked: Query[AvailabilityQuery]):
    """The open starts of a range of days, and the first one from its beginning on."""
    refuse_unknown(request, KNOWN)
    dealership = get_dealership(slug, advisor=asked.advisor)
    book = rulebook_at(dealership)
    demand = _demand(book.menu, asked)
    now = clock.now()
    first_day = asked.first_day or clock.local(now, dealership.zone).date()
    found = find_availability(dealership, demand, first_day=first_day, days=asked.days, now=now, book=book)
    if not any(found.days.values()):
        last_day = max(found.days)
        note_unmet(
            dealership=dealership, demand=demand, first_day=first_day, last_day=last_day, now=now,
            source=UnmetSource.API, seeker=seeker_of(request),
        )  # fmt: skip
    return JsonResponse(_answer(found))


def _demand(menu: Menu, asked: AvailabilityQuery) -> Demand:
    """What is asked for; questions without an answer count as their longest choice."""
    basket = Basket(tuple(asked.service), asked.transport, read_answers(asked.answer), asked.advisor)
    try:
        return plan(menu, basket, assume_answers=True)
    except Refusal as refusal:
        refusal.field = FIELDS.get(refusal.field, refusal.field)
        raise RefusedHere(refusal) from refusal


def _answer(found: Availability) -> dict[str, Any]:
    in_full = len(found.days) <= MOST_DAYS_WITH_STARTS
    days: list[dict[str, Any]] = []
    for day, starts in found.days.items():
        days.append({"date": day.isoformat(), "open": len(starts)})
        if in_full:
            days[-1]["starts"] = [start_answer(start, found.zone) for start in starts]
    return {
        "zone": found.zone,
        "first": start_answer(found.first, found.zone) if found.first else None,
        "days": days,
    }
