"""Whose vehicle it is time for, by its last visit: the other season's tires, and scheduled maintenance.

Calculates, never writes. What is commercial about it (consent, one a month) is decided when it is planned and once
more when it is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from booking.maintenance import Driven, LastDone, comes_due
from booking.menu_items import MenuItem
from booking.models import UPCOMING, Appointment, MaintenancePlan, Status
from booking.next_season import TIRE_CHANGE, change_after
from booking.rulebook import Rulebook, rulebook_of
from customers.consent_words import Topic
from customers.consents import Place, Standing, address_for
from customers.models import Customer, VehicleDriver
from dealerships.models import Dealership
from lib import clock
from notifications.cadence import channels_in_turn, due_at
from notifications.kinds import KINDS, When
from notifications.models import Channel

# Every consent that stands, by what it is about.
Given = Mapping[Place, Standing]

NEXT_SEASON, MAINTENANCE_DUE = "next_season", "maintenance_due"
DUE_KINDS = (NEXT_SEASON, MAINTENANCE_DUE)
# Who has not been here for longer goes elsewhere, and has not agreed to be written to (CASL, s. 10(10)).
LAST_SERVED = timedelta(days=730)
# Where bookings open long before a season, nobody thinks of its tires yet.
SOONEST = timedelta(days=45)
# So many visits are in memory at once, however many customers there are.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class DueLetter:
    """Something it is time for: the last visit, what it is about, the day (UTC moment) it counts from, its facts."""

    kind: str
    visit: Appointment
    about: str
    anchor: datetime
    services: Sequence[MenuItem]
    facts: dict[str, Any]

    def due(self, when: When) -> datetime:
        """When the cadence sends it."""
        return due_at(when, self.anchor, self.visit.zone)


def letters_due(dealership: Dealership, kind: str, *, today: date) -> Iterator[DueLetter]:
    """Every letter of one of DUE_KINDS that the dealership's last visits call for, whenever it is due. Few queries.

    Not for a vehicle that is coming anyway, that somebody else brought since, or that its customer has removed.
    """
    book = rulebook_of(dealership)
    return (_seasons if kind == NEXT_SEASON else _maintenance)(dealership, book, today)


def agreed_channels(customer: Customer, kind: str, when: When, given: Given) -> tuple[str, ...]:
    """By which channels they agreed to be written to about it, and did not mute, in the cadence's order."""
    agreed = {
        str(channel)
        for channel in Channel
        if channel not in customer.muted_channels
        and Place(customer.group_id, Topic(channel, KINDS[kind].purpose), address_for(customer, channel))
        in given
    }
    return channels_in_turn(when, agreed)


def is_still_due(vehicle_id: int, customer_id: int) -> bool:
    """Whether the vehicle is not coming anyway, and still this customer's. One query."""
    coming = Appointment.objects.filter(vehicle=vehicle_id, status__in=UPCOMING)
    theirs = VehicleDriver.objects.filter(vehicle=vehicle_id, customer=customer_id, hidden=False)
    return theirs.exclude(Exists(coming)).exists()


def _seasons(dealership: Dealership, book: Rulebook, today: date) -> Iterator[DueLetter]:
    item = book.menu.get(TIRE_CHANGE)
    for visit in _last_visits(dealership, [TIRE_CHANGE], today) if item else ():
        change = change_after(book, dealership, visit.local_date, today=today)
        if item is None or change is None:
            return
        facts = {
            "winter": change.winter,
            "first_day": change.first_day.isoformat(),
            "stored": _tires_are_here(visit),
        }
        opens = max(change.opens_on, change.first_day - SOONEST)
        yield _letter(NEXT_SEASON, visit, opens, change.first_day, item, facts)


def _maintenance(dealership: Dealership, book: Rulebook, today: date) -> Iterator[DueLetter]:
    rows = MaintenancePlan.objects.filter(service__dealership=dealership, service__active=True)
    plans = [plan for plan in rows.select_related("service") if plan.service.code in book.menu]
    for visit in _last_visits(dealership, {plan.service.code for plan in plans}, today) if plans else ():
        due = comes_due(
            plans,
            _driven(visit),
            LastDone(visit.local_date, visit.odometer),
            read_on=visit.vehicle.odometer_on,
        )
        if due is None:
            continue
        facts = {
            "due_km": due.at_km,
            "due_on": None if due.at_km else due.on.isoformat(),
            "last_on": visit.local_date.isoformat(),
            "what": {"fr": due.plan.name_fr, "en": due.plan.name_en},
            "contents": {
                "fr": due.plan.contents_fr.splitlines(),
                "en": due.plan.contents_en.splitlines(),
            },
        }
        item = book.menu[due.plan.service.code]
        yield _letter(MAINTENANCE_DUE, visit, due.on, due.by_months, item, facts)


def _letter(
    kind: str, visit: Appointment, day: date, name: date, item: MenuItem, facts: dict[str, Any]
) -> DueLetter:
    """`name` is the day by which it is known: the same however often it is calculated."""
    noon = clock.at_local(day, time(12), visit.zone)
    return DueLetter(kind, visit, f"vehicle:{visit.vehicle_id}:{name.isoformat()}", noon, [item], facts)


def _last_visits(dealership: Dealership, codes: Collection[str], today: date) -> Iterator[Appointment]:
    """Each vehicle's last completed visit for one of these services, as far as its customer is still to be asked.

    One query for all of them, and two for each chunk.
    """
    mine = Appointment.objects.filter(dealership=dealership)
    same_vehicle = Appointment.objects.filter(vehicle=OuterRef("vehicle"))
    somebody_else = same_vehicle.filter(starts_at__gt=OuterRef("starts_at")).exclude(
        customer=OuterRef("customer")
    )
    theirs = VehicleDriver.objects.filter(
        vehicle=OuterRef("vehicle"), customer=OuterRef("customer"), hidden=False
    )
    last = mine.filter(
        status=Status.COMPLETED, local_date__gt=today - LAST_SERVED, lines__service__code__in=codes
    )
    newest = last.order_by("vehicle", "-starts_at").distinct("vehicle")
    visits = (
        Appointment.objects.filter(pk__in=newest.values("pk"), customer__erased_at=None)
        .filter(Exists(theirs))
        .exclude(Exists(same_vehicle.filter(status__in=UPCOMING)))
        .exclude(Exists(somebody_else))
        .order_by("pk")
        .select_related("customer", "vehicle", "advisor", "dealership")
        .prefetch_related("lines__service")
    )
    return visits.iterator(chunk_size=CHUNK)


def _driven(visit: Appointment) -> Driven:
    vehicle = visit.vehicle
    return Driven(
        make=vehicle.make,
        fuel=vehicle.fuel,
        odometer=vehicle.odometer or visit.odometer or 0,
        year=vehicle.year,
    )


def _tires_are_here(visit: Appointment) -> bool:
    """Whether the other set is in our store, by what was answered then."""
    answers: Iterable[dict[str, Any]] = (
        answer for line in visit.lines.all() if line.service.code == TIRE_CHANGE for answer in line.answers
    )
    return any(answer.get("choice") == "stored" for answer in answers)
