"""Whom customers may ask for, and when each of them is free first. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from booking.access import appointments_of_customer
from booking.availability import NEAR_DAYS, Start, find_availability
from booking.menu import Demand
from booking.models import Appointment, Hold, Status
from dealerships.models import Dealership, Role, StaffMember, User
from lib import clock


@dataclass(frozen=True, slots=True)
class FirstStarts:
    """The first open start with anybody, and with each advisor who has one."""

    anybody: Start | None = None
    of: Mapping[int, Start] = field(default_factory=dict)


def active_advisors(dealership: Dealership) -> QuerySet[StaffMember]:
    """Who checks vehicles in here, by name."""
    return StaffMember.objects.filter(dealership=dealership, role=Role.ADVISOR, active=True).order_by(
        "name", "pk"
    )


def last_advisor(user: User | AnonymousUser, dealership: Dealership) -> StaffMember | None:
    """Who received the signed-in customer here last time, if they still do. One query; none for a guest."""
    if not user.is_authenticated:
        return None
    visits = appointments_of_customer(user).filter(
        dealership=dealership, status__in=[Status.ARRIVED, Status.COMPLETED]
    )
    last = visits.order_by("-starts_at").first()
    return last.advisor if last and last.advisor.active else None


def first_starts(
    dealership: Dealership,
    demand: Demand,
    *,
    now: datetime,
    among: Collection[int],
    owner: Hold | Appointment | None = None,
) -> FirstStarts:
    """The first open starts, until each advisor of `among` has one or the horizon ends.

    An open start names everybody who can take it, so that all advisors are read at once: two queries, five when
    somebody has nothing in the next two weeks; one more each time for an owner.
    """
    asked = replace(demand, advisor=None)
    today = clock.local(now, dealership.zone).date()
    beyond = dealership.horizon_days + 1 - NEAR_DAYS
    anybody: Start | None = None
    found: dict[int, Start] = {}
    for first_day, days in ((today, NEAR_DAYS), (today + timedelta(days=NEAR_DAYS), beyond)):
        if days < 1 or (anybody and set(among) <= found.keys()):
            break
        seen = find_availability(
            dealership, asked, first_day=first_day, days=days, now=now, owner=owner, find_first=False
        )
        for start in (start for starts in seen.days.values() for start in starts):
            anybody = anybody or start
            for advisor in start.advisors:
                found.setdefault(advisor, start)
    return FirstStarts(anybody, found)
