"""How templates say a vehicle."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from booking.vehicle_choices import fuel_choices
from customers.details import VehicleDetails
from customers.models import Fuel
from lib import vins
from lib.languages import is_english

register = template.Library()


@register.filter
def understood(vehicle: VehicleDetails) -> str:
    """`Honda Civic LX 2019 · 2,0 L, 4 cyl. · Essence`: all that is known, the most telling first."""
    named = " ".join(str(part) for part in (vehicle.make, vehicle.model, vehicle.trim, vehicle.year) if part)
    language = "en" if is_english(get_language() or "fr") else "fr"
    fuel = str(Fuel(vehicle.fuel).label) if vehicle.fuel else ""
    return "\u00a0· ".join(part for part in (named, vins.say_engine(vehicle.engine, language), fuel) if part)


@register.filter
def fuels_to_ask(vehicle: VehicleDetails) -> list[dict[str, Any]]:
    """What may drive it, while nobody has said which; empty when it is known or cannot be guessed."""
    if vehicle.fuel:
        return []
    return fuel_choices({"make": vehicle.make, "model": vehicle.model, "year": vehicle.year})
