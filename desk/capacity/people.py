"""Who works here and when, in words for the list of people. Calculates, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.labour import ROTATION_EPOCH
from booking.models import UPCOMING, Appointment, Shift
from dealerships.models import Closure, Dealership, Role, StaffMember
from desk.capacity.sayings import hours_word, own_words, say_days, say_span, skill_word, weekday_ranges

SCHEDULED = (Role.ADVISOR, Role.TECHNICIAN)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days off of one person; `now` while they last."""

    pk: int
    days: str
    reason: str
    now: bool


@dataclass(frozen=True, slots=True)
class WeekWords:
    """One week of a rotation: its days in words, its hours."""

    lines: list[str]
    hours: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list."""

    pk: int
    name: str
    languages: str
    weeks: list[WeekWords]
    customers: int | None
    efficiency: int
    skills: list[str]
    absence: Absence | None
    away_today: bool


@dataclass(frozen=True, slots=True)
class People:
    advisors: list[PersonRow]
    technicians: list[PersonRow]
    left: list[PersonRow]


def load_people(dealership: Dealership, *, today: date) -> People:
    """Advisors and technicians with their weeks and next absences. Three queries."""
    staff = StaffMember.objects.filter(dealership=dealership, role__in=SCHEDULED)
    everybody = list(staff.order_by("name", "pk").prefetch_related("shifts"))
    absences: dict[int, list[Closure]] = defaultdict(list)
    for closure in coming_absences(dealership, today=today):
        absences[closure.staff_member_id or 0].append(closure)
    rows: dict[str, list[PersonRow]] = defaultdict(list)
    for person in everybody:
        place = person.role if person.active else "left"
        rows[place].append(_row(person, absences[person.pk], today))
    return People(rows[Role.ADVISOR], rows[Role.TECHNICIAN], rows["left"])


def coming_absences(dealership: Dealership, *, today: date, person: StaffMember | None = None):
    """Absences that are not over, the next one first."""
    closures = Closure.objects.filter(
        dealership=dealership, staff_member__isnull=False, last_day__gte=today
    ).order_by("first_day", "pk")
    return closures.filter(staff_member=person) if person else closures


def show_absence(closure: Closure, *, today: date) -> Absence:
    return Absence(
        pk=closure.pk,
        days=say_days(closure.first_day, closure.last_day),
        reason=own_words(closure, "reason"),
        now=closure.first_day <= today,
    )


def current_week(rotation_weeks: int, day: date) -> int:
    """Which week of a rotation this day is in, from 0."""
    return ((day - ROTATION_EPOCH).days // 7) % rotation_weeks


def next_monday_of(week: int, rotation_weeks: int, today: date) -> date:
    """The Monday of the week, this one or a coming one, that is week `week` of the rotation."""
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=(week - current_week(rotation_weeks, monday)) % rotation_weeks)


def _row(person: StaffMember, absences: list[Closure], today: date) -> PersonRow:
    shifts = list(person.shifts.all())
    return PersonRow(
        pk=person.pk,
        name=person.name,
        languages=" ".join(code.upper() for code in person.languages),
        weeks=[
            week_words(shift for shift in shifts if shift.rotation_week == week)
            for week in range(person.rotation_weeks)
        ],
        customers=person.daily_customers,
        efficiency=person.efficiency,
        skills=[skill_word(skill) for skill in person.skills],
        absence=show_absence(absences[0], today=today) if absences else None,
        away_today=any(closure.first_day <= today for closure in absences),
    )


def week_words(shifts: Iterable[Shift]) -> WeekWords:
    """The days of one week with the same hours together: `lun.–jeu. 7 h 30–16 h`, and the sum of hours."""
    days: dict[int, list[tuple[time, time]]] = defaultdict(list)
    minutes = 0
    for shift in shifts:
        days[shift.weekday].append((shift.starts, shift.ends))
        minutes += span_minutes(shift.starts, shift.ends)
    alike: dict[tuple[time, time], list[int]] = defaultdict(list)
    for weekday, spans in days.items():
        alike[min(start for start, _end in spans), max(end for _start, end in spans)].append(weekday)
    ordered = sorted(alike.items(), key=lambda item: min(item[1]))
    lines = [f"{weekday_ranges(weekdays)} {say_span(*span)}" for span, weekdays in ordered]
    return WeekWords(lines, hours_word(minutes))


def span_minutes(starts: time, ends: time) -> int:
    gap = datetime.combine(ROTATION_EPOCH, ends) - datetime.combine(ROTATION_EPOCH, starts)
    return int(gap.total_seconds() // 60)


def visits_held_by(person: StaffMember, *, now: datetime) -> list[Appointment]:
    """The visits to come that this person still holds, in order of time. One query."""
    visits = Appointment.objects.filter(advisor=person, status__in=UPCOMING, starts_at__gte=now)
    return list(visits.select_related("vehicle").order_by("starts_at", "pk"))
