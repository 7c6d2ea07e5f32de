"""What the service manager has decided about single days, by the same action as on her page: so it can be undone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from booking.actions.ranges import Range, change_range
from booking.models import CapacityChange, CapacityPool, ChangeAction, PoolKind, Transport
from dealerships.calendar import load_calendar
from dealerships.models import Dealership, Role, StaffMember, User
from lib import clock

TRAINING, RAISED = timedelta(days=9), timedelta(days=4)
AFTERNOON = (time(13), time(17))


def make_plans(dealership: Dealership, *, by: User, now: datetime) -> int:
    """An advisor's afternoon of training, and two more courtesy cars on one day; how many changes were made.

    Before anybody is booked, so that nobody has to be moved. Once; none when there are changes already.
    """
    if CapacityChange.objects.filter(dealership=dealership).exists():
        return 0
    today = clock.local(now, dealership.zone).date()
    made = 0
    advisor = dealership.staff.filter(role=Role.ADVISOR, active=True).order_by("pk").first()
    day = _afternoon_of(advisor, today + TRAINING) if advisor else None
    if advisor and day:
        where = Range(day, day, PoolKind.ADVISOR_CELL, str(advisor.pk), *AFTERNOON)
        _change(dealership, where, ChangeAction.CLOSE, None, "Formation du constructeur", by, now)
        made += 1
    raised = load_calendar(dealership, today, today + RAISED).next_open_day(today + RAISED)
    if raised:
        where = Range(raised, raised, PoolKind.TRANSPORT, str(Transport.COURTESY_CAR.value))
        _change(dealership, where, ChangeAction.ADD, 2, "Deux démonstrateurs prêtés par les ventes", by, now)
        made += 1
    return made


def _change(
    dealership: Dealership,
    where: Range,
    action: ChangeAction,
    amount: int | None,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    change_range(
        dealership=dealership, where=where, by=by, action=action, amount=amount, reason=reason, edition=None,
        now=now,
    )  # fmt: skip


def _afternoon_of(advisor: StaffMember, earliest: date) -> date | None:
    """The first day from `earliest` on whose afternoon the advisor checks vehicles in."""
    cells = CapacityPool.objects.filter(
        kind=PoolKind.ADVISOR_CELL, subject=str(advisor.pk), local_date__gte=earliest, closed=False
    )
    zone = advisor.dealership.zone
    for day, start in cells.order_by("local_date", "starts_at").values_list("local_date", "starts_at"):
        if start and clock.local(start, zone).time() >= AFTERNOON[0]:
            return day
    return None
