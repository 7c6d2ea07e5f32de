"""Storms over every kind of cap: 32 people at once, and managers who change the caps under them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models import F

from booking.actions.book import book_appointment
from booking.actions.cancel import cancel_appointment
from booking.actions.edit import edition_of
from booking.actions.expiry import release_hold
from booking.actions.first_snow import switch_first_snow
from booking.actions.history import CUSTOMER
from booking.actions.holds import hold_start
from booking.actions.journal import undo_last_edit
from booking.actions.move import move_appointment
from booking.actions.ranges import Range, change_range, declare_full
from booking.actions.refresh import Refreshed, refresh_pools, release_due
from booking.demands import demand_of
from booking.errors import SlotTaken
from booking.models import (
    UPCOMING,
    Appointment,
    CapacityClaim,
    CapacityEdit,
    CapacityPool,
    CapacityRule,
    ChangeAction,
    FirstSnow,
    GroupMember,
    PoolKind,
    ServiceGroup,
    SnowOpening,
    SnowRaise,
)
from booking.needs import ARRIVALS, LOUNGE, limited_needs
from booking.starts import find_pools
from dealerships.models import Role, User
from lib.errors import Refusal
from tests.booking.storm import assert_sound, at_once, deadlocks
from tests.garage import MONDAY, NOW, Garage, make_garage, make_staff

CLIENTS = 32
# Of Monday to Friday.
CAPS = (1, 2, 5, 7, 20)
MINUTES = 45  # of a tire change
TUESDAY = MONDAY + timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """What is scarce: `units` of it a visit, and how visits must come to want it."""

    kind: PoolKind
    subject: str
    units: int = 1
    transport: str = "drop_off"
    departs: time | None = None


LIMITS = {
    "a service group": Limit(PoolKind.SERVICE_GROUP, "tires"),
    "a part of the day of a group": Limit(PoolKind.SERVICE_GROUP, "tires/am"),
    "waiters who come": Limit(PoolKind.WAITERS, ARRIVALS, transport="wait"),
    "waiters who sit": Limit(PoolKind.WAITERS, LOUNGE, transport="wait"),
    "the web's share": Limit(PoolKind.CHANNEL_DAY, "web"),
    "courtesy cars": Limit(PoolKind.TRANSPORT, "courtesy_car", transport="courtesy_car"),
    "seats of the shuttle": Limit(PoolKind.TRANSPORT, "shuttle", transport="shuttle", departs=time(9)),
    "minutes of a skill": Limit(PoolKind.SKILL_DAY, "tires", units=MINUTES),
    "cars handed back": Limit(PoolKind.HAND_BACK, ""),
}


def tires_of(garage: Garage) -> None:
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="tires", name_fr="Pneus", name_en="Tires"
    )
    GroupMember.objects.create(group=group, service=garage.dealership.services.get(code="tire_swap"))


def set_rule(garage: Garage, limit: Limit, weekday: int, cap: int) -> None:
    CapacityRule.objects.update_or_create(
        dealership=garage.dealership, kind=limit.kind, subject=limit.subject, weekday=weekday,
        starts_at=limit.departs, defaults={"cap": cap * limit.units},
    )  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_of_32_at_once_exactly_as_many_as_there_is_room_for_come(transactional_db: None, name: str) -> None:
    """Sixteen advisors at 8:00 and 8:15: everybody has a place of their own but for the one that is scarce."""
    garage = make_garage(
        advisors=16, shop_minutes=None, tire_minutes=None, daily_customers=None, horizon_days=6
    )
    limit, before = LIMITS[name], deadlocks()
    tires_of(garage)
    for weekday, cap in enumerate(CAPS):
        set_rule(garage, limit, weekday, cap)
    refresh_pools(dealership=garage.dealership, now=NOW)

    for weekday, cap in enumerate(CAPS):
        day = MONDAY + timedelta(days=weekday)
        requests = [
            garage.request(
                garage.at(8, 15 * (number // 16), day=day),
                basket=garage.basket(transport=limit.transport, advisor=garage.advisors[number % 16].pk),
                name=f"Client {number}",
            )
            for number in range(CLIENTS)
        ]
        outcomes = at_once(
            [partial(book_appointment, request=request, now=NOW) for request in requests], expect=SlotTaken
        )

        assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == cap
        pools = CapacityPool.objects.filter(kind=limit.kind, subject=limit.subject, local_date=day)
        assert max(pool.used for pool in pools) == cap * limit.units
    assert Appointment.objects.count() == sum(CAPS)
    assert deadlocks() == before
    assert_sound()


@dataclass
class Day:
    """What the storm was answered: visits that were booked, those that were cancelled, edits and undos."""

    booked: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    edits: list[int] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)


@pytest.fixture
def shop(transactional_db: None) -> Garage:
    """Four advisors and a cap on every kind, a few visits away."""
    garage = make_garage(advisors=4, shop_minutes=700, tire_minutes=540, horizon_days=4)
    caps = {"a service group": 10, "a part of the day of a group": 8, "waiters who come": 2, "waiters who sit": 3,
            "the web's share": 14, "courtesy cars": 2, "cars handed back": 3}  # fmt: skip
    tires_of(garage)
    for name, cap in caps.items():
        for weekday in range(6):
            set_rule(garage, LIMITS[name], weekday, cap)
    snow = FirstSnow.objects.create(dealership=garage.dealership, extra_tire_minutes=90)
    SnowOpening.objects.create(
        first_snow=snow, weekday=0, opens=time(17, 30), closes=time(19, 30), tire_minutes=180
    )
    SnowRaise.objects.create(first_snow=snow, kind=PoolKind.SERVICE_GROUP, subject="tires", add=4)
    refresh_pools(dealership=garage.dealership, now=NOW)
    return garage


def test_managers_who_change_everything_under_a_storm_lose_nobody(shop: Garage) -> None:
    before, day = deadlocks(), Day()
    managers = [
        make_staff(shop.dealership, Role.MANAGER, email=f"manager{number}@example.com") for number in range(2)
    ]
    actors: list[Callable[[], None]] = [partial(customer, shop, day, number) for number in range(CLIENTS - 4)]
    actors += [partial(browser, shop, day, number) for number in range(2)]
    actors += [partial(manage, shop, day, manager, number) for number, manager in enumerate(managers)]

    at_once(actors)
    release_due(now=NOW)

    assert len(day.booked) > 10 and len(day.edits) > 5
    assert deadlocks() == before
    assert_sound()
    assert_nobody_is_lost(shop, day)
    # Every edit that was acknowledged is in the journal, and the pools are what the rules say in the end.
    assert sorted(CapacityEdit.objects.values_list("pk", flat=True)) == sorted(day.edits)
    undone = CapacityEdit.objects.filter(undone_at__isnull=False)
    assert sorted(undone.values_list("pk", flat=True)) == sorted(day.undone)
    assert refresh_pools(dealership=shop.dealership, now=NOW) == Refreshed(0, 0)
    assert not CapacityPool.objects.filter(used__gt=F("cap") + F("override")).exists()


def assert_nobody_is_lost(shop: Garage, day: Day) -> None:
    """Whoever was told "booked" is, and uses everything that there is of what such a visit needs."""
    upcoming = Appointment.objects.filter(status__in=UPCOMING)
    assert set(upcoming.values_list("pk", flat=True)) == day.booked - day.cancelled
    assert day.booked
    for visit in upcoming.select_related("dealership"):
        needs = limited_needs(demand_of(visit), visit.starts_at, visit.ready_at, visit.zone)
        claims = CapacityClaim.objects.filter(appointment=visit, active=True)
        claimed = set(claims.values_list("pool", flat=True))
        pools = find_pools(shop.dealership, list(needs))
        assert {pk for key, pk in pools.items() if key.kind != PoolKind.CHANNEL_DAY} <= claimed


def customer(shop: Garage, day: Day, number: int) -> None:
    """Books, thinks again, moves or calls off; a refusal is an answer."""
    dice = random.Random(number)  # noqa: S311 - the same storm every time
    for turn in range(3):
        services = dice.choice([("tire_swap",), ("oil_change",), ("tire_swap", "oil_change")])
        basket = shop.basket(
            *services, transport=dice.choice(["drop_off", "courtesy_car", "shuttle", "wait"])
        )
        visit = answered(
            partial(shop.book, some_start(shop, dice), basket=basket, name=f"Client {number} {turn}")
        )
        if visit is None:
            continue
        day.booked.add(visit.pk)
        if dice.random() < 0.6:
            move = partial(
                move_appointment, appointment=visit, start=some_start(shop, dice), by=CUSTOMER, now=NOW
            )
            visit = answered(partial(move, version=visit.version)) or visit
        if dice.random() < 0.4 and answered(
            partial(cancel_appointment, appointment=visit, by=CUSTOMER, now=NOW)
        ):
            day.cancelled.add(visit.pk)


def browser(shop: Garage, day: Day, number: int) -> None:
    """Holds, chooses again, lets go, or books what it holds."""
    dice = random.Random(100 + number)  # noqa: S311
    for turn in range(6):
        hold = answered(
            partial(
                hold_start, dealership=shop.dealership, basket=shop.basket(), start=some_start(shop, dice),
                holder=f"browser {number}", now=NOW,
            )
        )  # fmt: skip
        if hold and turn % 3 == 1:
            answered(partial(release_hold, hold=hold))
        elif hold and turn % 3 == 2:
            visit = answered(
                partial(
                    shop.book,
                    hold.starts_at,
                    basket=shop.basket(),
                    hold=hold,
                    name=f"Browser {number} {turn}",
                )
            )
            if visit:
                day.booked.add(visit.pk)


def manage(shop: Garage, day: Day, manager: User, number: int) -> None:
    """Lowers, closes, reopens, raises, lets it snow, takes back; from a page that may be a moment old."""
    dealership = shop.dealership
    advisor = str(shop.advisors[number].pk)
    minutes, tires = (
        Range(MONDAY, TUESDAY, PoolKind.SHOP_DAY),
        Range(MONDAY, MONDAY, PoolKind.SERVICE_GROUP, "tires"),
    )
    check_ins = Range(MONDAY, TUESDAY, PoolKind.ADVISOR_CELL, advisor, time(8), time(10))
    change = partial(change_range, dealership=dealership, by=manager, reason="Essai", now=NOW)
    steps: list[Callable[..., CapacityEdit]] = [
        partial(change, where=minutes, action=ChangeAction.ADD, amount=-400),
        partial(change, where=check_ins, action=ChangeAction.CLOSE),
        partial(change, where=tires, action=ChangeAction.SET, amount=1),
        partial(switch_first_snow, dealership=dealership, on=True, by=manager, now=NOW),
        partial(change, where=check_ins, action=ChangeAction.OPEN),
        partial(undo_last_edit, dealership=dealership, by=manager, now=NOW),
        partial(declare_full, dealership=dealership, day=TUESDAY, by=manager, now=NOW),
        partial(change, where=Range(MONDAY, TUESDAY), action=ChangeAction.OPEN),
        partial(switch_first_snow, dealership=dealership, on=False, by=manager, now=NOW),
        partial(change, where=minutes, action=ChangeAction.ADD, amount=300),
    ]
    for step in steps[::-1] if number else steps:
        done = answered(partial(step, edition=edition_of(dealership)))
        if done:
            (day.undone if done.undone_at else day.edits).append(done.pk)


def some_start(shop: Garage, dice: random.Random) -> Any:
    return shop.at(dice.choice([8, 9]), 15 * dice.randrange(4), day=dice.choice([MONDAY, TUESDAY]))


def answered(action: Callable[[], Any]) -> Any:
    """What the action gives; None when it was refused with a sentence."""
    try:
        return action()
    except Refusal:
        return None
