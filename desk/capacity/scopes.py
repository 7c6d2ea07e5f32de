"""What a manager can close, open or limit for a while, by the names that a service department uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import PoolKind, Service, ServiceGroup
from booking.needs import ARRIVALS, BY_DAY, BY_DEPARTURE, LOUNGE
from dealerships.models import Dealership, Role, StaffMember
from desk.capacity.sayings import own_words, skill_word, transport_name

PARTS = ("am", "pm", "eve")


@dataclass(frozen=True, slots=True)
class Scope:
    """Pools of one name, `subject` blank for everything of the kind.

    `code` names it in forms and addresses. `unit` is what its limit counts, as a word.
    """

    code: str
    kind: int
    subject: str
    label: str
    unit: str

    @property
    def in_hours(self) -> bool:
        """Its limit is typed in hours and kept in minutes."""
        return self.kind in (PoolKind.SKILL_DAY, PoolKind.SHOP_DAY)

    @property
    def closes(self) -> int | None:
        """The kind of pool that closing it closes: of the shop everything, of an advisor the quarter hours."""
        if self.kind == PoolKind.SHOP_DAY:
            return None
        return PoolKind.ADVISOR_CELL if self.kind == PoolKind.ADVISOR_DAY else self.kind

    @property
    def closes_by_the_day(self) -> bool:
        """It has no time of day: it cannot be closed for a part of one."""
        by_the_day = self.kind == PoolKind.TRANSPORT and self.subject in BY_DAY
        return by_the_day or self.kind == PoolKind.CHANNEL_DAY

    @property
    def limited_by_the_day(self) -> bool:
        """Its limit counts the whole day."""
        return self.closes_by_the_day or self.kind in (
            PoolKind.SHOP_DAY,
            PoolKind.SKILL_DAY,
            PoolKind.ADVISOR_DAY,
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Scopes under one heading of the list."""

    label: str
    scopes: list[Scope]


@dataclass(frozen=True, slots=True)
class Facts:
    """The names of a dealership: who checks in, the skills that its menu asks for, its groups of services."""

    advisors: list[StaffMember]
    skills: list[str]
    groups: list[ServiceGroup]


def load_facts(dealership: Dealership) -> Facts:
    """Three queries."""
    here = {"dealership": dealership}
    skills = Service.objects.filter(**here, active=True).order_by("skill").values_list("skill", flat=True)
    return Facts(
        list(StaffMember.objects.filter(**here, role=Role.ADVISOR, active=True)),
        list(skills.distinct()),
        list(ServiceGroup.objects.filter(**here)),
    )


def families(facts: Facts) -> list[Family]:
    """Everything that may be changed, under the headings of the week."""
    listed = [
        Family(_("Shop"), [whole_shop()]),
        Family(_("Advisors"), list(_advisors(facts.advisors))),
        Family(_("Technicians’ hours"), [skill_scope(skill) for skill in facts.skills]),
        Family(
            _("Groups of services"), [group_scope(one.code, own_words(one, "name")) for one in facts.groups]
        ),
        Family(_("Transport"), [transport_scope(code) for code in sorted(BY_DAY | BY_DEPARTURE)]),
        Family(_("Waiting on site"), [waiters_scope(ARRIVALS), waiters_scope(LOUNGE)]),
        Family(_("Who books"), [channel_scope("web"), channel_scope("staff")]),
        Family(_("Afternoon return"), [hand_back_scope()]),
    ]
    return [family for family in listed if family.scopes]


def labels(facts: Facts) -> dict[tuple[int, str], str]:
    """The name of each scope by pool kind and subject."""
    return {(scope.kind, scope.subject): scope.label for family in families(facts) for scope in family.scopes}


def find_scope(listed: Iterable[Family], code: str) -> Scope | None:
    """The scope of this code, or None."""
    return next((scope for family in listed for scope in family.scopes if scope.code == code), None)


def whole_shop() -> Scope:
    """Closed, everything is; its limit is the technicians' hours of all skills together."""
    return Scope("shop", PoolKind.SHOP_DAY, "", _("The whole shop"), _("hours"))


def skill_scope(skill: str) -> Scope:
    return Scope(f"skill:{skill}", PoolKind.SKILL_DAY, skill, skill_word(skill), _("hours"))


def every_advisor() -> Scope:
    return Scope("advisors", PoolKind.ADVISOR_DAY, "", _("Every advisor"), _("customers"))


def advisor_scope(pk: int | str, name: str) -> Scope:
    return Scope(f"advisor:{pk}", PoolKind.ADVISOR_DAY, str(pk), name, _("customers"))


def transport_scope(code: str) -> Scope:
    unit = _("cars") if code in BY_DAY else _("seats")
    return Scope(f"transport:{code}", PoolKind.TRANSPORT, str(code), transport_name(code), unit)


def group_scope(code: str, name: str) -> Scope:
    return Scope(f"group:{code}", PoolKind.SERVICE_GROUP, code, name, _("jobs"))


def waiters_scope(subject: str) -> Scope:
    label = _("Arrivals by half hour") if subject == ARRIVALS else _("In the lounge at once")
    return Scope(f"waiters:{subject}", PoolKind.WAITERS, subject, label, _("people"))


def channel_scope(subject: str) -> Scope:
    label = _("On the web") if subject == "web" else _("By phone and at the counter")
    return Scope(f"channel:{subject}", PoolKind.CHANNEL_DAY, subject, label, _("visits"))


def hand_back_scope() -> Scope:
    return Scope("hand-back", PoolKind.HAND_BACK, "", _("Cars handed back, by half hour"), _("cars"))


def _advisors(people: Iterable[StaffMember]) -> Iterator[Scope]:
    yield every_advisor()
    for person in people:
        yield advisor_scope(person.pk, person.name)
