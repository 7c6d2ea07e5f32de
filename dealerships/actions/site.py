"""What a dealership shows of itself: its logo, its colour, its own site, its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction

from dealerships.logos import file_name
from dealerships.models import Dealership
from lib.logos import Logo


@dataclass(frozen=True, slots=True)
class Identity:
    """Values that have been read already: a colour as #rrggbb, origins as lib.origins gives them, degrees or None."""

    brand_colour: str
    website: str
    allowed_origins: Sequence[str]
    latitude: Decimal | None
    longitude: Decimal | None


def change_identity(*, dealership: Dealership, identity: Identity) -> Dealership:
    """Keep the colour, the sites and the place. Another logo or name is not touched."""
    dealership.brand_colour = identity.brand_colour
    dealership.website = identity.website
    dealership.allowed_origins = list(identity.allowed_origins)
    dealership.latitude, dealership.longitude = identity.latitude, identity.longitude
    dealership.save(
        update_fields=["brand_colour", "website", "allowed_origins", "latitude", "longitude"],
    )
    return dealership


def set_logo(*, dealership: Dealership, logo: Logo) -> Dealership:
    """Show this logo from now on. The same one twice is one file; the one before it is deleted."""
    name = file_name(dealership, logo)
    storage = dealership.logo.storage
    if storage.exists(name) and storage.size(name) != len(logo.data):
        storage.delete(name)  # cut off while it was written
    if not storage.exists(name):
        storage.save(name, ContentFile(logo.data))
    return _point_to(dealership, name)


def remove_logo(*, dealership: Dealership) -> Dealership:
    """Show the name alone again."""
    return _point_to(dealership, "")


def _point_to(dealership: Dealership, name: str) -> Dealership:
    with transaction.atomic():
        locked = Dealership.objects.select_for_update().get(pk=dealership.pk)
        before = locked.logo.name or ""
        locked.logo = name
        locked.save(update_fields=["logo"])
        if before and before != name:
            # Only once nobody is sent to it any more.
            transaction.on_commit(lambda: dealership.logo.storage.delete(before))
    dealership.logo = name
    return dealership
