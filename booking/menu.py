"""The menu as values, and what a basket of it demands. Calculates, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.menu_items import Menu, MenuChoice, MenuItem, MenuQuestion
from booking.models import Transport
from booking.rulebook import rulebook_of
from dealerships.models import Dealership
from lib.errors import Refusal

# Nobody is asked to sit in the waiting room for longer.
LONGEST_WAIT_MINUTES = 90
MOST_SERVICES = 8
# Who takes a place: customers by themselves, or the staff for them.
WEB, STAFF = "web", "staff"

__all__ = [
    "STAFF", "WEB", "Basket", "Demand", "Line", "Menu", "MenuChoice", "MenuItem", "MenuQuestion", "basket_minutes",
    "load_menu", "plan", "transports_for",
]  # fmt: skip


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
    """What a basket needs of the dealership: planned minutes in all and by skill, jobs by service group, transport.

    `notice` before the start, the local time `same_day_until` which the same day may be booked, and how many days
    ahead bind customers; `channel` says who takes the place.
    """

    lines: tuple[Line, ...]
    transport: str
    advisor: int | None
    minutes: int
    skill_minutes: Mapping[str, int]
    notice: timedelta
    groups: Mapping[str, int] = field(default_factory=dict)
    same_day_until: time | None = None
    horizon_days: int | None = None
    channel: str = WEB

    @property
    def price(self) -> int | None:
        """Indicative cents before taxes; None as soon as one line is on estimate."""
        prices = [line.price for line in self.lines]
        return None if None in prices else sum(price for price in prices if price is not None)


def load_menu(dealership: Dealership) -> Menu:
    """The active services by code, in menu order. One small query when the rules are known already."""
    return rulebook_of(dealership).menu


def plan(menu: Menu, basket: Basket, *, assume_answers: bool = False, channel: str = WEB) -> Demand:
    """What the basket demands of the channel that asks.

    With `assume_answers`, a question that must be answered counts as its longest choice until it is, for a first
    look at the days. Raises Refusal with the field at fault (services, answers, transport).
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
    demand = _sum_up(lines, basket, channel)
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
        (question, choice)
        for question in item.questions
        if (choice := _choice(question, answers.get(question.code), assume_answers=assume_answers))
    )
    extra_price = sum(choice.extra_price for _question, choice in chosen)
    return Line(
        item=item,
        chosen=chosen,
        minutes=item.minutes + sum(choice.extra_minutes for _question, choice in chosen),
        price=None if item.price is None else item.price + extra_price,
    )


def _choice(question: MenuQuestion, code: str | None, *, assume_answers: bool) -> MenuChoice | None:
    """What was answered; None for nothing where nothing has to be."""
    if code is None and not question.required:
        return None
    if code is None and assume_answers:
        return max(question.choices, key=lambda choice: choice.extra_minutes)
    choice = question.find(code) if code is not None else None
    if choice is None:
        raise Refusal(_("Please answer every question about the work."), code="unanswered", field="answers")
    return choice


def _sum_up(lines: tuple[Line, ...], basket: Basket, channel: str) -> Demand:
    items = [line.item for line in lines]
    return Demand(
        lines=lines,
        transport=basket.transport,
        advisor=basket.advisor,
        minutes=sum(line.minutes for line in lines),
        skill_minutes=total((line.item.skill, line.minutes) for line in lines),
        notice=timedelta(hours=max(hours for line in lines for hours in _notices(line))),
        groups=total((group, 1) for line in lines for group in groups_of(line)),
        same_day_until=min((item.same_day_until for item in items if item.same_day_until), default=None),
        horizon_days=min(
            (item.horizon_days for item in items if item.horizon_days is not None), default=None
        ),
        channel=channel,
    )


def groups_of(line: Line) -> set[str]:
    """The service groups that one job belongs to: by its service, or by an answer."""
    return {*line.item.groups, *(group for _question, choice in line.chosen for group in choice.groups)}


def total(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum by name."""
    sums: dict[str, int] = {}
    for name, amount in amounts:
        sums[name] = sums.get(name, 0) + amount
    return sums


def _notices(line: Line) -> Iterator[int]:
    yield line.item.notice_hours
    for _question, choice in line.chosen:
        yield choice.notice_hours
