"""What a person gives of themselves and their vehicle, read into one normal form.

Forms and the API read through here, so both refuse the same things with the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from customers.models import Fuel
from lib import clock, makes, phones, plates, vehicle_list, vins
from lib.errors import Refusal
from lib.text import clean_line

T = TypeVar("T")
OLDEST_YEAR = 1950
FARTHEST = 1_000_000  # kilometres
_UNIT = re.compile(r"\s*(km|kms|kilom[eè]tres?|kilometers?)\.?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[\s.,'’](?=\d{3}(?:\D|$))")


class Invalid(Refusal):
    """Several things are wrong at once: sentences by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(_("Please check what is marked below."), code="invalid")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Contact:
    """Who comes and how to reach them: E.164 phone, lower-case domain, fr or en."""

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class VehicleDetails:
    """Which vehicle: by VIN, by plate, or by year, make and model. `doubtful_vin` is a warning, not an error.

    `engine` is as lib.vins writes it; `fuel` a code of Fuel, "" when nobody knows; `odometer` kilometres.
    """

    vin: str = ""
    plate: str = ""
    year: int | None = None
    make: str = ""
    model: str = ""
    colour: str = ""
    trim: str = ""
    engine: str = ""
    fuel: str = ""
    odometer: int | None = None
    doubtful_vin: bool = False
    corrected_vin: bool = False
    misspelt_make: str = ""  # as it was typed, when it is read as another
    misspelt_model: str = ""

    @property
    def title(self) -> str:
        """`Honda Civic 2019`; the plate or the VIN when that is all that was said."""
        said = " ".join(str(part) for part in (self.make, self.model, self.year) if part)
        return said if self.make and self.model else (self.plate or self.vin or said)


def read_contact(raw: Mapping[str, str]) -> Contact:
    """A contact from `name`, `phone`, `email`, `language` as typed; raises Invalid. One way to reach is enough."""
    reader = _Reader(raw)
    name = reader.read("name", lambda text: clean_line(text, limit=100, field="name"))
    if not name and "name" not in reader.errors:
        reader.refuse("name", _("Enter your name."))
    phone = reader.read("phone", phones.parse_phone)
    email = reader.read("email", read_email)
    if not phone and not email and not {"phone", "email"} & set(reader.errors):
        reader.refuse("phone", _("Enter a mobile number or an e-mail address, so that we can confirm."))
    language = raw.get("language") or "fr"
    if language not in ("fr", "en"):
        reader.refuse("language", _("Choose French or English."))
    reader.finish()
    return Contact(name=name, phone=phone, email=email, language=language)


def read_vehicle(raw: Mapping[str, str]) -> VehicleDetails:
    """A vehicle from `vin`, `plate`, `year`, `make`, `model`, `colour`, `fuel`, `odometer` as typed; raises Invalid.

    What is typed counts; the VIN fills in the rest, unless it is another make's. Makes and models are read as the
    listed ones that they resemble.
    """
    reader = _Reader(raw)
    reading = reader.read_as("vin", vins.read_vin, None)
    plate = reader.read("plate", plates.normalize_plate)
    year = reader.read_as("year", read_year, None)
    make = reader.read("make", lambda text: clean_line(text, limit=40, field="make"))
    model = reader.read("model", lambda text: clean_line(text, limit=60, field="model"))
    colour = reader.read("colour", lambda text: clean_line(text, limit=40, field="colour"))
    odometer = reader.read_as("odometer", read_odometer, None)
    if not reader.errors and not (reading or plate or (make and model)):
        reader.refuse("make", _("Tell us the make and model, the plate or the VIN of your vehicle."))
    reader.finish()
    meant = vehicle_list.guess_model(make, model)
    typed = VehicleDetails(
        vin=reading.vin if reading else "",
        plate=plate,
        year=year,
        make=makes.read_make(make),
        misspelt_make=make if makes.is_guess(make) else "",
        model=meant or vehicle_list.find_model(make, model),
        misspelt_model=model if meant else "",
        colour=colour,
        odometer=odometer,
        doubtful_vin=bool(reading and not reading.check_digit_ok),
        corrected_vin=bool(reading and reading.corrected),
    )
    whole = _with_vin(typed, reading) if reading else typed
    return replace(whole, fuel=_fuel(whole, raw.get("fuel") or ""))


def _with_vin(typed: VehicleDetails, reading: vins.VinReading) -> VehicleDetails:
    """What the VIN adds. Another make or model typed beside it means that the number, or its reading, is wrong."""
    dated = replace(typed, year=typed.year or reading.year)
    if typed.make not in ("", reading.make):
        return dated
    made = replace(dated, make=reading.make)
    if typed.model and makes.key_of(typed.model) != makes.key_of(reading.model):
        return made
    model, trim, engine, fuel = reading.model, reading.trim, reading.engine, reading.fuel
    return replace(made, model=model or typed.model, trim=trim, engine=engine, fuel=fuel)


def _fuel(vehicle: VehicleDetails, said: str) -> str:
    """The fuel that the VIN tells, else what was said if it can be, else the only one that there is."""
    possible = vehicle_list.fuels(vehicle.make, vehicle.model, vehicle.year)
    if vehicle.fuel or len(possible) == 1:
        return vehicle.fuel or possible[0]
    return said if said in Fuel.values and (said in possible or not possible) else ""


def read_email(text: str) -> str:
    """An address as it is written to, or a Refusal."""
    email = clean_line(text, limit=254, field="email").replace(" ", "")
    try:
        validate_email(email)
    except ValidationError:
        raise Refusal(
            _("Enter an e-mail address like name@example.com."), code="bad_email", field="email"
        ) from None
    return email.lower()


def read_year(text: str) -> int:
    """A model year from 1950 to next year's, or a Refusal."""
    newest = clock.now().year + 2
    digits = clean_line(str(text), limit=20, field="year")
    if not (digits.isascii() and digits.isdecimal() and OLDEST_YEAR <= int(digits) <= newest):
        raise Refusal(_("Enter the year with four digits, such as 2019."), code="bad_year", field="year")
    return int(digits)


def read_odometer(text: str) -> int:
    """Kilometres from `86 500 km`, `86,500` or `86500`; more than a million or anything else is a Refusal."""
    bare = _UNIT.sub("", clean_line(str(text), limit=40, field="odometer"))
    digits = _THOUSANDS.sub("", bare)
    if not (digits.isascii() and digits.isdecimal() and int(digits) <= FARTHEST):
        raise Refusal(
            _("Enter the kilometres in digits, such as 84,500."), code="bad_odometer", field="odometer"
        )
    return int(digits)


class _Reader:
    """Reads fields one by one and keeps every sentence, so that a form shows all its errors at once."""

    def __init__(self, raw: Mapping[str, str]) -> None:
        self.raw = raw
        self.errors: dict[str, list[str]] = {}

    def read(self, field: str, parse: Callable[[str], str]) -> str:
        return self.read_as(field, parse, "") or ""

    def read_as(self, field: str, parse: Callable[[str], T], empty: T | None) -> T | None:
        text = str(self.raw.get(field) or "").strip()
        if not text:
            return empty
        try:
            return parse(text)
        except Refusal as refusal:
            self.refuse(field, refusal.message)
            return empty

    def refuse(self, field: str, sentence: object) -> None:
        self.errors.setdefault(field, []).append(str(sentence))

    def finish(self) -> None:
        if self.errors:
            raise Invalid(self.errors)
