"""What a manager says of the dealership's identity: its colour, its sites, where it is."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealerships.actions.site import Identity
from dealerships.models import Dealership
from lib.colour import mix
from lib.errors import Refusal
from lib.origins import read_origins

MOST_SITES = 20
STEP = Decimal("0.00001")
FIELDS = ("brand_colour", "website", "allowed_origins", "latitude", "longitude")


class DegreesField(forms.CharField):
    """Degrees as people write them, `45,5702` or `45.5702`; blank is not known."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(
            required=False,
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off", "class": "input-medium"}
            ),
            **kwargs,
        )

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = str(value or "").strip().replace(",", ".").replace("−", "-").rstrip("°")
        if not text:
            return None
        try:
            degrees = Decimal(text).quantize(STEP)
        except InvalidOperation:
            raise ValidationError(_("Write degrees with decimals, such as 45.57020.")) from None
        if degrees.is_nan():
            raise ValidationError(_("Write degrees with decimals, such as 45.57020."))
        if not -self.most <= degrees <= self.most:
            raise ValidationError(_("Degrees go from −%(most)s to %(most)s.") % {"most": self.most})
        return degrees

    def validate(self, value: Any) -> None:
        """Nothing more: a number is not a text."""

    def run_validators(self, value: Any) -> None:
        """As `validate`."""


class SiteForm(forms.Form):
    """Colour, web sites and place; `identity` is what the action takes."""

    use_required_attribute = False

    brand_colour = forms.CharField(
        label=gettext_lazy("Brand colour"),
        help_text=gettext_lazy("For buttons, links and what is chosen."),
        error_messages={"required": gettext_lazy("Choose a colour.")},
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control form-control-color"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Your web site"),
        required=False,
        help_text=gettext_lazy("Linked from your home page here, and told to search engines."),
        widget=forms.TextInput(attrs={"type": "url", "inputmode": "url", "placeholder": "https://"}),
    )
    allowed_origins = forms.CharField(
        label=gettext_lazy("Sites that may show the booking frame"),
        required=False,
        help_text=gettext_lazy(
            "One a line, such as https://www.example.com. Empty: no site may. The button needs none."
        ),
        widget=forms.Textarea(
            attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none", "class": "mono"}
        ),
    )
    latitude = DegreesField(label=gettext_lazy("Latitude"), most=90)
    longitude = DegreesField(label=gettext_lazy("Longitude"), most=180)

    def clean_brand_colour(self) -> str:
        try:
            colour = self.cleaned_data["brand_colour"]
            return mix(colour, colour, 1)
        except ValueError:
            raise ValidationError(_("This is not a colour: write it as #0e6a75.")) from None

    def clean_website(self) -> str:
        address: str = self.cleaned_data["website"]
        if address and "://" not in address:
            address = f"https://{address}"
        if address:
            sentence = _("This is not the address of a site. Write it as https://www.example.com.")
            if len(address) > 200:
                raise ValidationError(sentence)
            URLValidator(schemes=["http", "https"], message=sentence)(address)
        return address

    def clean_allowed_origins(self) -> list[str]:
        try:
            return read_origins(self.cleaned_data["allowed_origins"], most=MOST_SITES)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        both = [name for name in ("latitude", "longitude") if name in cleaned]
        if len(both) == 2 and (cleaned["latitude"] is None) != (cleaned["longitude"] is None):
            missing = next(name for name in both if cleaned[name] is None)
            self.add_error(missing, _("Give both, or neither."))
        return cleaned

    @property
    def identity(self) -> Identity:
        return Identity(**{name: self.cleaned_data[name] for name in FIELDS})


def values_of(dealership: Dealership) -> dict[str, Any]:
    """What the form shows before anybody types."""
    return {
        "brand_colour": dealership.brand_colour,
        "website": dealership.website,
        "allowed_origins": "\n".join(dealership.allowed_origins),
        "latitude": _degrees(dealership.latitude),
        "longitude": _degrees(dealership.longitude),
    }


def _degrees(value: Decimal | None) -> str:
    """`45,55680` in French, `45.55680` in English; the field reads both."""
    return "" if value is None else localize(value, use_l10n=True)
