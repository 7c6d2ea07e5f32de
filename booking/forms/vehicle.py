"""Which vehicle."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.base import ReadForm, text_input
from customers.details import read_vehicle


class VehicleForm(ReadForm):
    """Make and model, or the plate, or the VIN: one of them is enough. Nobody has to know what drives it, nor how far."""

    reader = staticmethod(read_vehicle)

    make = forms.CharField(
        label=_("Make"), required=False, widget=text_input(list="makes", autocomplete="off", maxlength="40")
    )
    model = forms.CharField(
        label=_("Model"), required=False, widget=text_input(list="models", autocomplete="off", maxlength="60")
    )
    year = forms.CharField(
        label=_("Year"),
        required=False,
        widget=text_input(inputmode="numeric", autocomplete="off", maxlength="4", **{"class": "input-short"}),
    )
    fuel = forms.CharField(required=False)  # the page draws its choices, which depend on the model
    plate = forms.CharField(
        label=_("Licence plate"),
        required=False,
        widget=text_input(
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
        widget=text_input(
            autocomplete="off", autocapitalize="characters", maxlength="24", **{"class": "input-upper"}
        ),
    )
    odometer = forms.CharField(
        label=_("Kilometres"),
        required=False,
        help_text=_("To suggest the maintenance that is due."),
        widget=text_input(
            inputmode="numeric", autocomplete="off", maxlength="12", **{"class": "form-control"}
        ),
    )
