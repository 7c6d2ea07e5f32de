"""Who comes and with which vehicle, as an advisor types it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import Source
from customers.details import Contact, Invalid, VehicleDetails, read_contact, read_vehicle
from customers.models import Customer, Vehicle
from desk.words import vehicle_marks
from lib.errors import Refusal
from lib.text import clean_line, clean_note

ANOTHER = "new"
CONTACT = ("name", "phone", "email", "language")
VEHICLE = ("make", "model", "year", "plate", "vin", "colour")
SOURCES = [(Source.PHONE, _("On the phone")), (Source.WALK_IN, _("At the counter"))]


def _text(label, *, size: str = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **({"class": size} if size else {}), **attributes})
    return forms.CharField(label=label, required=False, widget=widget)


def _say_vehicle(vehicle: Vehicle) -> str:
    return " · ".join(part for part in (vehicle.title, vehicle_marks(vehicle)) if part)


class WhoForm(forms.Form):
    """Contact and vehicle; after `is_valid`, `contact` and `chosen_vehicle` are what booking takes.

    A customer that is known keeps their record: what is typed here is for this visit's messages.
    """

    source = forms.ChoiceField(
        label=_("The customer is"),
        choices=SOURCES,
        widget=forms.RadioSelect,
        required=False,
        initial=Source.PHONE,
    )
    name = _text(_("Name"))
    phone = _text(_("Mobile phone"), type="tel", inputmode="tel")
    email = _text(_("E-mail"), inputmode="email")
    language = forms.ChoiceField(
        label=_("Language of the messages"),
        choices=[("fr", "Français"), ("en", "English")],
        widget=forms.RadioSelect,
        required=False,
        initial="fr",
    )
    make = _text(_("Make"))
    model = _text(_("Model"))
    year = _text(_("Year"), inputmode="numeric")
    plate = _text(_("Plate"), size="input-upper")
    vin = _text(_("VIN"), size="input-upper")
    colour = _text(_("Colour"))
    note = forms.CharField(
        label=_("Note for the workshop"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, customer: Customer | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contact: Contact | None = None
        self.chosen_vehicle: Vehicle | VehicleDetails | None = None
        self.vehicles = {str(vehicle.pk): vehicle for vehicle in customer.vehicles.all()} if customer else {}
        known = [(pk, _say_vehicle(vehicle)) for pk, vehicle in self.vehicles.items()]
        self.fields["vehicle"] = forms.ChoiceField(
            label=_("Vehicle"),
            choices=[*known, (ANOTHER, _("Another vehicle"))],
            widget=forms.RadioSelect,
            required=False,
        )

    def clean(self):
        cleaned = super().clean() or {}
        try:
            self.contact = self.read_contact(cleaned)
        except Invalid as invalid:
            self._refuse(invalid)
        self.chosen_vehicle = self.vehicles.get(cleaned.get("vehicle", ""))
        if self.chosen_vehicle is None:
            self.read_new_vehicle(cleaned)
        return cleaned

    def read_contact(self, cleaned) -> Contact:
        """Raises Invalid."""
        return read_contact({name: cleaned.get(name, "") for name in CONTACT})

    def read_new_vehicle(self, cleaned) -> None:
        try:
            self.chosen_vehicle = read_vehicle({name: cleaned.get(name, "") for name in VEHICLE})
        except Invalid as invalid:
            self._refuse(invalid)

    def clean_note(self) -> str:
        try:
            return clean_note(self.cleaned_data["note"], limit=2000, field="note")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def _refuse(self, invalid: Invalid) -> None:
        for field, sentences in invalid.errors.items():
            self.add_error(field, sentences)


class CancelForm(forms.Form):
    """Why a visit is called off: kept in its history."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("Kept in the history of the appointment; the customer does not see it."),
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off", "maxlength": 200}),
    )

    def clean_reason(self) -> str:
        try:
            return clean_line(self.cleaned_data["reason"], limit=200, field="reason")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
