"""The kilometres of a vehicle, as its driver gives them with each visit."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from customers.access import proved_links
from customers.models import Customer, Vehicle


def note_odometer(*, vehicle: Vehicle, customer: Customer, kilometres: int, on: date) -> bool:
    """Keep what was read on that day, unless more is known already; whether it is kept.

    Only from who really drives it: anybody can type a VIN, and with it a number that its driver would be shown. In the
    caller's transaction; the vehicle's row stays locked until it ends.
    """
    drives = proved_links().filter(vehicle=vehicle, customer=customer).exists()
    less = Q(odometer=None) | Q(odometer__lte=kilometres)
    rows = Vehicle.objects.filter(less, pk=vehicle.pk) if drives else Vehicle.objects.none()
    if not rows.update(odometer=kilometres, odometer_on=on):
        return False
    vehicle.odometer, vehicle.odometer_on = kilometres, on
    return True
