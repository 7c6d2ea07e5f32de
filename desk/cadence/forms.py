"""What a manager says of one kind of message: when it goes, by which way, for how long it is of use, in which words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.cadence import check_cadence
from booking.reminders import RANDOM
from dealerships.models import Dealership
from desk.capacity.fields import CountField, number_input
from lib.errors import Refusal
from notifications.hours import is_quiet
from notifications.kinds import Anchor, Kind, When
from notifications.models import Way

MINUTE, HOUR, DAY = 1, 60, 1440
UNITS = [(MINUTE, gettext_lazy("minutes")), (HOUR, gettext_lazy("hours")), (DAY, gettext_lazy("days"))]
MOST_DAYS, MOST_MINUTES = 60, 240
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)
NAMES = {"cost": gettext_lazy("What it costs when a place stays empty")}


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """A wall time; browsers show a clock."""
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control input-time"})
    return forms.TimeField(
        label=label,
        widget=widget,
        error_messages={"invalid": gettext_lazy("Enter a time such as 8:30.")},
        **more,
    )


class CadenceForm(forms.Form):
    """The cadence of one kind; after `is_valid`, `when` is what the action takes."""

    active = forms.BooleanField(label=gettext_lazy("Send it"), required=False)
    days = CountField(label=gettext_lazy("Days"), most=MOST_DAYS)
    at = time_field(gettext_lazy("At"), required=False)
    minutes = CountField(label=gettext_lazy("Minutes"), least=5, most=MOST_MINUTES)
    way = forms.ChoiceField(label=gettext_lazy("By"), choices=Way.choices)
    lasts = CountField(label=gettext_lazy("Of use for"), least=1, most=720)
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), choices=UNITS, coerce=int)
    quiet_from = time_field(gettext_lazy("Nothing leaves from"))
    quiet_until = time_field(gettext_lazy("until"))
    wording = forms.ChoiceField(label=gettext_lazy("Wording"), required=False)

    def __init__(self, data: Any = None, *, dealership: Dealership, kind: Kind, when: When) -> None:
        assert kind.usual is not None
        self.dealership, self.kind, self.usual = dealership, kind, kind.usual
        super().__init__(data, initial=values_of(when), auto_id=f"{kind.name}_%s")
        for name in ("days", "minutes", "lasts"):
            self.fields[name].widget = number_input(**{"class": "form-control input-short"})
        for name in ("way", "unit", "wording"):
            self.fields[name].widget.attrs["class"] = "form-select"
        self.fields["active"].widget.attrs["class"] = "form-check-input"
        for name in ("minutes",) if self.by_days else ("days", "at"):
            del self.fields[name]
        self._offer_wordings()
        self._name_errors()

    @property
    def by_days(self) -> bool:
        """Counted in days at an hour, as the usual one is; otherwise in minutes."""
        return self.usual.days is not None

    @property
    def before(self) -> bool:
        """Whether the days come before what they are counted from."""
        return self.kind.anchor is Anchor.START or (self.usual.days or 0) < 0

    @property
    def when(self) -> When:
        """What was said; only after `is_valid`."""
        said = self.cleaned_data
        days = said.get("days")
        return When(
            way=said["way"],
            lasts=timedelta(minutes=said["lasts"] * said["unit"]),
            days=-days if days is not None and self.before else days,
            at=said.get("at"),
            minutes=said.get("minutes"),
            quiet_from=said["quiet_from"],
            quiet_until=said["quiet_until"],
            wording=said.get("wording", ""),
            active=said["active"],
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for name in ("days", "at", "minutes", "lasts"):
            if name in self.fields and said.get(name) is None and not self.has_error(name):
                self.add_error(
                    name, _("Say when, in numbers.") if name != "lasts" else _("Say for how long.")
                )
        self._check_use(said)
        self._check_hour(said)
        if not self.errors:
            self._check_rules()
        return said

    def _check_rules(self) -> None:
        """What the action would refuse is said at its field, also to who only looks what would be sent."""
        try:
            check_cadence(dealership=self.dealership, kind=self.kind.name, when=self.when)
        except Refusal as refusal:
            self.add_error(refusal.field, str(refusal))

    def _check_use(self, said: dict[str, Any]) -> None:
        if said.get("lasts") is None or said.get("unit") is None:
            return
        if not SHORTEST <= timedelta(minutes=said["lasts"] * said["unit"]) <= LONGEST:
            self.add_error(
                "lasts", _("A message is of use for five minutes at least, and thirty days at most.")
            )

    def _check_hour(self, said: dict[str, Any]) -> None:
        """An hour at which nothing leaves would move it to another one, or keep it from leaving at all."""
        known = [said.get(name) for name in ("at", "quiet_from", "quiet_until")]
        if None in known:
            return
        quiet = When(
            said.get("way", ""), SHORTEST, quiet_from=said["quiet_from"], quiet_until=said["quiet_until"]
        )
        if is_quiet(said["at"], quiet):
            self.add_error("at", _("Nothing leaves at that hour: choose another one, or other quiet hours."))

    def _name_errors(self) -> None:
        """What is refused says so to screen readers, by the sentence above it."""
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self.kind.name}_{name}_error",
                }

    def _offer_wordings(self) -> None:
        if not self.kind.variants:
            del self.fields["wording"]
            return
        own = [(name, NAMES.get(name, name)) for name in self.kind.variants]
        field = self.fields["wording"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The usual one")), *own, (RANDOM, _("Drawn for each visit, to compare them"))]


def values_of(when: When) -> dict[str, Any]:
    """A cadence as the form's fields show it."""
    minutes = int(when.lasts.total_seconds()) // 60
    unit = next(size for size in (DAY, HOUR, MINUTE) if minutes % size == 0)
    return {
        "active": when.active,
        "days": None if when.days is None else abs(when.days),
        "at": when.at,
        "minutes": when.minutes,
        "way": when.way,
        "lasts": minutes // unit,
        "unit": unit,
        "quiet_from": when.quiet_from,
        "quiet_until": when.quiet_until,
        "wording": when.wording,
    }
