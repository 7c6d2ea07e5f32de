"""Twelve months of visits that are over. Days that are past have no pools, so these claim nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from booking.actions.capacity import preload_holidays
from booking.actions.history import snapshot
from booking.answers import LINK_PURPOSE
from booking.blueprint import CELL
from booking.demands import lines_of
from booking.demo.clients import clients_of, turns
from booking.demo.copying import copy_in
from booking.demo.dice import dice, draw
from booking.demo.rows import SATURDAY, Rooftop
from booking.demo.visits import choose_basket, choose_note, choose_problem, makes_no_sense
from booking.labour import ROTATION_EPOCH
from booking.menu import Basket, Demand, Menu, load_menu, plan
from booking.models import (
    Actor,
    Appointment,
    AppointmentEvent,
    AppointmentLine,
    EventKind,
    Skill,
    Source,
    Status,
    Transport,
)
from booking.ready import CHECK_IN, ready_at
from customers.models import VehicleDriver
from dealerships.calendar import Calendar, load_calendar
from dealerships.models import Dealership, Role, StaffMember, User
from lib import clock, tokens

BATCH = 1000
ENDS = {Status.COMPLETED: 89.0, Status.CANCELLED: 7, Status.NO_SHOW: 4}
SOURCES = {Source.PHONE: 58.0, Source.WEB: 34, Source.WALK_IN: 8}
CONFIRMED = 0.55
# Minutes that vehicles waited on average, by the work; a quarter of them waited a third longer.
WAITED = {Skill.EXPRESS: 20, Skill.TIRES: 32, Skill.MECHANICAL: 66, Skill.DIAGNOSIS: 66}
SPREAD = 0.45


@dataclass(frozen=True, slots=True)
class Setting:
    """What every visit of one dealership is made from."""

    dealership: Dealership
    menu: Menu
    calendar: Calendar
    advisors: tuple[StaffMember, ...]
    user: User | None


def make_history(dealership: Dealership, rooftop: Rooftop, *, today: date, days: int) -> int:
    """The visits of `days` days until yesterday, all or none; how many were made (0 when there are some)."""
    if Appointment.objects.filter(
        dealership=dealership, source=Source.WALK_IN, local_date__lt=today
    ).exists():
        return 0
    first = today - timedelta(days=days)
    preload_holidays(dealership=dealership, first_year=first.year, last_year=today.year)
    setting = load_setting(dealership, first, today)
    rng = dice("history", rooftop.slug)
    clients = turns(rng, clients_of(dealership.group, rooftop))
    made: list[Visit] = []
    for day in setting.calendar.open_days(first, days):
        most = rng.randint(*rooftop.visits) // (2 if day.weekday() == SATURDAY else 1)
        made += _visits(rng, setting, clients, day, most)
    _save(made)
    return len(made)


def load_setting(dealership: Dealership, first: date, last: date) -> Setting:
    advisors = dealership.staff.filter(role=Role.ADVISOR).select_related("user").prefetch_related("shifts")
    return Setting(
        dealership,
        load_menu(dealership),
        load_calendar(dealership, first, last),
        tuple(advisors),
        next((one.user for one in advisors if one.user), None),
    )


Visit = tuple[Appointment, list[AppointmentLine], list[AppointmentEvent]]


def _visits(
    rng: random.Random, setting: Setting, clients: Iterator[VehicleDriver], day: date, most: int
) -> Iterator[Visit]:
    cells = [
        (start, advisor)
        for advisor in setting.advisors
        for start in _cells(advisor, day, setting.calendar.zone)
    ]
    for start, advisor in sorted(rng.sample(cells, min(most, len(cells))), key=lambda cell: cell[0]):
        client = next(clients)
        basket = choose_basket(rng, day, without=makes_no_sense(setting.menu, client.vehicle))
        ready = _ready(setting, day, start, basket)
        if ready is None:
            basket = Basket(basket.services, Transport.DROP_OFF, basket.answers)
            ready = _ready(setting, day, start, basket)
        if ready is not None:
            yield _visit(rng, setting, client, advisor, start, ready, basket)


def _cells(advisor: StaffMember, day: date, zone: str) -> Iterator[datetime]:
    week = ((day - ROTATION_EPOCH).days // 7) % advisor.rotation_weeks
    for shift in advisor.shifts.all():
        if (shift.weekday, shift.rotation_week) == (day.weekday(), week):
            moment, end = clock.at_local(day, shift.starts, zone), clock.at_local(day, shift.ends, zone)
            while moment + CELL <= end:
                yield moment
                moment += CELL


def _ready(setting: Setting, day: date, start: datetime, basket: Basket) -> datetime | None:
    queue = timedelta(minutes=setting.dealership.queue_minutes)
    return ready_at(start, day, plan(setting.menu, basket), setting.calendar, queue)


def _visit(
    rng: random.Random,
    setting: Setting,
    client: VehicleDriver,
    advisor: StaffMember,
    start: datetime,
    ready: datetime,
    basket: Basket,
) -> Visit:
    customer, demand = client.customer, plan(setting.menu, basket)
    source = draw(rng, SOURCES)
    wall = clock.local(start, setting.calendar.zone)
    nonce = tokens.new_nonce()
    appointment = Appointment(
        dealership=setting.dealership,
        customer=customer,
        vehicle=client.vehicle,
        advisor=advisor,
        contact_name=customer.name,
        contact_phone=customer.phone,
        contact_email=customer.email,
        language=customer.language,
        local_date=wall.date(),
        local_time=wall.time(),
        zone=setting.calendar.zone,
        starts_at=start,
        ready_at=ready,
        minutes=demand.minutes,
        transport=basket.transport,
        source=source,
        note=choose_note(rng, basket, customer.language),
        problem=choose_problem(rng, basket, customer.language),
        created_at=_asked_at(rng, wall, source),
        created_by=setting.user if source != Source.WEB else None,
        link_nonce=nonce,
        link_digest=tokens.digest(tokens.token_for(nonce, purpose=LINK_PURPOSE)),
    )
    end = Status.COMPLETED if source == Source.WALK_IN else draw(rng, ENDS)
    done = _done(rng, setting, appointment, demand)
    events = list(_events(rng, appointment, Status(end), setting.user, done))
    return appointment, lines_of(appointment, demand), events


def _asked_at(rng: random.Random, wall: datetime, source: Source) -> datetime:
    """At the counter for walk-ins; else some days before, on the Web in the evening too."""
    if source == Source.WALK_IN:
        return wall - timedelta(minutes=rng.randint(0, 10))
    hours = (7, 22) if source == Source.WEB else (8, 16)
    day = wall.date() - timedelta(days=1 + int(rng.expovariate(1 / 6)))
    return clock.at_local(day, time(rng.randint(*hours), rng.randint(0, 59)), str(wall.tzinfo))


def _done(rng: random.Random, setting: Setting, appointment: Appointment, demand: Demand) -> datetime:
    """When the vehicle was handed back: after its turn and its work, or what was not done by closing, next morning."""
    usual = 0 if demand.transport == Transport.WAIT else WAITED[_main_skill(demand)]
    waited = timedelta(minutes=max(0, round(rng.gauss(usual, usual * SPREAD))))
    begun = appointment.starts_at + CHECK_IN + waited
    done = begun + timedelta(minutes=demand.minutes + rng.randint(-3, 3))
    day = clock.local(appointment.starts_at, setting.calendar.zone).date()
    if done <= setting.calendar.closes(day):
        return done
    morning = setting.calendar.next_open_day(day)
    opening = setting.calendar.opens(morning) if morning else appointment.ready_at
    return opening + timedelta(minutes=rng.randint(3, 40))


def _main_skill(demand: Demand) -> Skill:
    return Skill(max(demand.skill_minutes, key=lambda skill: demand.skill_minutes[skill]))


def _events(
    rng: random.Random, appointment: Appointment, end: Status, user: User | None, done: datetime
) -> Iterator[AppointmentEvent]:
    """The way of the visit from booked to its end, which the appointment then has."""
    asked, start = appointment.created_at, appointment.starts_at
    by_customer = appointment.source == Source.WEB
    yield _event(
        appointment, EventKind.BOOKED, asked, None if by_customer else user, Source(appointment.source), {}
    )
    if end == Status.CANCELLED:
        appointment.version += 1
        moment = asked + (start - asked) * rng.uniform(0.2, 0.97)
        yield _step(appointment, end, moment, None, Source.WEB)
        return
    if rng.random() < CONFIRMED and start - asked > timedelta(days=1):
        yield _step(
            appointment, Status.CONFIRMED, start - timedelta(hours=rng.randint(12, 22)), None, Source.WEB
        )
    if end == Status.NO_SHOW:
        yield _step(appointment, end, start + timedelta(minutes=45), user, Source.PHONE)
        return
    arrived = max(asked, start + timedelta(minutes=rng.randint(-6, 12)))
    yield _step(appointment, Status.ARRIVED, arrived, user, Source.PHONE)
    yield _step(appointment, end, done, user, Source.PHONE)


def _step(
    appointment: Appointment, status: Status, at: datetime, user: User | None, source: Source
) -> AppointmentEvent:
    old = snapshot(appointment)
    appointment.status = status
    return _event(appointment, EventKind(status.value), at, user, source, old)


def _event(
    appointment: Appointment,
    kind: EventKind,
    at: datetime,
    user: User | None,
    source: Source,
    old: dict[str, object],
) -> AppointmentEvent:
    return AppointmentEvent(
        appointment=appointment,
        kind=kind,
        at=at,
        actor=Actor.STAFF if user else Actor.CUSTOMER,
        user=user,
        source=source,
        version=appointment.version,
        old=old,
        new=snapshot(appointment),
    )


@transaction.atomic
def _save(visits: list[Visit]) -> None:
    Appointment.objects.bulk_create(
        [appointment for appointment, _lines, _events in visits], batch_size=BATCH
    )
    for appointment, lines, events in visits:
        # Which has its number now.
        for line in lines:
            line.appointment = appointment
        for event in events:
            event.appointment = appointment
    copy_in([line for _appointment, lines, _events in visits for line in lines])
    copy_in([event for _appointment, _lines, events in visits for event in events])
