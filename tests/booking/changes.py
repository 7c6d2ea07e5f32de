"""How tests change capacity and look at it: one kind of limit, a summary, the whole state."""

from __future__ import annotations

from typing import Any

from booking.actions.edit import Impact, edit_capacity, preview_capacity
from booking.models import CapacityChange, CapacityEdit, CapacityPool, CapacityRule, PoolKind, Shift
from dealerships.models import Closure, StaffMember, User
from tests.garage import MONDAY, NOW, Garage

WORDS = ("Plafond changé", "Limit changed")


def set_cap(kind: PoolKind, cap: int | None) -> None:
    CapacityRule.objects.filter(kind=kind).update(cap=cap)


def edit(garage: Garage, manager: User, change: Any, **more: Any) -> CapacityEdit:
    options = {"summary": WORDS, "edition": None, "now": NOW, **more}
    return edit_capacity(dealership=garage.dealership, by=manager, change=change, **options)


def preview(garage: Garage, change: Any) -> Impact:
    return preview_capacity(dealership=garage.dealership, change=change, now=NOW)


def shop(day: Any = MONDAY) -> CapacityPool:
    return CapacityPool.objects.get(kind=PoolKind.SHOP_DAY, local_date=day)


def state() -> list[Any]:
    """Every rule and every pool; a preview must leave all of it."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (CapacityPool, CapacityRule, CapacityChange, Closure, Shift, StaffMember, CapacityEdit)
    ]


def references(impact: Impact) -> list[str]:
    return [stranding.appointment.reference for stranding in impact.stranded]
