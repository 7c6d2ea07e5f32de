"""The funnel's forms: fields and words here, reading and refusing in customers.details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


class ContactForm(ReadForm):
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
    note = forms.CharField(
        label=_("Anything we should know?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    keep_parts = forms.BooleanField(label=_("I want my replaced parts back"), required=False)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language

    def extra(self) -> dict[str, str]:
        return {"language": self.language}

    def clean_note(self) -> str:
        try:
            return clean_note(self.cleaned_data["note"], limit=NOTE_LIMIT, field="note")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None


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
