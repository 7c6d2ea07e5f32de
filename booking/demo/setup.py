"""The group, its dealerships, hours, menu, staff and usual caps, each made where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings

from booking.demo import GROUP_SLUG
from booking.demo.conditions import make_conditions
from booking.demo.logo import draw_logo
from booking.demo.maintenance import make_maintenance
from booking.demo.menu import SERVICES, ServiceRow
from booking.demo.rows import ROTATION_WEEKS, AdvisorRow, Rooftop, TechnicianRow, Week
from booking.models import CapacityRule, CarryOver, Choice, Question, Service, Shift, Skill
from dealerships.actions.site import set_logo
from dealerships.calendar import load_calendar
from dealerships.models import Closure, Dealership, Group, OpeningHours, Role, StaffMember, User

# Published: dealerships.sign_in refuses these accounts outside the demo.
PASSWORD = "creneau-demo"  # noqa: S105  # pragma: allowlist secret
CARRIED_OVER = 90  # minutes
LOOPBACK = ("127.0.0.1", "localhost")


def make_group() -> Group:
    return Group.objects.get_or_create(slug=GROUP_SLUG, defaults={"name": "Groupe Boréal"})[0]


def make_dealership(group: Group, rooftop: Rooftop, *, horizon_days: int, today: date) -> Dealership:
    """The dealership with everything that it is run by. What somebody changed since stays as they left it."""
    dealership, created = Dealership.objects.get_or_create(
        slug=rooftop.slug, defaults={"group": group, "horizon_days": horizon_days, **rooftop.identity}
    )
    if created and rooftop.slug == "boreal":
        set_logo(dealership=dealership, logo=draw_logo())
    _allow_this_machine(dealership)
    if not dealership.opening_hours.exists():
        OpeningHours.objects.bulk_create(
            OpeningHours(dealership=dealership, weekday=weekday, opens=opens, closes=closes)
            for weekday, (opens, closes) in rooftop.hours.items()
        )
    if not dealership.services.exists():
        for position, row in enumerate(SERVICES):
            _make_service(dealership, row, position)
    make_maintenance(dealership)
    if not dealership.capacity_rules.exists():
        CapacityRule.objects.bulk_create(_rules(dealership, rooftop))
    _make_staff(dealership, rooftop)
    make_conditions(dealership, rooftop, today)
    return dealership


def _allow_this_machine(dealership: Dealership) -> None:
    """The page at /demo/embed/ shows the booking frame by both names of the machine, at the port of today."""
    missing = {f"http://{host}:{settings.PORT}" for host in LOOPBACK} - set(dealership.allowed_origins)
    if missing:
        dealership.allowed_origins = [*dealership.allowed_origins, *sorted(missing)]
        dealership.save(update_fields=["allowed_origins"])


def plan_absence(dealership: Dealership, today: date) -> None:
    """One advisor is away in the week after next, and the technicians have begun what they finish tomorrow.

    Before the pools of those days are made.
    """
    if dealership.closures.filter(staff_member__isnull=False).exists():
        return
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=2)
    advisors = dealership.staff.filter(role=Role.ADVISOR).order_by("pk")
    Closure.objects.create(
        dealership=dealership,
        staff_member=advisors[1],
        first_day=monday,
        last_day=monday + timedelta(days=6),
        reason_fr="Vacances",
        reason_en="Vacation",
    )
    tomorrow = load_calendar(dealership, today, today).next_open_day(today)
    if tomorrow:
        CarryOver.objects.create(
            dealership=dealership, local_date=tomorrow, skill=Skill.MECHANICAL, minutes=CARRIED_OVER
        )


def _make_service(dealership: Dealership, row: ServiceRow, position: int) -> None:
    service = Service.objects.create(
        dealership=dealership, code=row.code, name_fr=row.fr, name_en=row.en, summary_fr=row.summary_fr,
        summary_en=row.summary_en, icon=row.icon, minutes=row.minutes, price=row.price, skill=row.skill,
        waitable=row.waitable, transports=list(row.transports), same_day_until=row.same_day_until,
        keywords_fr=row.keywords_fr, keywords_en=row.keywords_en, not_for=list(row.not_for),
        asks_problem=row.asks_problem, position=position,
    )  # fmt: skip
    for place, asked in enumerate(row.questions):
        question = Question.objects.create(
            service=service, code=asked.code, label_fr=asked.fr, label_en=asked.en, required=asked.required,
            position=place,
        )  # fmt: skip
        Choice.objects.bulk_create(
            Choice(
                question=question, code=choice.code, label_fr=choice.fr, label_en=choice.en,
                extra_minutes=choice.minutes, extra_price=choice.price, notice_hours=choice.notice, position=order,
            )
            for order, choice in enumerate(asked.choices)
        )  # fmt: skip


def _rules(dealership: Dealership, rooftop: Rooftop) -> Iterator[CapacityRule]:
    for weekday, caps in rooftop.caps.items():
        rules = caps.rules() | {key: cap for group in rooftop.groups for key, cap in group.rules().items()}
        for (kind, subject, departs), cap in rules.items():
            yield CapacityRule(
                dealership=dealership, kind=kind, subject=subject, weekday=weekday, starts_at=departs, cap=cap
            )


def _make_staff(dealership: Dealership, rooftop: Rooftop) -> None:
    known = set(dealership.staff.values_list("name", "role"))
    for row in rooftop.advisors:
        if (row.name, Role.ADVISOR) not in known:
            _make_advisor(dealership, row)
    for worker in rooftop.technicians:
        if (worker.name, Role.TECHNICIAN) not in known:
            _make_technician(dealership, worker)
    for email, role, name in rooftop.others:
        if (name, role) not in known:
            StaffMember.objects.create(dealership=dealership, user=_user(email), role=role, name=name)


def _make_advisor(dealership: Dealership, row: AdvisorRow) -> None:
    advisor = StaffMember.objects.create(
        dealership=dealership,
        user=_user(row.email) if row.email else None,
        role=Role.ADVISOR,
        name=row.name,
        languages=list(row.languages),
        daily_customers=row.customers,
        rotation_weeks=ROTATION_WEEKS,
    )
    _give_shifts(advisor, row.week)


def _make_technician(dealership: Dealership, row: TechnicianRow) -> None:
    technician = StaffMember.objects.create(
        dealership=dealership,
        role=Role.TECHNICIAN,
        name=row.name,
        skills=list(row.skills),
        efficiency=row.efficiency,
        rotation_weeks=ROTATION_WEEKS,
    )
    _give_shifts(technician, row.week)


def _give_shifts(person: StaffMember, week: Week) -> None:
    Shift.objects.bulk_create(
        Shift(person=person, rotation_week=number, weekday=weekday, starts=starts, ends=ends)
        for number in range(ROTATION_WEEKS)
        for weekday, starts, ends in week.shifts(number)
    )


def _user(email: str) -> User:
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, PASSWORD, demo=True)
