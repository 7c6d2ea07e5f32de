"""What is kept back for the urgent, for the staff and for the web, and when it is released."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.models import CapacitySettings, Releasable, ReleaseStep
from dealerships.models import Dealership
from desk.capacity.fields import COMPACT, CountField, WallTimeField
from desk.capacity.sayings import say_wall

MOST_STEPS = 4
MOST_DAYS_BEFORE = 14


@dataclass(frozen=True, slots=True)
class Step:
    """From `at`, `days_before` the day on, `percent` of what is kept back is free."""

    what: str
    days_before: int
    at: time
    percent: int


@dataclass(frozen=True, slots=True)
class StepFields:
    percent: forms.BoundField
    days_before: forms.BoundField
    at: forms.BoundField


class ReleaseForm(forms.Form):
    """The reserve, the places kept, and up to four steps for each; `steps` after `is_valid`."""

    use_required_attribute = False

    reserve_percent = CountField(
        label=gettext_lazy("Reserve of technicians’ time, %"),
        most=100,
        help_text=gettext_lazy("Kept for the urgent until it is released. 0 or blank: no reserve."),
    )
    kept_for_staff = CountField(
        label=gettext_lazy("Visits a day kept for phone and walk-in"),
        help_text=gettext_lazy("The web can't take them before they are released. Blank: none are kept."),
    )
    web_guaranteed = CountField(
        label=gettext_lazy("Visits a day guaranteed to the web"),
        help_text=gettext_lazy(
            "The staff can't take them before they are released. Blank: none are guaranteed."
        ),
    )

    def __init__(self, *args: Any, dealership: Dealership, **kwargs: Any) -> None:
        kept = CapacitySettings.objects.filter(dealership=dealership).first() or CapacitySettings()
        known = [
            Step(step.what, step.days_before, step.at, step.percent)
            for step in ReleaseStep.objects.filter(dealership=dealership)
        ]
        kwargs["initial"] = {
            "reserve_percent": kept.reserve_percent,
            "kept_for_staff": kept.kept_for_staff,
            "web_guaranteed": kept.web_guaranteed,
            **_step_values(known),
        }
        super().__init__(*args, **kwargs)
        for what in Releasable.values:
            for place in range(MOST_STEPS):
                self._add_step(what, place)
        self.steps: list[Step] = []

    def _add_step(self, what: str, place: int) -> None:
        number = _("Step %(number)s") % {"number": place + 1}
        fields: dict[str, forms.Field] = {
            "percent": CountField(label=_("Free from then on, %"), least=1, most=100),
            "days": CountField(label=_("Days before"), most=MOST_DAYS_BEFORE),
            "at": WallTimeField(label=_("At")),
        }
        for name, field in fields.items():
            field.widget.attrs |= {"class": COMPACT, "aria-label": f"{number}: {field.label}"}
            self.fields[step_name(what, place, name)] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for what in Releasable.values:
            steps = list(self._read_steps(cleaned, what))
            self._require_rising(what, steps)
            self.steps += [step for _place, step in steps]
        if self.steps and not self.errors:
            self._require_something_kept(cleaned)
        return cleaned

    def _read_steps(self, cleaned: dict[str, Any], what: str) -> Iterator[tuple[int, Step]]:
        for place in range(MOST_STEPS):
            names = [step_name(what, place, part) for part in ("percent", "days", "at")]
            values = [cleaned.get(name) for name in names]
            if any(name in self.errors for name in names) or values == [None, None, None]:
                continue
            for name, value in zip(names, values, strict=True):
                if value is None:
                    self.add_error(name, _("Fill in the whole step, or leave all of it blank."))
            percent, days, at = values
            if percent is not None and days is not None and at is not None:
                yield place, Step(what, days, at, percent)

    def _require_rising(self, what: str, steps: list[tuple[int, Step]]) -> None:
        in_time = sorted(steps, key=lambda item: (-item[1].days_before, item[1].at))
        for (_place, before), (place, step) in itertools.pairwise(in_time):
            name = step_name(what, place, "percent")
            if (before.days_before, before.at) == (step.days_before, step.at):
                self.add_error(
                    step_name(what, place, "at"), _("Two steps at the same moment: keep one of them.")
                )
            elif step.percent <= before.percent:
                self.add_error(
                    name,
                    _("%(percent)s%% are free already by then: a later step must free more.")
                    % {"percent": before.percent},
                )

    def _require_something_kept(self, cleaned: dict[str, Any]) -> None:
        whats = {step.what for step in self.steps}
        if Releasable.RESERVE in whats and not cleaned.get("reserve_percent"):
            self.add_error(
                "reserve_percent", _("There is no reserve to release: give it a share, or clear its steps.")
            )
        if Releasable.CHANNEL in whats and not (
            cleaned.get("kept_for_staff") or cleaned.get("web_guaranteed")
        ):
            self.add_error(
                "kept_for_staff",
                _("Nothing is kept that could be released: keep some visits, or clear the steps."),
            )

    def step_rows(self, what: str) -> list[StepFields]:
        return [
            StepFields(*(self[step_name(what, place, part)] for part in ("percent", "days", "at")))
            for place in range(MOST_STEPS)
        ]

    @property
    def reserve_rows(self) -> list[StepFields]:
        return self.step_rows(Releasable.RESERVE)

    @property
    def channel_rows(self) -> list[StepFields]:
        return self.step_rows(Releasable.CHANNEL)

    def lines(self) -> list[str]:
        """What is kept back and released, in words."""
        values = self.cleaned_data
        lines = []
        if values["reserve_percent"]:
            lines.append(
                _("Reserve: %(percent)s%%") % {"percent": values["reserve_percent"]}
                + self._said(Releasable.RESERVE)
            )
        else:
            lines.append(_("No reserve"))
        kept = [
            (values["kept_for_staff"], _("Kept for phone and walk-in: %(count)s a day")),
            (values["web_guaranteed"], _("Guaranteed to the web: %(count)s a day")),
        ]
        lines += [words % {"count": count} + self._said(Releasable.CHANNEL) for count, words in kept if count]
        return lines

    def _said(self, what: str) -> str:
        steps = [say_step(step) for step in self.steps if step.what == what]
        return "; " + ", ".join(steps) if steps else _("; never released")


def say_step(step: Step) -> str:
    """`50 % from 16:00 the day before`."""
    words = {"percent": step.percent, "time": say_wall(step.at), "count": step.days_before}
    if step.days_before == 0:
        return _("%(percent)s%% free from %(time)s of the day") % words
    if step.days_before == 1:
        return _("%(percent)s%% free from %(time)s the day before") % words
    sentence = ngettext(
        "%(percent)s%% free from %(time)s, %(count)s day before",
        "%(percent)s%% free from %(time)s, %(count)s days before",
        step.days_before,
    )
    return sentence % words


def step_name(what: str, place: int, part: str) -> str:
    return f"{what}-{place}-{part}"


def _step_values(known: list[Step]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for what in Releasable.values:
        steps = [step for step in known if step.what == what]
        for place, step in enumerate(steps[:MOST_STEPS]):
            values[step_name(what, place, "percent")] = step.percent
            values[step_name(what, place, "days")] = step.days_before
            values[step_name(what, place, "at")] = step.at
    return values
