"""A caller for whom nothing fits: whom to call back, and what about."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.forms.reach import WISH_LIMIT
from customers.details import Contact, Invalid, read_vehicle
from desk.forms import VEHICLE, WhoForm
from lib.errors import Refusal
from lib.text import clean_line, without_controls

# How one names a vehicle of which not enough is known for a visit.
SPOKEN = ("make", "model", "year", "plate")


class CallBackForm(WhoForm):
    """Whom to call: the name and the number have to be there, the vehicle is only talked about (`vehicle_words`)."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._spoken = ""

    @property
    def vehicle_words(self) -> str:
        """The vehicle as it is known or, half typed, as it was said; after `is_valid`."""
        return self.chosen_vehicle.title if self.chosen_vehicle else self._spoken

    def read_contact(self, cleaned) -> Contact:
        missing = (
            {} if cleaned.get("phone") else {"phone": [gettext("Enter the number that we should call.")]}
        )
        try:
            contact = super().read_contact(cleaned)
        except Invalid as invalid:
            raise Invalid(invalid.errors | missing) from None
        if missing:
            raise Invalid(missing)
        return contact

    def read_new_vehicle(self, cleaned) -> None:
        said = {name: cleaned.get(name, "") for name in VEHICLE}
        try:
            self.chosen_vehicle = read_vehicle(said)
        except Invalid:
            self._spoken = " ".join(without_controls(" ".join(said[name] for name in SPOKEN)).split())


class CallWordsForm(forms.Form):
    """What the caller is looking for, in a few words."""

    wish = forms.CharField(
        label=_("What are they looking for?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_wish(self) -> str:
        try:
            return clean_line(self.cleaned_data["wish"].replace("\n", " "), limit=WISH_LIMIT, field="wish")
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None
