"""Finding one's appointment again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.forms.base import text_input


class FindForm(forms.Form):
    """Two facts that only the customer knows: how we reach them, and the reference."""

    use_required_attribute = False

    reach = forms.CharField(
        label=_("E-mail or mobile number"),
        help_text=_("The one you gave when you booked."),
        error_messages={"required": _("Enter the e-mail address or the mobile number you booked with.")},
        widget=text_input(autocomplete="email", maxlength="254"),
    )
    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("Seven letters and digits, such as K4T-7QFX, in our messages."),
        error_messages={"required": _("Enter the reference of your appointment.")},
        widget=text_input(
            autocomplete="off",
            autocapitalize="characters",
            maxlength="20",
            **{"class": "input-medium input-upper"},
        ),
    )
