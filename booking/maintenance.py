"""Which scheduled maintenance is due: by the kilometres that somebody gives, and by the months since the last one.

Plans repeat: 8,000 km and 16,000 km meet at 16,000, where the greater one is due because it contains the smaller.
Only what is known is said: without an earlier visit nobody can say that something was missed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.models import MaintenancePlan
from customers.models import Fuel
from lib.text import fold

DUE, SOON, OVERDUE, LATER = "due", "soon", "overdue", "later"
# Kilometres and months around the mark in which it is due; before that, soon.
DUE_KM, SOON_KM, OVERDUE_KM = 1_000, 2_500, 1_500
DUE_MONTHS, SOON_MONTHS, OVERDUE_MONTHS = 1, 2, 1
# Days between two readings that tell a pace.
SHORTEST_PACE = 30
# What nobody knows is most likely that.
USUAL_FUEL = Fuel.GASOLINE


@dataclass(frozen=True, slots=True)
class Driven:
    """A vehicle as far as maintenance goes; `year` is the model year."""

    make: str
    fuel: str
    odometer: int  # kilometres
    year: int | None = None


@dataclass(frozen=True, slots=True)
class LastDone:
    """The last visit for scheduled maintenance; its kilometres when they were given."""

    on: date
    odometer: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Which plan is due, how urgently, at how many kilometres, and the day when months come first."""

    state: str
    plan: MaintenancePlan
    at_km: int
    by: date | None = None

    def contents(self, language: str) -> list[str]:
        """What is done, a line each."""
        text = self.plan.contents_en if language == "en" else self.plan.contents_fr
        return [line.strip() for line in text.splitlines() if line.strip()]


def maintenance_due(
    plans: Iterable[MaintenancePlan], vehicle: Driven, *, today: date, last: LastDone | None = None
) -> Due | None:
    """The next maintenance of the vehicle and whether it is due; None when no plan fits it."""
    fitting = fitting_plans(plans, vehicle)
    if not fitting:
        return None
    step = fitting[0]
    at_km = _next_mark(vehicle.odometer, step.every_km, last)
    by = _by_months(vehicle, step, today, last)
    plan = next(one for one in reversed(fitting) if at_km % one.every_km == 0)
    by_km = _state(at_km - vehicle.odometer, DUE_KM, SOON_KM, -OVERDUE_KM)
    by_time = _state_by(by, today) if by else LATER
    state = min(by_km, by_time, key=(OVERDUE, DUE, SOON, LATER).index)
    months_first = by_time == state != by_km
    if state == OVERDUE and last is None:
        state = DUE  # it may have been done elsewhere
    return Due(state, plan, at_km, by if months_first else None)


@dataclass(frozen=True, slots=True)
class ComesDue:
    """When the next maintenance comes due: by months, or sooner by the kilometres at which it is due then."""

    plan: MaintenancePlan
    on: date
    by_months: date
    at_km: int | None = None


def comes_due(
    plans: Iterable[MaintenancePlan], vehicle: Driven, last: LastDone, *, read_on: date | None = None
) -> ComesDue | None:
    """The day on which the maintenance after `last` comes due; None when no plan fits the vehicle.

    `read_on` is when the vehicle's odometer was read. How far it is driven in a day is known when it was read
    at least a month after a visit whose kilometres are known too.
    """
    fitting = fitting_plans(plans, vehicle)
    if not fitting:
        return None
    step = fitting[0]
    by_months = _months_after(last.on, step.every_months)
    if last.odometer is None:
        return ComesDue(step, by_months, by_months)
    at_km = _next_mark(vehicle.odometer, step.every_km, last)
    plan = next(one for one in reversed(fitting) if at_km % one.every_km == 0)
    by_km = _day_at(at_km, vehicle.odometer, last, read_on)
    if by_km is None or by_months <= by_km:
        return ComesDue(plan, by_months, by_months)
    return ComesDue(plan, by_km, by_months, at_km)


def _day_at(at_km: int, odometer: int, last: LastDone, read_on: date | None) -> date | None:
    """The day on which it will have been driven so far, at the pace since the last visit."""
    if read_on is None or last.odometer is None or (read_on - last.on).days < SHORTEST_PACE:
        return None
    pace = (odometer - last.odometer) / (read_on - last.on).days
    if pace <= 0:
        return None
    days = (at_km - odometer) / pace
    return read_on + timedelta(days=days) if days < 3650 else None


def fitting_plans(plans: Iterable[MaintenancePlan], vehicle: Driven) -> Sequence[MaintenancePlan]:
    """The plans for what drives it, the shortest first; those that name its make before those for any."""
    fuel = vehicle.fuel or USUAL_FUEL
    known = [plan for plan in plans if not plan.fuels or fuel in plan.fuels]
    make = fold(vehicle.make)
    own = [plan for plan in known if plan.make and fold(plan.make) == make]
    return sorted(own or [plan for plan in known if not plan.make], key=lambda plan: plan.every_km)


def _next_mark(odometer: int, step: int, last: LastDone | None) -> int:
    """The kilometres of the maintenance to come, a multiple of the shortest interval.

    After a known one it is the next; else the one that is nearest, since a mark just passed may not have been done.
    """
    if last and last.odometer is not None:
        return max(step, round(last.odometer / step) * step + step)
    if last:
        # Done at some mark before; the one just passed counts as done.
        return odometer // step * step + step
    passed = odometer // step * step
    return passed if passed and odometer - passed <= OVERDUE_KM else passed + step


def _by_months(vehicle: Driven, step: MaintenancePlan, today: date, last: LastDone | None) -> date | None:
    """The day when the months are over, if they can be counted."""
    if last:
        return _months_after(last.on, step.every_months)
    if vehicle.year and vehicle.odometer < step.every_km:
        # Not there by kilometres: a car that is driven little is due by its age. Sold by the end of its year.
        age = _months_after(date(vehicle.year, 12, 31), step.every_months)
        return age if age <= today else None
    return None


def _state(left: int, due: int, soon: int, overdue: int) -> str:
    if left < overdue:
        return OVERDUE
    if left <= due:
        return DUE
    return SOON if left <= soon else LATER


def _state_by(day: date, today: date) -> str:
    if today > _months_after(day, OVERDUE_MONTHS):
        return OVERDUE
    if today >= _months_after(day, -DUE_MONTHS):
        return DUE
    return SOON if today >= _months_after(day, -SOON_MONTHS) else LATER


def _months_after(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
