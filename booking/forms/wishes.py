"""What somebody on the wait-list would come for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.reach import ReachForm
from booking.models import Appointment, DayPart
from booking.waiting import Wishes, check_wishes
from lib.errors import Refusal


def _day(label: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        widget=picker,
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )


class WishesForm(forms.Form):
    """Between which days somebody on the wait-list would come, and when; nothing ticked means any."""

    use_required_attribute = False

    first_day = _day(_("First day"))
    last_day = _day(_("Last day"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("We are closed on one of those days. Choose among these.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("What part of the day?"),
        required=False,
        choices=DayPart.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        horizon_days: int,
        weekdays: list[tuple[int, str]],
        open_days: list[date],
        appointment: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.limits: dict[str, Any] = {
            "today": today,
            "horizon_days": horizon_days,
            "appointment": appointment,
            "open_days": open_days,
        }
        days = self.fields["weekdays"]
        assert isinstance(days, forms.TypedMultipleChoiceField)
        days.choices = weekdays
        for name in ("first_day", "last_day"):
            self.fields[name].widget.attrs["min"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first_day") and data.get("last_day"):
            try:
                self.wishes: Wishes = check_wishes(
                    data["first_day"],
                    data["last_day"],
                    weekdays=data.get("weekdays") or (),
                    parts=data.get("parts") or (),
                    **self.limits,
                )
            except Refusal as refusal:
                self.add_error(refusal.field, str(refusal))
        return data


class JoinForm(WishesForm, ReachForm):
    """The wishes of somebody without an appointment, and how to reach them."""

    field_order = ("name", "phone", "email", "first_day", "last_day", "weekdays", "parts")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("phone", "email"):
            self.fields[name].help_text = _("To tell you when a place is free. No advertising.")
