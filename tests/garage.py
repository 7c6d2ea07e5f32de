"""A small dealership for tests: real rows, small numbers, so that every full pool is easy to reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from booking import rulebook
from booking.actions.book import Request, book_appointment
from booking.actions.capacity import extend_horizon
from booking.actions.history import CUSTOMER, By
from booking.menu import Basket
from booking.models import (
    Appointment,
    CapacityRule,
    Choice,
    PoolKind,
    Question,
    Service,
    Shift,
    Skill,
    Transport,
)
from customers.details import Contact, VehicleDetails
from dealerships.models import Dealership, Group, OpeningHours, Role, StaffMember, User
from lib import clock
from tests.copies import made_or_copied

EVERY_WAY = Transport.values
# A Monday, and the moment that tests take for now: the Sunday before, at noon in Montréal.
MONDAY = date(2026, 11, 30)
NOW = clock.at_local(date(2026, 11, 29), time(12), "America/Toronto")


@dataclass
class Garage:
    """The dealership and what tests ask of it."""

    dealership: Dealership
    advisors: list[StaffMember]

    def at(self, hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
        return clock.at_local(day, time(hour, minute), self.dealership.zone)

    def basket(
        self, *services: str, transport: str = "drop_off", advisor: int | None = None, **answers: str
    ) -> Basket:
        chosen = services or ("tire_swap",)
        if "tire_swap" in chosen:
            answers = {"rims": "on", "tires": "own", **answers}
        return Basket(services=chosen, transport=transport, answers=answers, advisor=advisor)

    def request(
        self,
        start: datetime,
        *,
        basket: Basket | None = None,
        name: str = "Luc Tremblay",
        plate: str = "",
        by: By = CUSTOMER,
        **more: Any,
    ) -> Request:
        details = {
            "contact": Contact(name=name, phone="+15145550123", email="luc@example.com", language="fr"),
            "vehicle": VehicleDetails(plate=plate or _next_plate(), year=2019, make="Honda", model="Civic"),
            **more,
        }
        return Request(
            dealership=self.dealership, basket=basket or self.basket(), start=start, by=by, **details
        )

    def book(self, start: datetime, *, now: datetime = NOW, **more: Any) -> Appointment:
        return book_appointment(request=self.request(start, **more), now=now).appointment


_plates = iter(range(100, 1_000_000))


def _next_plate() -> str:
    return f"A{next(_plates)}"


def make_garage(
    *,
    slug: str = "boreal",
    zone: str = "America/Toronto",
    advisors: int = 2,
    shop_minutes: int | None = 600,
    tire_minutes: int | None = 480,
    daily_customers: int | None = 12,
    horizon_days: int = 20,
    today: date = date(2026, 11, 29),
    group: Group | None = None,
) -> Garage:
    """Open Monday to Saturday 7:30 to 17:30; advisors check in 7:30 to 12:00 and 13:00 to 16:30."""
    options = (slug, zone, advisors, shop_minutes, tire_minutes, daily_customers, horizon_days, today)
    if group:
        return _make_garage(group, *options)
    garage = made_or_copied(options, lambda: _make_garage(_first_group(), *options))
    # A copy has a number that this process has seen; it is a new dealership all the same.
    rulebook._remembered.pop(garage.dealership.pk, None)
    return garage


def _first_group() -> Group:
    return Group.objects.get_or_create(slug="groupe", defaults={"name": "Groupe"})[0]


def _make_garage(
    group: Group,
    slug: str,
    zone: str,
    advisors: int,
    shop_minutes: int | None,
    tire_minutes: int | None,
    daily_customers: int | None,
    horizon_days: int,
    today: date,
) -> Garage:
    dealership = Dealership.objects.create(
        group=group, slug=slug, name="Garage Boréal", zone=zone, phone="+14505550134",
        email="service@boreal.example", address_line="1234, boulevard des Laurentides", city="Laval",
        postal_code="H7M 2Y1", privacy_officer="Anne Roy", privacy_email="vieprivee@boreal.example",
        horizon_days=horizon_days,
    )  # fmt: skip
    hours, rows = [], []
    for weekday in range(6):
        hours.append(
            OpeningHours(dealership=dealership, weekday=weekday, opens=time(7, 30), closes=time(17, 30))
        )
        rules = {
            (PoolKind.SHOP_DAY, "", None): shop_minutes,
            (PoolKind.SKILL_DAY, Skill.TIRES, None): tire_minutes,
            (PoolKind.SKILL_DAY, Skill.EXPRESS, None): 240,
            (PoolKind.SKILL_DAY, Skill.MECHANICAL, None): 480,
            (PoolKind.TRANSPORT, Transport.SHUTTLE, time(9)): 2,
            (PoolKind.TRANSPORT, Transport.COURTESY_CAR, None): 1,
        }
        rows += [
            CapacityRule(
                dealership=dealership, kind=kind, subject=subject, weekday=weekday, starts_at=departs, cap=cap
            )
            for (kind, subject, departs), cap in rules.items()
        ]
    OpeningHours.objects.bulk_create(hours)
    CapacityRule.objects.bulk_create(rows)
    staff = [_make_advisor(dealership, number, daily_customers) for number in range(advisors)]
    _make_menu(dealership)
    extend_horizon(dealership=dealership, today=today)
    return Garage(dealership, staff)


def make_staff(dealership: Dealership, role: Role, *, email: str = "") -> User:
    """A user with this role at this dealership."""
    user = User.objects.create_user(email or f"{role}@{dealership.slug}.example", "a long password")
    StaffMember.objects.create(dealership=dealership, user=user, role=role, name=str(role).title())
    return user


def _make_advisor(dealership: Dealership, number: int, daily_customers: int | None) -> StaffMember:
    advisor = StaffMember.objects.create(
        dealership=dealership,
        role=Role.ADVISOR,
        name=f"Conseiller {number + 1}",
        daily_customers=daily_customers,
    )
    Shift.objects.bulk_create(
        Shift(person=advisor, weekday=weekday, starts=starts, ends=ends)
        for weekday in range(6)
        for starts, ends in ((time(7, 30), time(12)), (time(13), time(16, 30)))
    )
    return advisor


def _make_menu(dealership: Dealership) -> None:
    tires = _make_service(
        dealership, "tire_swap", "Changement de pneus", "Tire change", 45, 8995, Skill.TIRES
    )
    for code, label_fr, label_en, choices in (
        (
            "rims",
            "Sur jantes?",
            "On rims?",
            [("on", "Sur jantes", "On rims", 0, 0), ("off", "Sans jantes", "Off rims", 30, 0)],
        ),
        (
            "tires",
            "Où sont-ils?",
            "Where are they?",
            [("own", "Avec moi", "With me", 0, 0), ("stored", "Ici", "Here", 0, 48)],
        ),
    ):
        question = Question.objects.create(service=tires, code=code, label_fr=label_fr, label_en=label_en)
        for choice, choice_fr, choice_en, extra, hours in choices:
            Choice.objects.create(
                question=question, code=choice, label_fr=choice_fr, label_en=choice_en,
                extra_minutes=extra, notice_hours=hours,
            )  # fmt: skip
    _make_service(dealership, "oil_change", "Vidange d’huile", "Oil change", 40, 7995, Skill.EXPRESS)
    _make_service(dealership, "brakes", "Freins", "Brakes", 90, None, Skill.MECHANICAL, waitable=False)


def _make_service(
    dealership: Dealership,
    code: str,
    fr: str,
    en: str,
    minutes: int,
    price: int | None,
    skill: str,
    *,
    waitable: bool = True,
) -> Service:
    return Service.objects.create(
        dealership=dealership, code=code, name_fr=fr, name_en=en, minutes=minutes, price=price, skill=skill,
        waitable=waitable, transports=EVERY_WAY,
    )  # fmt: skip
