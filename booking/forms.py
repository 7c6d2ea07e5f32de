"""The funnel's forms: fields and words here, reading and refusing in customers.details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment, DayPart
from booking.waiting import Wishes, check_wishes
from customers.details import Invalid, read_contact, read_vehicle
from lib.errors import Refusal
from lib.text import clean_note

NOTE_LIMIT = 1000


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"spellcheck": "false", **attributes})


class ReadForm(forms.Form):
    """A form whose fields are read together by one of the readers that the API uses too."""

    use_required_attribute = False
    reader: Callable[[Mapping[str, str]], Any]

    def clean(self) -> dict[str, Any]:
        values = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        try:
            type(self).reader({**values, **self.extra()})
        except Invalid as invalid:
            for name, sentences in invalid.errors.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, sentences)
        return self.cleaned_data

    def extra(self) -> dict[str, str]:
        return {}


class VehicleForm(ReadForm):
    """Make and model, or the plate, or the VIN: one of them is enough."""

    reader = staticmethod(read_vehicle)

    make = forms.CharField(
        label=_("Make"), required=False, widget=_text(list="makes", autocomplete="off", maxlength="40")
    )
    model = forms.CharField(
        label=_("Model"), required=False, widget=_text(autocomplete="off", maxlength="60")
    )
    year = forms.CharField(
        label=_("Year"),
        required=False,
        widget=_text(inputmode="numeric", autocomplete="off", maxlength="4", **{"class": "input-short"}),
    )
    plate = forms.CharField(
        label=_("Licence plate"),
        required=False,
        widget=_text(
            autocomplete="off",
            autocapitalize="characters",
            maxlength="12",
            **{"class": "input-medium input-upper"},
        ),
    )
    vin = forms.CharField(
        label=_("VIN"),
        required=False,
        help_text=_("17 letters and digits, on the registration certificate or the insurance card."),
        widget=_text(
            autocomplete="off", autocapitalize="characters", maxlength="24", **{"class": "input-upper"}
        ),
    )


class ReachForm(ReadForm):
    """Who comes and how to reach them; one way is enough."""

    reader = staticmethod(read_contact)

    name = forms.CharField(
        label=_("Name"),
        error_messages={"required": _("Enter your name.")},
        widget=_text(autocomplete="name", maxlength="100"),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        required=False,
        help_text=_("To tell you when your vehicle is ready. No advertising."),
        widget=_text(type="tel", autocomplete="tel", inputmode="tel", maxlength="40"),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("For the confirmation and the link that moves or cancels."),
        widget=_text(type="email", autocomplete="email", inputmode="email", maxlength="254"),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language

    def extra(self) -> dict[str, str]:
        return {"language": self.language}


class ContactForm(ReachForm):
    """As ReachForm, with what the shop should know."""

    note = forms.CharField(
        label=_("Anything we should know?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    keep_parts = forms.BooleanField(label=_("I want my replaced parts back"), required=False)

    def clean_note(self) -> str:
        try:
            return clean_note(self.cleaned_data["note"], limit=NOTE_LIMIT, field="note")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


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
        label=_("Which days?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
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
        appointment: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.limits: dict[str, Any] = {
            "today": today,
            "horizon_days": horizon_days,
            "appointment": appointment,
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


class FindForm(forms.Form):
    """Two facts that only the customer knows: how we reach them, and the reference."""

    use_required_attribute = False

    reach = forms.CharField(
        label=_("E-mail or mobile number"),
        help_text=_("The one you gave when you booked."),
        error_messages={"required": _("Enter the e-mail address or the mobile number you booked with.")},
        widget=_text(autocomplete="email", maxlength="254"),
    )
    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Seven letters and digits, such as K4T-7QFX, in our messages."),
        error_messages={"required": _("Enter the reference of your appointment.")},
        widget=_text(
            autocomplete="off",
            autocapitalize="characters",
            maxlength="20",
            **{"class": "input-medium input-upper"},
        ),
    )
