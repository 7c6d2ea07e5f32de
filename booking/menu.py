"""The menu as values, and what a basket of it demands. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.models import Service, Transport
from dealerships.models import Dealership
from lib.errors import Refusal

# Nobody is asked to sit in the waiting room for longer.
LONGEST_WAIT_MINUTES = 90
MOST_SERVICES = 8


@dataclass(frozen=True, slots=True)
class MenuChoice:
    code: str
    fr: str
    en: str
    extra_minutes: int
    extra_price: int
    notice_hours: int

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class MenuQuestion:
    code: str
    fr: str
    en: str
    choices: tuple[MenuChoice, ...]

    def label(self, language: str) -> str:
        return self.en if language == "en" else self.fr

    def find(self, code: str) -> MenuChoice | None:
        return next((choice for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One service of the menu, with its questions; prices in cents before taxes, None on estimate."""

    id: int
    code: str
    fr: str
    en: str
    summary_fr: str
    summary_en: str
    icon: str
    minutes: int
    price: int | None
    skill: str
    waitable: bool
    transports: list[str]
    questions: tuple[MenuQuestion, ...]

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.fr

    def summary(self, language: str) -> str:
        return self.summary_en if language == "en" else self.summary_fr


Menu = Mapping[str, MenuItem]

# In the order of load_menu's columns.
_SERVICE_FIELDS = (
    "id", "code", "fr", "en", "summary_fr", "summary_en", "icon", "minutes", "price", "skill", "waitable",
    "transports",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody asks for: services, answers by question code, transport, and an advisor's id or anybody."""

    services: tuple[str, ...]
    transport: str
    answers: Mapping[str, str] = field(default_factory=dict)
    advisor: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "services": list(self.services),
            "transport": self.transport,
            "answers": dict(self.answers),
            "advisor": self.advisor,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Basket:
        return cls(
            services=tuple(data["services"]),
            transport=data["transport"],
            answers=dict(data["answers"]),
            advisor=data["advisor"],
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One service of a basket with the choices made for it, its minutes and its price."""

    item: MenuItem
    chosen: tuple[tuple[MenuQuestion, MenuChoice], ...]
    minutes: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a basket needs of the dealership: planned minutes in all and by skill, notice, transport."""

    lines: tuple[Line, ...]
    transport: str
    advisor: int | None
    minutes: int
    skill_minutes: Mapping[str, int]
    notice: timedelta

    @property
    def price(self) -> int | None:
        """Indicative cents before taxes; None as soon as one line is on estimate."""
        prices = [line.price for line in self.lines]
        return None if None in prices else sum(price for price in prices if price is not None)


def load_menu(dealership: Dealership) -> Menu:
    """The active services by code, in menu order. One query."""
    rows = (
        Service.objects.filter(dealership=dealership, active=True)
        .order_by("position", "id", "questions__position", "questions__id", "questions__choices__position",
                  "questions__choices__id")
        .values_list(
            "id", "code", "name_fr", "name_en", "summary_fr", "summary_en", "icon", "minutes", "price", "skill",
            "waitable", "transports",
            "questions__code", "questions__label_fr", "questions__label_en",
            "questions__choices__code", "questions__choices__label_fr", "questions__choices__label_en",
            "questions__choices__extra_minutes", "questions__choices__extra_price",
            "questions__choices__notice_hours",
        )
    )  # fmt: skip
    services: dict[str, tuple[Any, ...]] = {}
    questions: dict[str, dict[tuple[str, str, str], list[MenuChoice]]] = {}
    for row in rows:
        service, question, choice = row[:12], row[12:15], row[15:]
        services[row[1]] = service
        asked = questions.setdefault(row[1], {})
        if question[0] and choice[0]:
            asked.setdefault(question, []).append(MenuChoice(*choice))
    return {
        code: MenuItem(
            **dict(zip(_SERVICE_FIELDS, service, strict=True)),
            questions=tuple(MenuQuestion(*key, tuple(choices)) for key, choices in questions[code].items()),
        )
        for code, service in services.items()
    }


def plan(menu: Menu, basket: Basket, *, assume_answers: bool = False) -> Demand:
    """What the basket demands.

    With `assume_answers`, a question without answer counts as its longest choice, for a first look at the
    days. Raises Refusal with the field at fault (services, answers, transport).
    """
    if not basket.services:
        raise Refusal(_("Choose at least one service."), code="no_service", field="services")
    if len(set(basket.services)) != len(basket.services) or len(basket.services) > MOST_SERVICES:
        raise Refusal(
            _("Choose each service once, eight at most."), code="repeated_service", field="services"
        )
    unknown = [code for code in basket.services if code not in menu]
    if unknown:
        raise Refusal(
            _("This dealership does not offer that service."), code="unknown_service", field="services"
        )
    items = [menu[code] for code in basket.services]
    _refuse_stray_answers(items, basket.answers)
    lines = tuple(_line(item, basket.answers, assume_answers=assume_answers) for item in items)
    demand = _sum_up(lines, basket)
    if basket.transport not in transports_for(items, demand.minutes):
        raise Refusal(
            _("That way of bringing the vehicle is not offered for this work."),
            code="transport_not_offered",
            field="transport",
        )
    return demand


def transports_for(items: list[MenuItem], minutes: int) -> list[str]:
    """The transports that every one of the services allows, in the usual order; waiting only for short work."""
    allowed = [code for code in Transport.values if all(code in item.transports for item in items)]
    if minutes > LONGEST_WAIT_MINUTES or not all(item.waitable for item in items):
        return [code for code in allowed if code != Transport.WAIT]
    return allowed


def basket_minutes(menu: Menu, services: tuple[str, ...], answers: Mapping[str, str]) -> int:
    """Planned minutes of services with what is answered so far; unanswered questions count at their longest."""
    return sum(_line(menu[code], answers, assume_answers=True).minutes for code in services if code in menu)


def _refuse_stray_answers(items: list[MenuItem], answers: Mapping[str, str]) -> None:
    asked = {question.code for item in items for question in item.questions}
    if set(answers) - asked:
        raise Refusal(
            _("One of the answers is to a question that was not asked."),
            code="unknown_question",
            field="answers",
        )


def _line(item: MenuItem, answers: Mapping[str, str], *, assume_answers: bool) -> Line:
    chosen = tuple(
        (question, _choice(question, answers.get(question.code), assume_answers=assume_answers))
        for question in item.questions
    )
    extra_price = sum(choice.extra_price for _question, choice in chosen)
    return Line(
        item=item,
        chosen=chosen,
        minutes=item.minutes + sum(choice.extra_minutes for _question, choice in chosen),
        price=None if item.price is None else item.price + extra_price,
    )


def _choice(question: MenuQuestion, code: str | None, *, assume_answers: bool) -> MenuChoice:
    if code is None and assume_answers:
        return max(question.choices, key=lambda choice: choice.extra_minutes)
    choice = question.find(code) if code is not None else None
    if choice is None:
        raise Refusal(_("Please answer every question about the work."), code="unanswered", field="answers")
    return choice


def _sum_up(lines: tuple[Line, ...], basket: Basket) -> Demand:
    skills: dict[str, int] = {}
    for line in lines:
        skills[line.item.skill] = skills.get(line.item.skill, 0) + line.minutes
    hours = [choice.notice_hours for line in lines for _question, choice in line.chosen]
    return Demand(
        lines=lines,
        transport=basket.transport,
        advisor=basket.advisor,
        minutes=sum(line.minutes for line in lines),
        skill_minutes=skills,
        notice=timedelta(hours=max(hours, default=0)),
    )
