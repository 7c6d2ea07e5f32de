"""When each way of bringing the vehicle, and each service, may be booked; the dealership's notice and horizon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Choice, Service, Transport, TransportCondition
from dealerships.models import Dealership
from desk.capacity.fields import COMPACT, CountField, HoursField, WallTimeField
from desk.capacity.sayings import own_words, transport_name

MOST_NOTICE_HOURS = 24 * 60
MOST_NOTICE_MINUTES = 14 * 24 * 60
MOST_HORIZON = 400
CONDITION = (
    "on_web",
    "first_start",
    "last_start",
    "stay_at_least",
    "work_at_most",
    "book_by_days",
    "book_by",
)
SERVICE = ("notice_hours", "same_day_until", "horizon_days")


@dataclass(frozen=True, slots=True)
class Rows:
    """What the conditions are about, as they are now. `answers` by service."""

    conditions: dict[str, TransportCondition]
    services: list[Service]
    answers: dict[int, list[Choice]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its name, and (column, field) in the order of the columns (None: nothing there)."""

    label: str
    fields: list[tuple[str, forms.BoundField | None]]
    part: bool = False


def load_rows(dealership: Dealership) -> Rows:
    """Three queries."""
    services = list(Service.objects.filter(dealership=dealership, active=True))
    answers: dict[int, list[Choice]] = {}
    choices = Choice.objects.filter(question__service__dealership=dealership, question__service__active=True)
    for choice in choices.select_related("question").order_by("question__position", "question", "position"):
        answers.setdefault(choice.question.service_id, []).append(choice)
    conditions = TransportCondition.objects.filter(dealership=dealership)
    return Rows({one.transport: one for one in conditions}, services, answers)


class ConditionsForm(forms.Form):
    """One form for all of it; after `is_valid`, `changed` names what was typed over."""

    use_required_attribute = False

    notice_minutes = CountField(
        label=gettext_lazy("Notice for the web, minutes"),
        required=True,
        most=MOST_NOTICE_MINUTES,
        help_text=gettext_lazy("How long before a start the web may still take it."),
        error_messages={"required": gettext_lazy("Enter a number of minutes; 0 for none.")},
    )
    horizon_days = CountField(
        label=gettext_lazy("Days open for booking"),
        required=True,
        least=1,
        most=MOST_HORIZON,
        help_text=gettext_lazy("How far ahead the schedule is made."),
        error_messages={"required": gettext_lazy("Enter a number of days.")},
    )

    def __init__(self, *args: Any, dealership: Dealership, rows: Rows, **kwargs: Any) -> None:
        self.dealership, self.rows = dealership, rows
        self.columns: dict[str, str] = {}
        kwargs["initial"] = {
            "notice_minutes": dealership.notice_minutes,
            "horizon_days": dealership.horizon_days,
        }
        super().__init__(*args, **kwargs)
        for transport in Transport.values:
            self._add_transport(transport)
        for service in rows.services:
            self._add_service(service)
            for choice in rows.answers.get(service.pk, []):
                self._add_notice(f"answer-{choice.pk}", own_words(choice, "label"), choice.notice_hours)

    def _add_transport(self, transport: str) -> None:
        known = self.rows.conditions.get(transport) or TransportCondition(transport=transport)
        fields: dict[str, forms.Field] = {
            "on_web": forms.BooleanField(label=_("On the web"), required=False),
            "first_start": WallTimeField(label=_("First start")),
            "last_start": WallTimeField(label=_("Last start")),
            "stay_at_least": HoursField(label=_("Stay at least, h"), most=72),
            "work_at_most": HoursField(label=_("Work at most, h"), most=72),
            "book_by_days": CountField(label=_("Book by: days before"), most=14),
            "book_by": WallTimeField(label=_("Book by: time")),
        }
        for name, field in fields.items():
            self._add(f"{transport}-{name}", field, transport_name(transport), getattr(known, name))

    def _add_service(self, service: Service) -> None:
        name = own_words(service, "name")
        self._add_notice(f"service-{service.pk}-notice_hours", name, service.notice_hours)
        self._add(
            f"service-{service.pk}-same_day_until",
            WallTimeField(label=_("Same day until")),
            name,
            service.same_day_until,
        )
        self._add(
            f"service-{service.pk}-horizon_days",
            CountField(label=_("Days ahead"), least=1, most=MOST_HORIZON),
            name,
            service.horizon_days,
        )

    def _add_notice(self, name: str, about: str, hours: int) -> None:
        field = CountField(label=_("Notice, h"), most=MOST_NOTICE_HOURS)
        self._add(name, field, about, hours)

    def _add(self, name: str, field: forms.Field, about: str, initial: Any) -> None:
        field.initial = initial
        if not isinstance(field, forms.BooleanField):
            field.widget.attrs["class"] = COMPACT
        field.widget.attrs["aria-label"] = f"{about}: {field.label}"
        # In the list of what is to be corrected the line is named too.
        self.columns[name], field.label = str(field.label), f"{about}, {field.label}"
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for transport in Transport.values:
            first, last = (cleaned.get(f"{transport}-{name}") for name in ("first_start", "last_start"))
            if first and last and last < first:
                self.add_error(f"{transport}-last_start", _("The last start must not come before the first."))
            self._require_whole_book_by(cleaned, transport)
        for name in cleaned:
            if name.endswith("notice_hours") or name.startswith("answer-"):
                cleaned[name] = cleaned[name] or 0
        return cleaned

    def _require_whole_book_by(self, cleaned: dict[str, Any], transport: str) -> None:
        names = f"{transport}-book_by_days", f"{transport}-book_by"
        days, at = (cleaned.get(name) for name in names)
        if any(name in self.errors for name in names) or (days is None) == (at is None):
            return
        self.add_error(
            names[0 if days is None else 1],
            _("Say how many days before.") if days is None else _("Say until what time."),
        )

    @property
    def transports(self) -> list[Line]:
        return [
            Line(transport_name(one), self._columns(f"{one}-{name}" for name in CONDITION))
            for one in Transport.values
        ]

    @property
    def services(self) -> list[Line]:
        return list(self._service_lines())

    def _service_lines(self) -> Iterator[Line]:
        for service in self.rows.services:
            yield Line(
                own_words(service, "name"), self._columns(f"service-{service.pk}-{name}" for name in SERVICE)
            )
            for choice in self.rows.answers.get(service.pk, []):
                notice = self._columns([f"answer-{choice.pk}"])
                yield Line(own_words(choice, "label"), [*notice, ("", None), ("", None)], part=True)

    def _columns(self, names: Iterable[str]) -> list[tuple[str, forms.BoundField | None]]:
        return [(self.columns[name], self[name]) for name in names]

    @property
    def changed(self) -> list[str]:
        """The names of the fields whose value is another one than before."""
        return [
            name
            for name, field in self.fields.items()
            if name in self.cleaned_data
            and self.cleaned_data[name] != self.get_initial_for_field(field, name)
        ]

    def lines(self) -> list[str]:
        return [str(self.fields[name].label) for name in self.changed]
