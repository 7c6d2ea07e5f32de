"""The work that is asked for at the counter, read from a form that may still be half empty. Never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from booking.menu import STAFF, Basket, Demand, Menu, MenuItem, basket_minutes, plan, transports_for
from booking.models import Transport
from dealerships.models import StaffMember
from desk.visits import transport_word
from desk.words import page_language, say_cost


@dataclass(frozen=True, slots=True)
class Asked:
    """Services in menu order, answers given so far, and a transport that this work allows ("" without services)."""

    services: tuple[str, ...]
    answers: dict[str, str]
    transport: str
    advisor: int | None

    @property
    def basket(self) -> Basket:
        return Basket(self.services, self.transport, self.answers, self.advisor)

    @property
    def query(self) -> dict[str, Any]:
        """As an address carries it, for `read_asked` to read there."""
        answers = {f"answer-{question}": choice for question, choice in self.answers.items()}
        said = {
            "services": list(self.services),
            "transport": self.transport,
            "advisor": self.advisor,
            **answers,
        }
        return {name: value for name, value in said.items() if value}


def read_asked(data: QueryDict, menu: Menu, advisors: list[StaffMember]) -> Asked:
    """What the form says so far; what the menu does not know is left out."""
    wanted = set(data.getlist("services"))
    services = tuple(code for code in menu if code in wanted)
    answers = {}
    for item in _items(menu, services):
        for question in item.questions:
            code = data.get(f"answer-{question.code}", "")
            if question.find(code):
                answers[question.code] = code
    offered = offered_transports(menu, services, answers)
    transport = data.get("transport", "")
    if transport not in offered:
        transport = Transport.DROP_OFF if Transport.DROP_OFF in offered else next(iter(offered), "")
    advisor = next((one.pk for one in advisors if str(one.pk) == data.get("advisor")), None)
    return Asked(services, answers, str(transport), advisor)


def demand_so_far(menu: Menu, asked: Asked) -> Demand | None:
    """What the work demands, unanswered questions at their longest; None while there is no service."""
    if not asked.services or not asked.transport:
        return None
    return plan(menu, asked.basket, assume_answers=True, channel=STAFF)


def offered_transports(menu: Menu, services: tuple[str, ...], answers: Mapping[str, str]) -> list[str]:
    if not services:
        return []
    return transports_for(_items(menu, services), basket_minutes(menu, services, answers))


def service_options(menu: Menu, asked: Asked) -> list[dict[str, Any]]:
    language = page_language()
    return [
        {
            "value": item.code,
            "label": item.name(language),
            "note": _("%(count)s min") % {"count": item.minutes},
            "price": say_cost(item.price),
            "selected": item.code in asked.services,
        }
        for item in menu.values()
    ]


def questions(menu: Menu, asked: Asked) -> list[dict[str, Any]]:
    """The questions of the chosen services, with what has been answered."""
    language = page_language()
    return [
        {
            "name": f"answer-{question.code}",
            "label": question.label(language),
            "required": question.required,
            "choices": [
                {
                    "value": c.code,
                    "label": c.label(language),
                    "selected": asked.answers.get(question.code) == c.code,
                }
                for c in question.choices
            ],
        }
        for item in _items(menu, asked.services)
        for question in item.questions
    ]


def transport_options(menu: Menu, asked: Asked) -> list[dict[str, Any]]:
    return [
        {"value": code, "label": transport_word(code), "selected": code == asked.transport}
        for code in offered_transports(menu, asked.services, asked.answers)
    ]


def advisor_options(advisors: list[StaffMember], chosen: int | None) -> list[dict[str, Any]]:
    """Anybody first."""
    anyone = {"value": "", "label": _("Any advisor"), "selected": chosen is None}
    return [anyone, *({"value": one.pk, "label": one.name, "selected": one.pk == chosen} for one in advisors)]


def _items(menu: Menu, services: tuple[str, ...]) -> list[MenuItem]:
    return [menu[code] for code in services]
