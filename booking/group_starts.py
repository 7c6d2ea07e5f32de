"""The first opening at each rooftop of a group, for the same work. Calculates, never writes.

Each rooftop plans the basket by its own menu, with its own hours and its own places; one that lacks a service is
left out. The number of queries grows with the rooftops and with nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from booking.availability import NEAR_DAYS, Start, find_availability
from booking.menu import Basket, Demand, Menu, basket_minutes, plan, transports_for
from booking.models import Transport
from booking.rulebook import Rulebook, rulebook_at
from dealerships.calendar import Calendar
from dealerships.models import Dealership
from lib import clock
from lib.distances import distance_km
from lib.errors import Refusal

# What most people come for, and what stands for "how soon" where nothing has been chosen yet.
USUAL_SERVICES = ("oil_change", "tire_swap")


@dataclass(frozen=True, slots=True)
class RooftopStart:
    """One rooftop: its first open start for the work, how far it is (whole km), and its hours."""

    dealership: Dealership
    demand: Demand
    first: Start | None
    calendar: Calendar
    km: int | None = None


def group_starts(here: Dealership, basket: Basket, *, now: datetime) -> list[RooftopStart]:
    """The other rooftops of the group that do this work, those that can soonest first.

    Queries: 1, and for each rooftop 1 to 3 (and 2 when its rules changed since this process last read them).
    """
    others = Dealership.objects.filter(group=here.group_id).exclude(pk=here.pk)
    found = [one for other in others if (one := _start_at(other, basket, here, now))]
    return sorted(found, key=_soonest)


def usual_starts(dealerships: Iterable[Dealership], *, now: datetime) -> dict[int, RooftopStart]:
    """The first opening of the next two weeks for a usual service, by dealership's id.

    One query each; `dealerships` were read just now.
    """
    return {one.pk: found for one in dealerships if (found := _usual_start(one, now))}


def basket_at(menu: Menu, basket: Basket) -> Basket:
    """The basket as this menu asks it: answers to its own questions, a way of coming that it offers, anybody.

    Services that the menu lacks stay, for `plan` to refuse.
    """
    items = [menu[code] for code in basket.services if code in menu]
    asked = {
        (question.code, choice.code)
        for item in items
        for question in item.questions
        for choice in question.choices
    }
    answers = {code: choice for code, choice in basket.answers.items() if (code, choice) in asked}
    offered = transports_for(items, basket_minutes(menu, basket.services, answers))
    wanted = [basket.transport, Transport.DROP_OFF.value, *offered]
    transport = next((code for code in wanted if code in offered), "")
    return replace(basket, answers=answers, transport=transport, advisor=None)


def _start_at(other: Dealership, basket: Basket, here: Dealership, now: datetime) -> RooftopStart | None:
    book = rulebook_at(other)
    try:
        demand = plan(book.menu, basket_at(book.menu, basket), assume_answers=True)
    except Refusal:
        return None
    first = _first(other, demand, book, now, beyond=True)
    return RooftopStart(other, demand, first, book.calendar, _km_between(here, other))


def _usual_start(dealership: Dealership, now: datetime) -> RooftopStart | None:
    book = rulebook_at(dealership)
    service = next((code for code in USUAL_SERVICES if code in book.menu), None)
    if service is None:
        return None
    wanted = basket_at(book.menu, Basket(services=(service,), transport=Transport.DROP_OFF))
    try:
        demand = plan(book.menu, wanted, assume_answers=True)
    except Refusal:
        return None
    return RooftopStart(
        dealership, demand, _first(dealership, demand, book, now, beyond=False), book.calendar
    )


def _first(
    dealership: Dealership, demand: Demand, book: Rulebook, now: datetime, *, beyond: bool
) -> Start | None:
    today = clock.local(now, dealership.zone).date()
    found = find_availability(
        dealership, demand, first_day=today, days=NEAR_DAYS, now=now, find_first=beyond, book=book
    )
    return found.first


def _soonest(one: RooftopStart) -> tuple[bool, float, int]:
    moment = one.first.starts_at.timestamp() if one.first else 0.0
    return one.first is None, moment, one.dealership.pk


def _km_between(one: Dealership, other: Dealership) -> int | None:
    """Whole kilometres as the crow flies, one at least; None where a place is not known."""
    degrees = (one.latitude, one.longitude, other.latitude, other.longitude)
    if any(value is None for value in degrees):
        return None
    south, west, north, east = (float(value) for value in degrees if value is not None)
    return max(1, round(distance_km((south, west), (north, east))))
