"""Seven days in numbers. Calculates, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.numbers import format_percent
from django.db.models import Count, F, Q

from booking.access import appointments_for
from booking.models import CapacityPool, PoolKind, Status, Transport
from dealerships.calendar import load_calendar
from dealerships.models import Dealership, User
from desk.words import page_language, say_hours
from lib import clock
from lib.languages import locale_name

NOBODY = {"cars": 0, "waiting": 0, "unconfirmed": 0}


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day: its cars, the shop's minutes, and the share of them that is taken (None without a cap)."""

    day: date
    label: str
    cars: int
    waiting: int
    unconfirmed: int
    used: int
    cap: int | None
    planned: bool
    closed: bool
    today: bool

    @property
    def percent(self) -> int | None:
        return round(100 * self.used / self.cap) if self.cap else None

    @property
    def share(self) -> str:
        """The percentage in words: `62 %`."""
        locale = locale_name(page_language())
        return "" if self.percent is None else str(format_percent(self.percent / 100, locale=locale))

    @property
    def hours(self) -> str:
        return say_hours(self.used) if self.cap is None else f"{say_hours(self.used)}/{say_hours(self.cap)}"


def load_week(user: User, dealership: Dealership, first: date, *, today: date) -> list[WeekDay]:
    """The seven days from `first` on. Three queries."""
    days = clock.local_days(first, 7)
    calendar = load_calendar(dealership, days[0], days[-1])
    counts = _counts(user, dealership, days)
    shop = _shop_minutes(dealership, days)
    return [
        WeekDay(
            day=day,
            label=clock.say_date(day, page_language()),
            **counts.get(day, NOBODY),
            used=shop.get(day, (0, None))[0],
            cap=shop.get(day, (0, None))[1],
            planned=day in shop,
            closed=not calendar.is_open(day),
            today=day == today,
        )
        for day in days
    ]


def _counts(user: User, dealership: Dealership, days: list[date]) -> dict[date, dict[str, int]]:
    expected = ~Q(status=Status.CANCELLED)
    rows = (
        appointments_for(user)
        .filter(dealership=dealership, local_date__range=(days[0], days[-1]))
        .values("local_date")
        .order_by("local_date")
        .annotate(
            cars=Count("pk", filter=expected),
            waiting=Count("pk", filter=expected & Q(transport=Transport.WAIT)),
            unconfirmed=Count("pk", filter=Q(status=Status.BOOKED)),
        )
    )
    return {
        row["local_date"]: {
            "cars": row["cars"],
            "waiting": row["waiting"],
            "unconfirmed": row["unconfirmed"],
        }
        for row in rows
    }


def _shop_minutes(dealership: Dealership, days: list[date]) -> dict[date, tuple[int, int | None]]:
    rows = CapacityPool.objects.filter(
        dealership=dealership, kind=PoolKind.SHOP_DAY, local_date__range=(days[0], days[-1])
    )
    room = F("cap") + F("override")
    return {day: (used, cap) for day, used, cap in rows.values_list("local_date", "used", room)}
