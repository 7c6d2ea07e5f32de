"""Finding a customer by what a caller says: phone, name, plate or VIN. Calculates, never writes.

Each way is a query of its own that one index answers; the surer ways come first. Appointment references are
looked up where appointments are known (booking).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse

from customers.models import Customer, Vehicle, VehicleDriver
from lib import phones, plates
from lib.text import fold

MOST_ROWS = 20
LEAST_LETTERS = 3
LEAST_LAST_DIGITS = 4
# From here on, digits may be any part of the number; fewer are taken for its end.
LEAST_DIGITS_ANYWHERE = 7

_PHONE = re.compile(r"[\d\s().+\-\u2010-\u2015/]+")
_NOT_IN_NAMES = re.compile(r"[,.;:()\"«»]+")
_END_OF_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{6,17}")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Found:
    """At most MOST_ROWS customers with their vehicles loaded; `more` when there were others."""

    customers: list[Customer]
    more: bool = False


def find_customers(scope: QuerySet[Customer], words: str) -> Found:
    """The customers of `scope` that `words` may mean: a phone number, a plate, a VIN or its end, a name.

    Fewer than three letters or four digits find nobody: nobody may leaf through the records (Law 25).
    """
    found: dict[int, None] = {}
    for way in _WAYS:
        matching = way(words.strip())
        if matching is not None and len(found) <= MOST_ROWS:
            rows = scope.filter(matching).order_by("name_key", "pk").values_list("pk", flat=True)
            found.update(dict.fromkeys(rows[: MOST_ROWS + 1]))
    return Found(load_in_order(scope, list(found)[:MOST_ROWS]), more=len(found) > MOST_ROWS)


def load_in_order(scope: QuerySet[Customer], ids: list[int]) -> list[Customer]:
    """These customers with their vehicles, in the order of `ids`. Two queries; those out of scope are left out."""
    loaded = {customer.pk: customer for customer in scope.filter(pk__in=ids).prefetch_related("vehicles")}
    return [loaded[pk] for pk in ids if pk in loaded]


def _by_vin(words: str) -> Q | None:
    typed = _SEPARATORS.sub("", words).upper().translate(str.maketrans("IOQ", "100"))
    if not _END_OF_VIN.fullmatch(typed) or not any(character.isdigit() for character in typed):
        return None
    # Read from its end, as the index is; a whole VIN is the longest end.
    return _driving(Vehicle.objects.alias(niv=Reverse("vin")).filter(niv__startswith=typed[::-1]))


def _by_plate(words: str) -> Q | None:
    bare = _SEPARATORS.sub("", words)
    key = plates.search_key(bare)
    if not (bare.isascii() and bare.isalnum() and LEAST_LETTERS <= len(key) <= 8):
        return None
    return _driving(Vehicle.objects.filter(plate_key=key))


def _by_phone(words: str) -> Q | None:
    digits = phones.digits(words)
    if not _PHONE.fullmatch(words) or len(digits) < LEAST_LAST_DIGITS:
        return None
    if len(digits) >= LEAST_DIGITS_ANYWHERE:
        return Q(phone__contains=digits)
    return Q(phone__endswith=digits)


def _by_name(words: str) -> Q | None:
    parts = fold(_NOT_IN_NAMES.sub(" ", words)).split()
    letters = [part for part in parts if not part.isdecimal()]
    if not letters or letters != parts or max(map(len, letters)) < LEAST_LETTERS:
        return None
    matching = Q()
    for part in letters:
        matching &= Q(name_key__contains=part)
    return matching


def _driving(vehicles: QuerySet[Vehicle]) -> Q:
    drivers = VehicleDriver.objects.filter(vehicle__in=vehicles)
    return Q(pk__in=drivers.values("customer"))


_WAYS: tuple[Callable[[str], Q | None], ...] = (_by_vin, _by_plate, _by_phone, _by_name)
