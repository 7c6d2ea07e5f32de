"""The living style page: every component in its states, with sample data. Served at /demo/style/ when DEMO=1."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

NB = "\N{NO-BREAK SPACE}"


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label="Téléphone",
        help_text="Pour vous aviser quand le véhicule est prêt. Aucune publicité.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label="Courriel", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    make = forms.ChoiceField(label="Marque", choices=[("", "Choisir"), ("honda", "Honda"), ("mazda", "Mazda")])
    language = forms.ChoiceField(
        label="Langue des messages", choices=[("fr", "Français"), ("en", "English")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Note pour l’atelier", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    parts = forms.BooleanField(label="Je veux récupérer mes pièces remplacées", required=False)


def style_guide(request: HttpRequest) -> HttpResponse:
    """The style page."""
    return render(request, "style_guide.html", _sample())


def _sample() -> dict[str, Any]:
    wrong = {"name": "Luc Tremblay", "phone": "450 555", "email": "luc@", "language": ""}
    return {
        "blank_form": SampleForm(auto_id="blank_%s"),
        "bound_form": SampleForm(wrong, auto_id="bound_%s"),
        "steps": _steps(),
        "summary_items": _summary(),
        "summary_total": {"label": "Prix indicatif", "value": f"119,95{NB}$", "note": "Taxes en sus."},
        "days": _days(),
        "slot_groups": _slots(),
        "services": _services(),
        "transports": _transports(),
        "states": ["booked", "confirmed", "arrived", "completed", "cancelled", "no_show", "held", "waiting"],
        "facts": _facts(),
        "expires_at": timezone.now() + timedelta(minutes=10),
        "expires_soon": timezone.now() + timedelta(seconds=50),
        "expired": timezone.now() - timedelta(seconds=5),
        "advisors": [("Julie", "9/12"), ("Marc-André", "8/12"), ("Naïma", "11/12"), ("Stéphane", "7/12")],
        "board": _board(),
        "dealerships": [
            {"name": "Garage Boréal", "url": "#", "current": True},
            {"name": "Garage Rivière", "url": "#"},
        ],
    }


def _steps() -> list[dict[str, str]]:
    return [
        {"label": "Véhicule", "url": "#", "state": "done"},
        {"label": "Services", "url": "#", "state": "done"},
        {"label": "Date et heure", "state": "current"},
        {"label": "Coordonnées", "state": "todo"},
        {"label": "Vérifier", "state": "todo"},
    ]


def _summary() -> list[dict[str, str]]:
    return [
        {"label": "Véhicule", "value": f"Honda Civic{NB}2019", "icon": "car-front", "url": "#"},
        {
            "label": "Services",
            "value": "Changement de pneus",
            "note": f"Sur jantes, entreposés ici, 60{NB}min",
            "icon": "wrench",
            "url": "#",
        },
        {"label": "Transport", "value": "Je dépose le véhicule", "icon": "key-round", "url": "#"},
    ]


def _days() -> list[dict[str, Any]]:
    rows = [("lun.", "7", 0), ("mar.", "8", 6), ("mer.", "9", 11), ("jeu.", "10", 4), ("ven.", "11", 1)]
    return [
        {
            "weekday": weekday,
            "day": day,
            "label": f"{weekday} {day} décembre",
            "count": count,
            "url": "#",
            "selected": day == "8",
        }
        for weekday, day, count in rows
    ]


def _slots() -> list[dict[str, Any]]:
    def slot(start: str, ready: str, **more: Any) -> dict[str, Any]:
        return {"value": start, "start": start.replace(" ", NB), "ready": ready.replace(" ", NB), **more}

    morning = [slot("7 h 45", "11 h 30", selected=True), slot("8 h 15", "12 h 00"), slot("9 h 30", "13 h 15")]
    afternoon = [
        slot("13 h 00", "16 h 30"),
        slot("13 h 45", "17 h 00", disabled=True, note="Vient d’être prise"),
    ]
    return [{"label": "Matin", "slots": morning}, {"label": "Après-midi", "slots": afternoon}]


def _services() -> list[dict[str, Any]]:
    return [
        {
            "value": "tire_swap",
            "label": "Changement de pneus",
            "note": "Environ 1 heure",
            "icon": "snowflake",
            "price": f"dès 79,95{NB}$",
            "selected": True,
        },
        {
            "value": "oil_change",
            "label": "Vidange d’huile",
            "note": "Environ 45 minutes",
            "icon": "droplets",
            "price": f"89,95{NB}$",
        },
        {
            "value": "diagnosis",
            "label": "Un bruit, un voyant",
            "note": "Nous cherchons la cause et vous appelons",
            "icon": "gauge",
        },
        {"value": "recall", "label": "Rappel de sécurité", "note": "Sans frais", "icon": "shield-alert"},
    ]


def _transports() -> list[dict[str, Any]]:
    return [
        {"value": "drop_off", "label": "Je dépose le véhicule", "icon": "car", "selected": True},
        {"value": "wait", "label": "J’attends sur place", "icon": "armchair"},
        {
            "value": "shuttle",
            "label": "Navette",
            "icon": "bus",
            "disabled": True,
            "note": "Complète le mardi 8",
        },
        {"value": "key_drop", "label": "Boîte à clés, la veille", "icon": "key-round"},
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {"label": "Référence", "value": "K4T-7QF", "mono": True, "copy_text": "K4T-7QF"},
        {"label": "NIV", "value": "2HGFC2F59KH000001", "mono": True},
        {"label": "Téléphone", "value": "450 555-0188", "url": "tel:+14505550188"},
        {"label": "Pneus", "value": "Sur jantes", "note": "Entreposés ici, rangée B-14"},
    ]


def _board() -> list[dict[str, Any]]:
    def visit(vehicle: str, name: str, state: str, transport: str, *marks: dict[str, str]) -> dict[str, Any]:
        return {"vehicle": vehicle, "name": name, "state": state, "transport": transport, "marks": marks}

    waiter = {"icon": "hourglass", "word": "attend sur place"}
    comeback = {"icon": "repeat", "word": "retour en atelier", "kind": "late"}
    unsure = {"icon": "circle-question-mark", "word": "non confirmé", "kind": "wait"}
    return [
        {
            "time": "7 h 30",
            "cells": [
                visit("Civic", "Roy", "arrived", "wait", waiter),
                visit("RAV4", "Côté", "confirmed", "drop_off"),
                None,
                visit("F-150", "Dubé", "confirmed", "courtesy_car"),
            ],
        },
        {
            "time": "7 h 45",
            "cells": [
                visit("CX-5", "Tran", "completed", "key_drop"),
                None,
                visit("Kona", "Bah", "booked", "wait", unsure),
                None,
            ],
        },
        {
            "time": "8 h 00",
            "now": True,
            "cells": [
                None,
                visit("Tucson", "Bergeron-Lafontaine", "confirmed", "shuttle", comeback),
                None,
                visit("Rogue", "Gagnon", "no_show", "drop_off"),
            ],
        },
        {
            "time": "8 h 15",
            "cells": [visit("Golf", "Nguyen", "cancelled", "drop_off"), None, "closed", None],
        },
    ]
