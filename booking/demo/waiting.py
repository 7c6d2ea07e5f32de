"""A few people who would come earlier, and one who found nothing; by the same action as on their page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from booking.actions.wait_list import Asked, join_wait_list, join_with_appointment, put_first
from booking.demo.agenda import free_clients
from booking.demo.dice import dice
from booking.demo.rows import Rooftop
from booking.menu import Basket
from booking.models import UPCOMING, Appointment, Transport, WaitListEntry
from booking.waiting import Wishes
from customers.details import Contact, VehicleDetails
from dealerships.models import Dealership, User
from lib import clock
from lib.errors import Refusal

FORWARD = 4
SOONEST, NOT_BEFORE = timedelta(days=5), timedelta(days=2)
SHORT = 45  # minutes
# What each would take instead: weekdays and parts of the day, none meaning any.
WISHES: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
    ((), ("am",)),
    ((5,), ()),
    ((1, 2, 3), ("eve",)),
    ((3,), ("eve",)),
)


def make_wait_list(dealership: Dealership, rooftop: Rooftop, *, by: User, now: datetime) -> int:
    """Some who wait, the first of them first for a reason; once. How many there are."""
    if WaitListEntry.objects.filter(dealership=dealership).exists():
        return 0
    today = clock.local(now, dealership.zone).date()
    entries = [*_forward(dealership, today, now), *_without_appointment(dealership, rooftop, today, now)]
    if entries:
        put_first(entry=entries[-1], by=by, reason="Rendez-vous annulé par nous la semaine dernière")
    return len(entries)


def _forward(dealership: Dealership, today: date, now: datetime) -> list[WaitListEntry]:
    """Customers who are booked for something short and would come earlier; what they are offered leaves room."""
    visits = Appointment.objects.filter(
        dealership=dealership, status__in=UPCOMING, local_date__gte=today + SOONEST, minutes__lte=SHORT
    ).exclude(contact_email="")
    entries = []
    chosen = visits.select_related("dealership__group").order_by("starts_at", "pk")[
        :: max(1, visits.count() // FORWARD)
    ]
    for visit, (weekdays, parts) in zip(chosen, WISHES, strict=False):
        wishes = Wishes(today + NOT_BEFORE, visit.local_date - timedelta(days=1), weekdays, parts)
        try:
            entries.append(join_with_appointment(appointment=visit, wishes=wishes, now=now))
        except Refusal:
            continue
    return entries


def _without_appointment(
    dealership: Dealership, rooftop: Rooftop, today: date, now: datetime
) -> list[WaitListEntry]:
    """Somebody who can only come in the evening, off-rim tires in hand."""
    client = dice("waiting", rooftop.slug, today).choice(free_clients(dealership, rooftop, now))
    customer, vehicle = client.customer, client.vehicle
    asked = Asked(
        dealership=dealership,
        basket=Basket(("tire_swap",), Transport.DROP_OFF.value, {"rims": "off", "tires": "own"}),
        contact=Contact(customer.name, customer.phone, customer.email, customer.language),
        vehicle=VehicleDetails(
            vin=vehicle.vin, plate=vehicle.plate, year=vehicle.year, make=vehicle.make, model=vehicle.model
        ),
    )
    wishes = Wishes(today, today + timedelta(days=10), (0, 1, 2, 3, 4), ("eve",))
    return [join_wait_list(asked=asked, wishes=wishes, now=now)]
