"""How far two places on Earth are from each other."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6371.0088
"""The mean radius, in kilometres (IUGG)."""

Place = tuple[float, float]
"""Latitude and longitude, in degrees."""


def distance_km(one: Place, other: Place) -> float:
    """Kilometres as the crow flies, by the haversine formula: right to half a percent."""
    (south, west), (north, east) = ([radians(degrees) for degrees in place] for place in (one, other))
    rise, run = sin((north - south) / 2) ** 2, sin((east - west) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, rise + cos(south) * cos(north) * run)))
