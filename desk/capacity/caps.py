"""The limits of a usual week as a table: what may be limited, and what it is limited to. Calculates, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time

from django.utils.translation import gettext as _

from booking.models import CapacityRule, PoolKind, Service, ServiceGroup, Shift, Skill, Transport
from booking.needs import ARRIVALS, LOUNGE
from dealerships.models import Dealership, OpeningHours, Role, StaffMember
from desk.capacity.people import span_minutes
from desk.capacity.sayings import WEEK, own_words, skill_word

# Where no rule is written, nothing limits it; of the others, what has no rule is not offered.
UNLIMITED = frozenset({PoolKind.HAND_BACK, PoolKind.WAITERS, PoolKind.SERVICE_GROUP, PoolKind.CHANNEL_DAY})
LABOUR = frozenset({PoolKind.SKILL_DAY, PoolKind.SHOP_DAY})
PARTS = ("am", "pm", "eve")


@dataclass(frozen=True, slots=True)
class CapRow:
    """A line of the table. `part` indents it below the line before."""

    code: str
    kind: int
    subject: str
    label: str
    in_hours: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class CapSection:
    title: str
    note: str
    rows: list[CapRow]
    icon: str = ""


Cell = tuple[int, str, int]  # kind, subject, weekday
Departure = tuple[time, int]  # when, weekday


@dataclass(frozen=True, slots=True)
class WeekCaps:
    """What limits a usual week now. `given`: minutes that the technicians give, by (skill or "", weekday)."""

    sections: list[CapSection]
    caps: Mapping[Cell, int | None]
    departures: Mapping[Departure, int | None]
    given: Mapping[tuple[str, int], int]
    open_weekdays: frozenset[int]
    technicians: int
    group_names: Mapping[str, str] = field(default_factory=dict)

    def cap(self, row: CapRow, weekday: int) -> int | None:
        """What counts in this cell now: None is no limit, 0 is closed."""
        known = (row.kind, row.subject, weekday)
        if known in self.caps:
            return self.caps[known]
        if row.kind in UNLIMITED or (row.kind in LABOUR and self.technicians):
            return None
        return 0


def load_caps(dealership: Dealership) -> WeekCaps:
    """Six queries."""
    groups = list(ServiceGroup.objects.filter(dealership=dealership))
    caps: dict[Cell, int | None] = {}
    departures: dict[Departure, int | None] = {}
    for rule in CapacityRule.objects.filter(dealership=dealership):
        if rule.starts_at is not None:
            departures[rule.starts_at, rule.weekday] = rule.cap
        else:
            caps[rule.kind, rule.subject, rule.weekday] = rule.cap
    technicians = list(
        StaffMember.objects.filter(dealership=dealership, role=Role.TECHNICIAN, active=True).prefetch_related(
            "shifts"
        )
    )
    hours = OpeningHours.objects.filter(dealership=dealership).values_list("weekday", flat=True)
    return WeekCaps(
        sections=list(_sections(groups, _skills(dealership, caps))),
        caps=caps,
        departures=departures,
        given=_given(technicians),
        open_weekdays=frozenset(hours),
        technicians=len(technicians),
        group_names={group.code: own_words(group, "name") for group in groups},
    )


def _skills(dealership: Dealership, caps: Mapping[Cell, int | None]) -> list[str]:
    """The skills that the menu asks for, or that have a limit."""
    asked = set(Service.objects.filter(dealership=dealership, active=True).values_list("skill", flat=True))
    asked |= {subject for kind, subject, _weekday in caps if kind == PoolKind.SKILL_DAY}
    return [skill for skill in Skill.values if skill in asked]


def _sections(groups: list[ServiceGroup], skills: list[str]) -> Iterator[CapSection]:
    yield CapSection(
        _("Shop hours"),
        _(
            "Hours that can be planned in a day. With technicians in the schedule these are ceilings on what they give."
        ),
        [
            CapRow("shop", PoolKind.SHOP_DAY, "", _("Whole shop"), in_hours=True),
            *(
                CapRow(f"skill-{one}", PoolKind.SKILL_DAY, one, skill_word(one), in_hours=True, part=True)
                for one in skills
            ),
        ],
        "wrench",
    )
    yield CapSection(
        _("Customers on site"),
        _("So that the counter and the lounge are never too full."),
        [
            CapRow("arrivals", PoolKind.WAITERS, ARRIVALS, _("Waiters who arrive, each half hour")),
            CapRow("lounge", PoolKind.WAITERS, LOUNGE, _("Waiters in the lounge at once")),
            CapRow("hand-back", PoolKind.HAND_BACK, "", _("Cars handed back, each half hour")),
        ],
        "armchair",
    )
    if groups:
        yield CapSection(
            _("Groups of services"),
            _("Jobs a day, and in a part of it: until noon, from noon to 17:00, from 17:00 on."),
            [row for group in groups for row in _group_rows(group)],
            "layout-grid",
        )
    yield CapSection(
        _("Web"),
        _("Visits that may be booked on the web in a day; the staff may always book what is left."),
        [CapRow("web", PoolKind.CHANNEL_DAY, "web", _("Booked on the web, at most"))],
        "globe",
    )
    yield CapSection(
        _("Getting around"),
        _("Courtesy cars for a day; seats of each shuttle."),
        [CapRow("cars", PoolKind.TRANSPORT, Transport.COURTESY_CAR, _("Courtesy cars"))],
        "car-front",
    )


def _group_rows(group: ServiceGroup) -> Iterator[CapRow]:
    yield CapRow(f"group-{group.code}", PoolKind.SERVICE_GROUP, group.code, own_words(group, "name"))
    words = {"am": _("until noon"), "pm": _("afternoon"), "eve": _("evening")}
    for part in PARTS:
        subject = f"{group.code}/{part}"
        yield CapRow(f"group-{group.code}-{part}", PoolKind.SERVICE_GROUP, subject, words[part], part=True)


def _given(technicians: list[StaffMember]) -> dict[tuple[str, int], int]:
    """Minutes by skill ("" for the shop) and weekday that the technicians give, on average over their rotations."""
    given: dict[tuple[str, int], int] = defaultdict(int)
    for person in technicians:
        for weekday in WEEK:
            minutes = _usual_minutes(list(person.shifts.all()), weekday) * person.efficiency
            minutes //= 100 * person.rotation_weeks
            for subject in ("", *person.skills):
                given[subject, weekday] += minutes
    return dict(given)


def _usual_minutes(shifts: list[Shift], weekday: int) -> int:
    return sum(span_minutes(shift.starts, shift.ends) for shift in shifts if shift.weekday == weekday)
