"""Finding a customer by what a caller says: phone, name, plate or VIN. Calculates, never writes.

Each way is a query of its own that one index answers; the surer ways come first. Appointment references are
looked up where appointments are known (booking). `Traits` asks the same of one person without the database: whether
somebody who typed these words may have meant them.
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


@dataclass(frozen=True, slots=True)
class Traits:
    """By what a customer is found: the record's name and addresses, and keys of plates and VINs of their vehicles."""

    customer: Customer
    plates: frozenset[str] = frozenset()
    vins: frozenset[str] = frozenset()

    def are_meant_by(self, words: str) -> bool:
        """Whether `words`, typed as a search, may mean this person, by what finds them or by several things at once.

        Without a query.
        """
        tokens = (words, *words.split())
        return (
            self._has_email_in(words)
            or self._has_number(phones.digits(words))
            or self._has_name(_name_parts(words, beside_numbers=True))
            or any(_plate(token) in self.plates for token in tokens)
            or any(vin.endswith(end) for token in tokens if (end := _end_of_vin(token)) for vin in self.vins)
        )

    def _has_email_in(self, words: str) -> bool:
        email = self.customer.email.casefold()
        return bool(email) and email in words.casefold()

    def _has_number(self, digits: str) -> bool:
        phone = self.customer.phone
        if len(digits) >= LEAST_DIGITS_ANYWHERE:
            return digits in phone
        return len(digits) >= LEAST_LAST_DIGITS and phone.endswith(digits)

    def _has_name(self, parts: list[str]) -> bool:
        return bool(parts) and all(part in self.customer.name_key for part in parts)


def _by_vin(words: str) -> Q | None:
    typed = _end_of_vin(words)
    if not typed:
        return None
    # Read from its end, as the index is; a whole VIN is the longest end.
    return _driving(Vehicle.objects.alias(niv=Reverse("vin")).filter(niv__startswith=typed[::-1]))


def _by_plate(words: str) -> Q | None:
    key = _plate(words)
    return _driving(Vehicle.objects.filter(plate_key=key)) if key else None


def _by_phone(words: str) -> Q | None:
    digits = _digits(words)
    if not digits:
        return None
    return Q(phone__contains=digits) if len(digits) >= LEAST_DIGITS_ANYWHERE else Q(phone__endswith=digits)


def _by_name(words: str) -> Q | None:
    parts = _name_parts(words)
    if not parts:
        return None
    matching = Q()
    for part in parts:
        matching &= Q(name_key__contains=part)
    return matching


def _end_of_vin(words: str) -> str:
    """What may be a VIN or its end; empty for anything else."""
    typed = _SEPARATORS.sub("", words).upper().translate(str.maketrans("IOQ", "100"))
    looks_so = _END_OF_VIN.fullmatch(typed) and any(character.isdigit() for character in typed)
    return typed if looks_so else ""


def _plate(words: str) -> str:
    """The key of what may be a plate; empty for anything else."""
    bare = _SEPARATORS.sub("", words)
    key = plates.search_key(bare)
    return key if bare.isascii() and bare.isalnum() and LEAST_LETTERS <= len(key) <= 8 else ""


def _digits(words: str) -> str:
    """The digits of what may be a telephone number or its end; empty for anything else."""
    digits = phones.digits(words)
    return digits if _PHONE.fullmatch(words) and len(digits) >= LEAST_LAST_DIGITS else ""


def _name_parts(words: str, *, beside_numbers: bool = False) -> list[str]:
    """The folded parts of what may be a name, one of them three letters long or longer; none for anything else."""
    parts = fold(_NOT_IN_NAMES.sub(" ", words)).split()
    if beside_numbers:
        parts = [part for part in parts if not any(character.isdigit() for character in part)]
    is_name = parts and not any(map(str.isdecimal, parts)) and max(map(len, parts)) >= LEAST_LETTERS
    return parts if is_name else []


def _driving(vehicles: QuerySet[Vehicle]) -> Q:
    drivers = VehicleDriver.objects.filter(vehicle__in=vehicles)
    return Q(pk__in=drivers.values("customer"))


_WAYS: tuple[Callable[[str], Q | None], ...] = (_by_vin, _by_plate, _by_phone, _by_name)
