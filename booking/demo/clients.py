"""Whose turn it is: every vehicle of a dealership comes round before the first one comes again."""

from __future__ import annotations

import random
from collections.abc import Iterator

from booking.demo.rows import Rooftop
from customers.models import VehicleDriver
from dealerships.models import Group

# How far from its turn a vehicle may come.
WINDOW = 150


def clients_of(group: Group, rooftop: Rooftop) -> list[VehicleDriver]:
    """The owners, with customer and vehicle, who come to this dealership; the others go to the other one."""
    owners = (
        VehicleDriver.objects.filter(vehicle__group=group, owner=True)
        .select_related("customer", "vehicle")
        .order_by("vehicle_id")
    )
    here = round(rooftop.share * 10)
    boreal = rooftop.slug == "boreal"
    return [owner for number, owner in enumerate(owners) if (number % 10 < here) == boreal or here == 10]


def turns(rng: random.Random, clients: list[VehicleDriver]) -> Iterator[VehicleDriver]:
    """Without end; the order changes from round to round, but nobody comes twice within a few weeks."""
    order = list(clients)
    rng.shuffle(order)
    while order:
        for first in range(0, len(order), WINDOW):
            part = order[first : first + WINDOW]
            rng.shuffle(part)
            order[first : first + WINDOW] = part
        yield from order
