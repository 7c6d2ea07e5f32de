"""The day as a table: one column an advisor, one row a quarter of an hour. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q

from booking.access import appointments_for
from booking.models import Appointment, AppointmentLine, CapacityPool, PoolKind, Status
from booking.reconfirmations import with_silence
from booking.retired import is_retired
from dealerships.models import Closure, Dealership, OpeningHours, Role, StaffMember, User
from desk.capacity.tallies import OF_AN_ADVISOR, closes_shop
from desk.visits import Visit, show_visit
from desk.words import page_language
from lib import clock

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Cell:
    """A quarter hour of one advisor. `kind`: visits, open, past, full, held, closed."""

    kind: str
    visits: list[Visit] = field(default_factory=list)
    advisor: int = 0
    start: str = ""  # local wall time, for the link that books it or explains it; empty for what is past


@dataclass(frozen=True, slots=True)
class Row:
    """A quarter hour across the advisors; `until` is set for a longer time in which nobody checks in."""

    time: str
    cells: list[Cell]
    now: bool = False
    on_the_hour: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """An advisor: customers of the day and the most there may be, both as text."""

    name: str
    languages: str  # "FR EN": who can take this caller
    load: str = ""
    away: bool = False


@dataclass(frozen=True, slots=True)
class DayFacts:
    """Everything read for one day of one dealership."""

    dealership: Dealership
    day: date
    now: datetime
    hours: OpeningHours | None
    closures: list[Closure]
    pools: list[CapacityPool]
    appointments: list[Appointment]
    advisors: list[StaffMember]

    @property
    def closed(self) -> bool:
        return self.hours is None or any(map(closes_shop, self.closures))

    @property
    def closed_reason(self) -> str:
        """Why the dealership is closed, in the page's language; empty for a weekday without hours."""
        whole = filter(closes_shop, self.closures)
        return next((getattr(closure, f"reason_{page_language()}") for closure in whole), "")

    @property
    def away(self) -> set[int]:
        return {closure.staff_member_id for closure in self.closures if closure.staff_member_id}


@dataclass(frozen=True, slots=True)
class Board:
    columns: list[Column]
    rows: list[Row]
    cancelled: list[Visit]


def load_day(user: User, dealership: Dealership, day: date, *, now: datetime) -> DayFacts:
    """What the day's board and gauges need, in six queries whatever the number of appointments."""
    lines = Prefetch("lines", AppointmentLine.objects.order_by("position", "id"))
    visits = appointments_for(user).filter(dealership=dealership, local_date=day)
    appointments = list(with_silence(visits, now=now).order_by("starts_at", "pk").prefetch_related(lines))
    here = Q(role=Role.ADVISOR, active=True) | Q(pk__in={visit.advisor_id for visit in appointments})
    hours = OpeningHours.objects.filter(dealership=dealership, weekday=day.weekday()).first()
    closures = list(Closure.objects.filter(dealership=dealership, first_day__lte=day, last_day__gte=day))
    pools = CapacityPool.objects.filter(dealership=dealership, local_date=day).order_by("kind", "starts_at")
    return DayFacts(
        dealership=dealership,
        day=day,
        now=now,
        hours=hours,
        closures=closures,
        pools=_standing(pools, hours, closures, dealership.zone),
        appointments=appointments,
        advisors=list(StaffMember.objects.filter(here, dealership=dealership)),
    )


def _standing(
    pools: Iterable[CapacityPool], hours: OpeningHours | None, closures: list[Closure], zone: str
) -> list[CapacityPool]:
    """The pools without those that no rule wants any more (booking.retired), such as a past first snow's evening.

    What a closure or an absence took from the weekday's hours is no such pool: it was wanted, and shows as closed.
    """
    shop = any(closes_shop(closure) for closure in closures)
    away = {str(closure.staff_member_id) for closure in closures if closure.staff_member_id}

    def is_shut(pool: CapacityPool) -> bool:
        taken = shop or (pool.kind in OF_AN_ADVISOR and pool.subject in away)
        return taken and _is_within(hours, pool.starts_at, zone)

    return [pool for pool in pools if not is_retired(pool) or is_shut(pool)]


def _is_within(hours: OpeningHours | None, moment: datetime | None, zone: str) -> bool:
    """Whether the moment lies in the hours; a whole day does where there are any."""
    if hours is None or moment is None:
        return hours is not None
    return hours.opens <= clock.local(moment, zone).time() < hours.closes


def build_board(facts: DayFacts) -> Board:
    """The table: advisors who check in or have visits that day, from the first quarter hour to the last."""
    visits: dict[tuple[int, datetime], list[Visit]] = {}
    cancelled = []
    for appointment in facts.appointments:
        if appointment.status == Status.CANCELLED:
            cancelled.append(show_visit(appointment))
        else:
            key = (appointment.advisor_id, _quarter(appointment.starts_at))
            visits.setdefault(key, []).append(show_visit(appointment))
    cells = {
        (int(pool.subject), pool.starts_at): pool
        for pool in facts.pools
        if pool.kind == PoolKind.ADVISOR_CELL and pool.starts_at
    }
    present = {advisor for advisor, _start in {*cells, *visits}} | facts.away
    advisors = [advisor for advisor in facts.advisors if advisor.pk in present]
    rows = _rows(facts, advisors, cells, visits)
    return Board([_column(facts, advisor) for advisor in advisors], rows, cancelled)


def _rows(
    facts: DayFacts,
    advisors: list[StaffMember],
    cells: dict[tuple[int, datetime], CapacityPool],
    visits: dict[tuple[int, datetime], list[Visit]],
) -> list[Row]:
    times = {start for _advisor, start in {*cells, *visits}}
    if not times:
        return []
    full = _full_advisors(facts.pools)
    rows = []
    for start in _quarters(min(times), max(times)):
        shown = [_cell(facts, advisor.pk, start, cells, visits, full) for advisor in advisors]
        wall = clock.local(start, facts.dealership.zone)
        rows.append(
            Row(
                time=clock.say_time(wall, page_language()),
                cells=shown,
                now=start <= facts.now < start + QUARTER,
                on_the_hour=wall.minute == 0,
            )
        )
    return list(_fold_pauses(rows))


def _cell(
    facts: DayFacts,
    advisor: int,
    start: datetime,
    cells: dict[tuple[int, datetime], CapacityPool],
    visits: dict[tuple[int, datetime], list[Visit]],
    full: set[int],
) -> Cell:
    here = visits.get((advisor, start))
    pool = cells.get((advisor, start))
    if here:
        return Cell("visits", here)
    past = start + QUARTER <= facts.now
    if pool is None or pool.closed:
        # A day that was imported has visits and no schedule: nothing is known to have been closed.
        kind = "closed" if cells else "past"
    elif past:
        kind = "past"
    elif pool.cap is not None and pool.used >= pool.cap + pool.override:
        kind = "held"
    else:
        kind = "full" if advisor in full else "open"
    wall = clock.local(start, facts.dealership.zone)
    return Cell(kind, advisor=advisor, start="" if past else wall.strftime("%Y-%m-%dT%H:%M"))


def _fold_pauses(rows: list[Row]) -> Iterable[Row]:
    """A time of half an hour or more in which nobody checks in is one row, unless it is now."""
    pause: list[Row] = []
    for row in [*rows, None]:
        if row and not row.now and all(cell.kind == "closed" for cell in row.cells):
            pause.append(row)
            continue
        if len(pause) > 1 and row:
            yield Row(pause[0].time, pause[0].cells, on_the_hour=True, until=row.time)
        else:
            yield from pause
        pause = []
        if row:
            yield row


def _column(facts: DayFacts, advisor: StaffMember) -> Column:
    day = next(
        (p for p in facts.pools if p.kind == PoolKind.ADVISOR_DAY and p.subject == str(advisor.pk)), None
    )
    load = ""
    if day:
        load = str(day.used) if day.cap is None else f"{day.used}/{day.cap + day.override}"
    return Column(advisor.name, " ".join(advisor.languages).upper(), load, away=advisor.pk in facts.away)


def _full_advisors(pools: list[CapacityPool]) -> set[int]:
    return {
        int(pool.subject)
        for pool in pools
        if pool.kind == PoolKind.ADVISOR_DAY
        and (pool.closed or (pool.cap is not None and pool.used >= pool.cap + pool.override))
    }


def _quarters(first: datetime, last: datetime) -> Iterable[datetime]:
    start = first
    while start <= last:
        yield start
        start += QUARTER


def _quarter(moment: datetime) -> datetime:
    return moment - timedelta(
        minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
    )
