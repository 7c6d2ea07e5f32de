"""What is explained is what is offered: a start is open exactly when nothing is said to close it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.availability import find_availability
from booking.menu import STAFF, WEB, Demand, load_menu, plan
from booking.models import (
    CapacityPool,
    Choice,
    FirstSnow,
    GroupMember,
    PoolKind,
    Season,
    Service,
    ServiceGroup,
    SnowOpening,
    Transport,
    TransportCondition,
)
from booking.rulebook import rulebook_of
from booking.why import make_question, why_closed
from booking.why_caps import looks_of_day
from booking.why_pools import load_pools
from dealerships.models import Closure
from lib import clock
from lib.errors import Refusal
from tests.garage import MONDAY, NOW, Garage, make_garage

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
DAYS = (MONDAY, TUESDAY)
TIMES = st.sampled_from([time(8), time(10), time(14), time(16)])
AMOUNTS = st.sampled_from([None, 0, 1, 30, 44, 45, 74, 75, 134, 135, 600])


@dataclass
class Asked:
    """One search: what for, by whom, when."""

    basket: Any
    channel: str
    notice: bool
    now: datetime


@st.composite
def searches(draw: st.DrawFn, garage: Garage) -> Asked:
    services = draw(
        st.sampled_from([("tire_swap",), ("tire_swap",), ("oil_change",), ("brakes", "tire_swap")])
    )
    scarce = (Transport.WAIT, Transport.SHUTTLE, Transport.COURTESY_CAR, Transport.DROP_OFF)
    advisor = draw(st.sampled_from([None, None, *(one.pk for one in garage.advisors)]))
    basket = garage.basket(*services, transport=draw(st.sampled_from(scarce)).value, advisor=advisor)
    if "tire_swap" in services:
        rims, tires = draw(st.sampled_from(["on", "off"])), draw(st.sampled_from(["own", "own", "stored"]))
        basket = replace(basket, answers={"rims": rims, "tires": tires})
    moments = [NOW, NOW - timedelta(days=3), NOW + timedelta(hours=21), NOW + timedelta(hours=27)]
    channel = draw(st.sampled_from([WEB, STAFF]))
    return Asked(basket, channel, draw(st.booleans()), draw(st.sampled_from(moments)))


class Disturbance:
    """What can come between: each method changes one thing at random, where this search would feel it."""

    def __init__(self, garage: Garage, demand: Demand, draw: Callable[..., Any]) -> None:
        self.garage, self.demand, self.draw = garage, demand, draw

    def pools(self, kind: PoolKind, subject: str | None = None) -> QuerySet[CapacityPool]:
        day = self.draw(st.sampled_from(DAYS))
        found = CapacityPool.objects.filter(dealership=self.garage.dealership, kind=kind, local_date=day)
        return found if subject is None else found.filter(subject=subject)

    def spoil(self, pools: QuerySet[CapacityPool], amounts: st.SearchStrategy[int | None] = AMOUNTS) -> None:
        how = self.draw(st.sampled_from(["cap", "closed", "gone"]))
        if how == "cap":
            pools.update(cap=self.draw(amounts))
        elif how == "closed":
            pools.update(closed=True)
        else:
            pools.delete()

    def limit(self, kind: PoolKind, subject: str, at: datetime | None = None) -> None:
        day = clock.local(at, self.garage.dealership.zone).date() if at else self.draw(st.sampled_from(DAYS))
        CapacityPool.objects.get_or_create(
            dealership=self.garage.dealership, kind=kind, subject=subject, local_date=day, starts_at=at,
            defaults={"cap": self.draw(st.integers(0, 1)), "closed": self.draw(st.booleans())},
        )  # fmt: skip

    def half_hour(self) -> datetime:
        return self.garage.at(
            self.draw(st.integers(7, 17)),
            self.draw(st.sampled_from([0, 30])),
            self.draw(st.sampled_from(DAYS)),
        )

    def shop(self) -> None:
        self.spoil(self.pools(PoolKind.SHOP_DAY))

    def skill(self) -> None:
        self.spoil(
            self.pools(PoolKind.SKILL_DAY, self.draw(st.sampled_from(sorted(self.demand.skill_minutes))))
        )

    def an_advisor_away_and_the_other_full(self) -> None:
        one, other = (str(advisor.pk) for advisor in self.garage.advisors)
        self.spoil(self.pools(PoolKind.ADVISOR_CELL, one), st.sampled_from([0, 1]))
        self.spoil(self.pools(PoolKind.ADVISOR_DAY, other), st.sampled_from([0, None]))

    def some_check_ins(self) -> None:
        self.spoil(self.pools(PoolKind.ADVISOR_CELL).filter(starts_at__gte=self.half_hour()), st.just(0))

    def transport(self) -> None:
        self.spoil(self.pools(PoolKind.TRANSPORT, self.demand.transport), st.integers(0, 1))

    def waiters(self) -> None:
        self.limit(PoolKind.WAITERS, self.draw(st.sampled_from(["arrivals", "lounge"])), self.half_hour())

    def hand_back(self) -> None:
        self.limit(PoolKind.HAND_BACK, "", self.half_hour())

    def channel(self) -> None:
        self.limit(PoolKind.CHANNEL_DAY, self.draw(st.sampled_from([WEB, STAFF])))

    def group_jobs(self) -> None:
        self.limit(PoolKind.SERVICE_GROUP, self.draw(st.sampled_from(["rack", "rack/am", "rack/pm"])))

    def group_hours(self) -> None:
        first, last = sorted([self.draw(TIMES), self.draw(TIMES)])
        ServiceGroup.objects.update(first_start=first, last_start=last)

    def season(self) -> None:
        opens, begins = self.draw(st.integers(-2, 1)), self.draw(st.integers(-3, 1))
        ServiceGroup.objects.update(only_in_season=self.draw(st.booleans()))
        Season.objects.create(
            group=ServiceGroup.objects.get(), name_fr="Pneus", name_en="Tires",
            opens_on=MONDAY + timedelta(days=opens), first_day=MONDAY + timedelta(days=begins),
            last_day=MONDAY + timedelta(days=begins + 3),
        )  # fmt: skip

    def transport_condition(self) -> None:
        what = self.draw(
            st.sampled_from(
                [
                    {"on_web": False},
                    {"first_start": self.draw(TIMES)},
                    {"last_start": self.draw(TIMES)},
                    {"stay_at_least": 180},
                    {"work_at_most": 60},
                    {"book_by_days": self.draw(st.integers(0, 1)), "book_by": self.draw(TIMES)},
                ]
            )
        )
        TransportCondition.objects.update_or_create(
            dealership=self.garage.dealership, transport=self.demand.transport, defaults=what
        )

    def closure(self) -> None:
        day = self.draw(st.sampled_from(DAYS))
        Closure.objects.create(
            dealership=self.garage.dealership, first_day=day, last_day=day, reason_fr="x", reason_en="x"
        )

    def service_notice(self) -> None:
        Service.objects.update(
            same_day_until=self.draw(TIMES), notice_hours=self.draw(st.sampled_from([0, 24]))
        )

    def first_snow(self) -> None:
        mode = FirstSnow.objects.create(
            dealership=self.garage.dealership, switched_on_at=NOW, notice_minutes=5
        )
        opens, closes = self.draw(st.sampled_from([(time(6), time(8)), (time(16), time(20))]))
        SnowOpening.objects.create(first_snow=mode, weekday=0, opens=opens, closes=closes, tire_minutes=60)
        for moment in (time(7), time(17, 30), time(19)):
            CapacityPool.objects.create(
                dealership=self.garage.dealership, kind=PoolKind.ADVISOR_CELL, local_date=MONDAY, cap=1,
                subject=str(self.garage.advisors[0].pk),
                starts_at=clock.at_local(MONDAY, moment, self.garage.dealership.zone),
            )  # fmt: skip

    def felt(self) -> list[Callable[[], None]]:
        """Those that matter for this demand."""
        always = [
            self.shop, self.skill, self.an_advisor_away_and_the_other_full, self.some_check_ins, self.hand_back,
            self.channel, self.transport_condition, self.closure, self.service_notice, self.first_snow,
        ]  # fmt: skip
        waits = [self.waiters] * 3 if self.demand.transport == Transport.WAIT else []
        scarce = self.demand.transport in (Transport.SHUTTLE, Transport.COURTESY_CAR)
        gets_on = [self.transport] * 3 if scarce else []
        racks = (
            [self.group_jobs, self.group_jobs, self.group_hours, self.season] if self.demand.groups else []
        )
        return [*always, *waits, *gets_on, *racks]


@pytest.fixture
def garage() -> Garage:
    garage = make_garage()
    group = ServiceGroup.objects.create(
        dealership=garage.dealership, code="rack", name_fr="Pont", name_en="Rack"
    )
    GroupMember.objects.create(
        group=group, service=Service.objects.get(code="tire_swap"), choice=Choice.objects.get(code="off")
    )
    return garage


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_start_is_open_exactly_when_nothing_closes_it(garage: Garage, data: st.DataObject) -> None:
    asked = data.draw(searches(garage))
    with transaction.atomic():
        try:
            demand = _plan(garage, asked)
        except Refusal:
            return
        disturbance = Disturbance(garage, demand, data.draw)
        for disturb in data.draw(
            st.lists(st.sampled_from(disturbance.felt()), min_size=1, max_size=3, unique=True)
        ):
            disturb()
        # The rules may have changed: what the work needs is read again.
        demand = _plan(garage, asked)
        _compare(garage, asked, demand, clock.at_local(MONDAY, data.draw(TIMES), garage.dealership.zone))
        transaction.set_rollback(True)


def _plan(garage: Garage, asked: Asked) -> Demand:
    return plan(load_menu(garage.dealership), asked.basket, channel=asked.channel)


def _compare(garage: Garage, asked: Asked, demand: Demand, moment: datetime) -> None:
    dealership, now, notice = garage.dealership, asked.now, asked.notice
    found = find_availability(
        dealership, demand, first_day=MONDAY, days=2, now=now, notice=notice, find_first=False
    )
    question = make_question(dealership, rulebook_of(dealership), demand, now, notice=notice)
    pools = load_pools(dealership, MONDAY, TUESDAY)
    for day in DAYS:
        looks = looks_of_day(question, pools, day)
        offered = [(start.starts_at, start.ready_at) for start in found.days[day]]
        assert [(look.starts_at, look.ready_at) for look in looks if look.is_open] == offered
    one = why_closed(dealership, demand, moment, now=now, notice=notice)
    assert one.is_open == (moment in [start.starts_at for start in found.days[MONDAY]])
    assert one.is_open or one.rule or one.cap
