"""What every payload says about who writes."""

from __future__ import annotations

from dealerships.models import Dealership


def dealership_payload(dealership: Dealership) -> dict[str, str]:
    """Who writes: identity, address, zone and colour, as the templates need them."""
    return {
        name: getattr(dealership, name)
        for name in (
            "slug", "name", "phone", "email", "address_line", "city", "province", "postal_code", "zone",
            "brand_colour",
        )
    }  # fmt: skip
