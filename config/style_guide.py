"""The living style page, at /demo/style/ with DEMO=1: every component in its states, with sample data."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

SAMPLE = settings.BASE_DIR / "templates" / "style_guide.json"


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label="Téléphone",
        help_text="Pour vous aviser quand le véhicule est prêt. Aucune publicité.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label="Courriel", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    make = forms.ChoiceField(
        label="Marque", choices=[("", "Choisir"), ("honda", "Honda"), ("mazda", "Mazda")]
    )
    language = forms.ChoiceField(
        label="Langue des messages", choices=[("fr", "Français"), ("en", "English")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Note pour l’atelier", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    parts = forms.BooleanField(label="Je veux récupérer mes pièces remplacées", required=False)


def style_guide(request: HttpRequest) -> HttpResponse:
    """The style page."""
    return render(request, "style_guide.html", sample_data())


def sample_data() -> dict[str, Any]:
    """What the components show: style_guide.json, a form before and after a mistake, three holds."""
    sample: dict[str, Any] = json.loads(
        (settings.BASE_DIR / "templates" / "style_guide.json").read_text("utf-8")
    )
    now = timezone.now()
    wrong = {"name": "Luc Tremblay", "phone": "450 555", "email": "luc@", "language": ""}
    return sample | {
        "blank_form": SampleForm(auto_id="blank_%s"),
        "bound_form": SampleForm(wrong, auto_id="bound_%s"),
        "expires_at": now + timedelta(minutes=10),
        "expires_soon": now + timedelta(seconds=50),
        "expired": now - timedelta(seconds=5),
    }
