"""The coming weeks, booked like everybody books: by the action, against the real capacity."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, F

from booking.actions.book import AlreadyBooked, Request, book_appointment
from booking.actions.history import API, CUSTOMER, By, staff
from booking.actions.retry import Busy
from booking.demo.clients import clients_of
from booking.demo.dice import dice, draw
from booking.demo.rooftops import Rooftop
from booking.demo.visits import choose_basket, choose_note
from booking.errors import SlotTaken, StartRefused
from booking.menu import Basket, Demand, Menu, load_menu, plan
from booking.models import Appointment, CapacityPool, PoolKind, Source, Transport
from booking.models.appointment import LIVE
from customers.details import Contact
from customers.models import VehicleDriver
from dealerships.models import Dealership, User
from lib import clock
from notifications.models import Message

# How much of a day's shop minutes is booked, by how near it is; a day above LEAST has been filled already.
FULLEST, EMPTIEST, LEAST = 0.85, 0.52, 0.42
MOST_FAILURES = 60
ANNOUNCED = 6
SOURCES = {Source.WEB: 48.0, Source.PHONE: 49, Source.API: 3}


@dataclass(slots=True)
class Filling:
    """One dealership being filled: who may still come, who answers the telephone, what the day has left."""

    dealership: Dealership
    now: datetime
    clients: list[VehicleDriver]
    user: User | None
    announced: int
    menu: Menu
    made: int = 0
    starts: dict[datetime, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)  # minutes left by skill, and of the shop under ""


def fill_agenda(
    dealership: Dealership, rooftop: Rooftop, *, now: datetime, days: int, user: User | None
) -> Iterator[int]:
    """Book day after day until each is as full as it should be; yields how many are booked so far."""
    today = clock.local(now, dealership.zone).date()
    wanted = [(day, load) for day, load in _loads(dealership, today, days) if load < LEAST]
    if not wanted:
        return
    clients = _free_clients(dealership, rooftop, now)
    filling = Filling(dealership, now, clients, user, _announced(dealership), load_menu(dealership))
    for day, _load in wanted:
        _fill_day(filling, day, (day - today).days / days)
        yield filling.made


def _loads(dealership: Dealership, today: date, days: int) -> list[tuple[date, float]]:
    """(open day, share of its shop minutes that is booked)."""
    pools = CapacityPool.objects.filter(
        dealership=dealership,
        kind=PoolKind.SHOP_DAY,
        local_date__range=(today, today + timedelta(days=days)),
        cap__gt=0,
    )
    return list(pools.order_by("local_date").values_list("local_date", F("used") * 1.0 / F("cap")))


def _free_clients(dealership: Dealership, rooftop: Rooftop, now: datetime) -> list[VehicleDriver]:
    coming = set(
        Appointment.objects.filter(starts_at__gte=now - timedelta(days=1), status__in=LIVE).values_list(
            "vehicle_id", flat=True
        )
    )
    free = [client for client in clients_of(dealership.group, rooftop) if client.vehicle_id not in coming]
    dice("agenda", rooftop.slug, now.date()).shuffle(free)
    return free


def _announced(dealership: Dealership) -> int:
    return Message.objects.filter(
        dealership__group=dealership.group, kind="confirmation", channel="email"
    ).count()


def _fill_day(filling: Filling, day: date, distance: float) -> None:
    rng = dice("day", filling.dealership.slug, day)
    target = FULLEST - (FULLEST - EMPTIEST) * distance * rng.uniform(0.6, 1.0) - rng.uniform(0, 0.08)
    filling.starts = _open_cells(filling.dealership, day)
    filling.rooms, spare = _rooms(filling.dealership, day, target)
    failures = 0
    while failures < MOST_FAILURES and filling.clients and filling.rooms[""] > spare:
        start = _choose_start(rng, filling)
        if start is None:
            return
        failures += not _book(rng, filling, day, start)


def _rooms(dealership: Dealership, day: date, target: float) -> tuple[dict[str, int], int]:
    """The minutes that are left, and how many of the shop's shall stay free."""
    pools = CapacityPool.objects.filter(
        dealership=dealership,
        kind__in=[PoolKind.SKILL_DAY, PoolKind.SHOP_DAY],
        local_date=day,
        cap__isnull=False,
    )
    rows = [(pool.subject, pool.cap or 0, pool.used) for pool in pools]
    spare = sum(cap for subject, cap, _used in rows if not subject) * (1 - target)
    return {subject: cap - used for subject, cap, used in rows}, round(spare)


def _open_cells(dealership: Dealership, day: date) -> dict[datetime, int]:
    """How many advisors are free at each start of the day."""
    cells = CapacityPool.objects.filter(
        dealership=dealership, kind=PoolKind.ADVISOR_CELL, local_date=day, used__lt=F("cap"), closed=False
    )
    counted = cells.values("starts_at").annotate(free=Count("pk")).order_by("starts_at")
    return {start: free for start, free in counted.values_list("starts_at", "free") if start}


def _choose_start(rng: random.Random, filling: Filling) -> datetime | None:
    """Everybody wants to come first thing in the morning."""
    # Two in three come before ten, so the first quarter hours of a busy day are full.
    wishes = {
        start: math.exp(-number / 8) + 0.06
        for number, (start, free) in enumerate(filling.starts.items())
        if free
    }
    return rng.choices(list(wishes), list(wishes.values()))[0] if wishes else None


def _book(rng: random.Random, filling: Filling, day: date, start: datetime) -> bool:
    """One more customer at `start`; False when the work, the transport or the vehicle does not fit there."""
    basket = choose_basket(rng, day, stored=start - filling.now > timedelta(hours=48))
    demand = plan(filling.menu, basket)
    if any(filling.rooms.get(skill, 0) < minutes for skill, minutes in demand.skill_minutes.items()):
        return False
    client = filling.clients.pop()
    filling.starts[start] -= 1
    for chosen in (basket, replace(basket, transport=Transport.DROP_OFF.value)):
        request = _request(rng, filling, client, start, chosen)
        try:
            book_appointment(request=request, now=_moment(filling, start))
        except (SlotTaken, StartRefused, AlreadyBooked, Busy):
            continue
        _note_what_is_taken(filling, demand)
        filling.announced += request.announce
        return True
    filling.clients.insert(0, client)
    return False


def _note_what_is_taken(filling: Filling, demand: Demand) -> None:
    filling.made += 1
    for subject, minutes in {**demand.skill_minutes, "": demand.minutes}.items():
        filling.rooms[subject] -= minutes


def _moment(filling: Filling, start: datetime) -> datetime:
    """Now; for what has begun today already, the moment before it."""
    return min(filling.now, start - timedelta(minutes=5))


def _request(
    rng: random.Random, filling: Filling, client: VehicleDriver, start: datetime, basket: Basket
) -> Request:
    customer = client.customer
    announce = (
        filling.announced < ANNOUNCED and start > filling.now + timedelta(days=1) and bool(customer.email)
    )
    return Request(
        dealership=filling.dealership,
        basket=basket,
        start=start,
        contact=Contact(customer.name, customer.phone, customer.email, customer.language),
        by=_by(rng, filling.user),
        vehicle=client.vehicle,
        customer=customer,
        note=choose_note(rng, basket, customer.language),
        announce=announce,
        notice=False,
    )


def _by(rng: random.Random, user: User | None) -> By:
    source = draw(rng, SOURCES)
    if source == Source.PHONE and user:
        return staff(user, Source.PHONE)
    return API if source == Source.API else CUSTOMER
