"""Days off of one person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from booking.range_words import in_both
from dealerships.models import StaffMember
from desk.capacity.fields import DayField

LONGEST_ABSENCE = timedelta(days=400)


class AbsenceForm(forms.Form):
    """Days off of one person."""

    use_required_attribute = False

    def __init__(self, *args: Any, person: StaffMember, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.today = person, today
        self.fields["first_day"] = DayField(label=_("First day"), required=True, from_day=today)
        self.fields["last_day"] = DayField(
            label=_("Last day"), help_text=_("Blank: one day only."), from_day=today
        )
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"), choices=[(code, say()) for code, say in REASONS.items()], initial="vacation"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first_day")
        last = cleaned.get("last_day") or first
        if first and last and "last_day" not in self.errors:
            if last < first:
                self.add_error("last_day", _("The last day must not come before the first."))
            elif last - first > LONGEST_ABSENCE:
                self.add_error(
                    "last_day", _("That is longer than a year. Somebody who leaves is handed over instead.")
                )
            else:
                self._refuse_repeat(first, last)
            cleaned["last_day"] = last
        return cleaned

    def _refuse_repeat(self, first: date, last: date) -> None:
        known = self.person.closures.filter(first_day__lte=first, last_day__gte=last)
        if known.exists():
            self.add_error(
                "first_day", _("%(name)s is away on these days already.") % {"name": self.person.name}
            )

    @property
    def reasons(self) -> tuple[str, str]:
        return in_both(REASONS[self.cleaned_data["reason"]])


REASONS = {
    "vacation": lambda: _("Vacation"),
    "training": lambda: _("Training"),
    "leave": lambda: _("Leave of absence"),
    "away": lambda: _("Away"),
}
