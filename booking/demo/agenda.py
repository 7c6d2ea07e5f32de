"""The coming weeks, booked like everybody books: by the action, against the real capacity."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import F

from booking.actions.book import AlreadyBooked, Request, book_appointment
from booking.actions.history import API, CUSTOMER, By, staff
from booking.actions.retry import Busy
from booking.availability import find_availability
from booking.demo.clients import clients_of
from booking.demo.dice import dice, draw
from booking.demo.rows import Rooftop
from booking.demo.visits import choose_basket, choose_note, choose_problem, makes_no_sense
from booking.errors import SlotTaken, StartRefused
from booking.menu import Basket, Demand, Menu, load_menu, plan
from booking.models import Appointment, CapacityPool, PoolKind, Skill, Source, Transport
from booking.models.appointment import LIVE
from customers.details import Contact
from customers.models import VehicleDriver
from dealerships.models import Dealership, User
from lib import clock
from notifications.models import Message

# How much of a day's shop minutes is booked, by how near it is; a day above LEAST has been filled already.
FULLEST, EMPTIEST, LEAST = 0.85, 0.52, 0.42
MOST_FAILURES = 25
EARLY = time(6)
KEPT = (PoolKind.SERVICE_GROUP, PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)
# The longest job of each skill, and of all.
LAST_MINUTES = {
    Skill.EXPRESS: 40, Skill.TIRES: 60, Skill.MECHANICAL: 105, Skill.DIAGNOSIS: 60, Skill.ELECTRIC: 0, "": 105,
}  # fmt: skip
ANNOUNCED = 6
SOURCES = {Source.WEB: 48.0, Source.PHONE: 49, Source.API: 3}


@dataclass(slots=True)
class Filling:
    """One dealership being filled: who may still come, who answers the telephone."""

    dealership: Dealership
    now: datetime
    clients: list[VehicleDriver]
    user: User | None
    announced: int
    menu: Menu
    made: int = 0


def fill_agenda(
    dealership: Dealership, rooftop: Rooftop, *, now: datetime, days: int, user: User | None
) -> Iterator[int]:
    """Book day after day until each is as full as it should be; yields how many are booked so far."""
    today = clock.local(now, dealership.zone).date()
    wanted = [(day, load) for day, load in _loads(dealership, today, days) if load < LEAST]
    if not wanted:
        return
    clients = free_clients(dealership, rooftop, now)
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


def free_clients(dealership: Dealership, rooftop: Rooftop, now: datetime) -> list[VehicleDriver]:
    """Customers of this dealership whose vehicle is not booked, in the order in which they come."""
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
    room, spare = _room(filling.dealership, day, target)
    failures = 0
    while failures < MOST_FAILURES and filling.clients and room > spare:
        booked = _book(rng, filling, day)
        room -= booked
        failures += not booked


def _room(dealership: Dealership, day: date, target: float) -> tuple[int, int]:
    """The shop's minutes that are left, and how many of them shall stay free."""
    shop = CapacityPool.objects.get(dealership=dealership, kind=PoolKind.SHOP_DAY, local_date=day)
    cap = shop.cap or 0
    return cap - shop.used, round(cap * (1 - target))


def _book(rng: random.Random, filling: Filling, day: date) -> int:
    """One more customer on `day`; the minutes of their work, 0 when it does not fit there any more."""
    morning = clock.at_local(day, EARLY, filling.dealership.zone)
    client = filling.clients.pop()
    unfit, stored = makes_no_sense(filling.menu, client.vehicle), morning - filling.now > timedelta(hours=48)
    basket = choose_basket(rng, day, stored=stored, without=unfit)
    for chosen in (basket, replace(basket, transport=Transport.DROP_OFF.value)):
        demand = plan(filling.menu, chosen)
        start = _choose_start(rng, _open_starts(filling, demand, day, morning))
        if start and _take(rng, filling, client, start, chosen):
            return demand.minutes
    filling.clients.insert(0, client)
    return 0


def _take(
    rng: random.Random, filling: Filling, client: VehicleDriver, start: datetime, basket: Basket
) -> bool:
    """Book it for the client, as of now or, for what has begun today already, of the moment before it."""
    request = _request(rng, filling, client, start, basket)
    try:
        book_appointment(request=request, now=min(filling.now, start - timedelta(minutes=5)))
    except (SlotTaken, StartRefused, AlreadyBooked, Busy):
        return False
    filling.made += 1
    filling.announced += request.announce
    return True


def _open_starts(filling: Filling, demand: Demand, day: date, morning: datetime) -> list[datetime]:
    """What is open on `day`; of today from the morning on, as it was then."""
    kept = _kept_open(filling.dealership, demand, day)
    found = find_availability(
        filling.dealership, demand, first_day=day, days=1, now=min(filling.now, morning), notice=False,
        find_first=False, without=kept,
    )  # fmt: skip
    return [start.starts_at for start in found.days[day]]


def _kept_open(dealership: Dealership, demand: Demand, day: date) -> list[int]:
    """The pools that this work would empty: the demo keeps a place for whoever tries it, whatever they ask for."""
    limits = CapacityPool.objects.filter(
        dealership=dealership, kind__in=KEPT, local_date=day, cap__isnull=False
    ).values_list("pk", "kind", "subject", "cap", "used")
    minutes: list[int] = []
    groups: dict[str, dict[str, tuple[int, int]]] = {}
    for pk, kind, subject, cap, used in limits:
        room = (cap or 0) - used
        if kind == PoolKind.SERVICE_GROUP:
            group, _slash, part = subject.partition("/")
            groups.setdefault(group, {})[part] = (pk, room)
        elif (
            room - demand.skill_minutes.get(subject, 0 if subject else demand.minutes) < LAST_MINUTES[subject]
        ):
            minutes.append(pk)
    return [*minutes, *(pk for parts in groups.values() if _is_last(parts) for pk, _room in parts.values())]


def _is_last(parts: Mapping[str, tuple[int, int]]) -> bool:
    """Whether a group has one more job on this day: of the whole day and of its parts, the fewer."""
    whole = [room for part, (_pk, room) in parts.items() if not part]
    rooms = [room for part, (_pk, room) in parts.items() if part]
    return min([*whole, *([sum(rooms)] if rooms else [])]) <= 1


def _choose_start(rng: random.Random, starts: list[datetime]) -> datetime | None:
    """Everybody wants to come first thing in the morning."""
    # Two in three come before ten, so the first quarter hours of a busy day are full.
    wishes = [math.exp(-number / 8) + 0.06 for number in range(len(starts))]
    return rng.choices(starts, wishes)[0] if starts else None


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
        problem=choose_problem(rng, basket, customer.language),
        announce=announce,
        notice=False,
    )


def _by(rng: random.Random, user: User | None) -> By:
    source = draw(rng, SOURCES)
    if source == Source.PHONE and user:
        return staff(user, Source.PHONE)
    return API if source == Source.API else CUSTOMER
