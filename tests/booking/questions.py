"""What somebody asks about a start, and the limits that close it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from booking.menu import WEB, Demand, load_menu, plan
from booking.models import CapacityPool, PoolKind
from booking.why import Explanation, why_closed
from tests.garage import MONDAY, NOW, Garage


def demand_for(garage: Garage, *services: str, channel: str = WEB, **basket: Any) -> Demand:
    return plan(load_menu(garage.dealership), garage.basket(*services, **basket), channel=channel)


def explain(
    garage: Garage,
    *services: str,
    at: datetime | None = None,
    now: datetime = NOW,
    notice: bool = True,
    **basket: Any,
) -> Explanation:
    demand = demand_for(garage, *services, **basket)
    return why_closed(garage.dealership, demand, at or garage.at(10), now=now, notice=notice)


def limit(garage: Garage, kind: PoolKind, subject: str = "", day: date = MONDAY, **values: Any) -> None:
    found = CapacityPool.objects.filter(
        dealership=garage.dealership, kind=kind, subject=subject, local_date=day
    )
    assert found.update(**values)


def make_pool(
    garage: Garage, kind: PoolKind, subject: str, cap: int, starts_at: datetime | None = None
) -> None:
    CapacityPool.objects.create(
        dealership=garage.dealership,
        kind=kind,
        subject=subject,
        local_date=MONDAY,
        cap=cap,
        starts_at=starts_at,
    )
