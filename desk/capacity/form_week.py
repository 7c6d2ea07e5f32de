"""The form that copies a week."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.edit import Draft
from booking.actions.ranges import week_change
from dealerships.models import Dealership, User
from desk.capacity.facts import monday_of
from desk.capacity.fields import DayField
from lib.errors import Refusal


class CopyForm(forms.Form):
    """Which week is copied, and into which: any day of each."""

    from_day = DayField(label=gettext_lazy("The week of"), required=True)
    to_day = DayField(label=gettext_lazy("Into the week of"), required=True)

    def __init__(self, *args: Any, dealership: Dealership, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.dealership = dealership
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, target = cleaned.get("from_day"), cleaned.get("to_day")
        if target and monday_of(target) < monday_of(self.today):
            self.add_error("to_day", _("That week is past: choose this one or a later one."))
        elif source and target and monday_of(source) == monday_of(target):
            self.add_error("to_day", _("That is the same week: choose another one."))
        return cleaned

    @property
    def day(self) -> date:
        """A day of the week that changes."""
        day: date = self.cleaned_data["to_day"]
        return day

    def draft(self, by: User) -> Draft:
        """The change of a valid form. Raises what it is refused for."""
        source, target = self.cleaned_data["from_day"], self.cleaned_data["to_day"]
        return week_change(self.dealership, monday_of(source), monday_of(target), by=by)

    def refuse(self, refusal: Refusal) -> None:
        """Say a refusal above the fields."""
        self.add_error(None, str(refusal))
