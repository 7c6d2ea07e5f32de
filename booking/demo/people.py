"""Households of the region with their vehicles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from django.db import transaction

from booking.demo.dice import dice, draw
from booking.demo.names import FRENCH, ORIGINS, Origin
from booking.demo.vehicles import MODELS, PAINTS, YEAR_CODES, Model
from customers.models import Customer, Vehicle, VehicleDriver
from dealerships.models import Group
from lib import clock, plates, vehicle_list, vins
from lib.names import search_key
from lib.text import fold

AREA_CODES = {"450": 36, "514": 26, "579": 14, "438": 16, "263": 4, "354": 4}
CARRIERS = ("exemple.example", "courriel.example", "example.com", "example.org")
# Of the French-speaking families, who carries both parents' names.
DOUBLE_NAMES = 0.06
KILOMETRES_A_YEAR = 16_500
BATCH = 1000


def make_people(group: Group, *, customers: int, vehicles: int, today: date) -> bool:
    """Make the group's customers and vehicles, all or none; whether there were none yet."""
    if VehicleDriver.objects.filter(vehicle__group=group, owner=True).exists():
        return False
    rng = dice("people")
    with transaction.atomic():
        households = list(_households(rng, group, customers, today))
        Customer.objects.bulk_create([one for home in households for one in home], batch_size=BATCH)
        garages = list(households)
        garages += rng.choices(households, k=max(0, vehicles - len(households)))
        makers = _vehicles(rng, group, today)
        owned = [(next(makers), home) for home in garages[:vehicles]]
        Vehicle.objects.bulk_create([vehicle for vehicle, _home in owned], batch_size=BATCH)
        links = [
            link
            for number, (vehicle, home) in enumerate(owned)
            for link in _links(rng, vehicle, home, first=number < len(households))
        ]
        VehicleDriver.objects.bulk_create(links, batch_size=BATCH)
    return True


def _households(rng: random.Random, group: Group, customers: int, today: date) -> Iterator[list[Customer]]:
    phones, addresses = _phones(rng), _Addresses(rng)
    made = 0
    while made < customers:
        origin = draw(rng, {number: origin.share for number, origin in enumerate(ORIGINS)})
        family = _family(rng, ORIGINS[origin])
        size = 2 if rng.random() < 0.35 and made + 2 <= customers else 1
        home = [
            _customer(rng, group, ORIGINS[origin], family, phones, addresses, today) for _one in range(size)
        ]
        made += size
        yield home


def _customer(
    rng: random.Random,
    group: Group,
    origin: Origin,
    family: str,
    phones: Iterator[str],
    addresses: _Addresses,
    today: date,
) -> Customer:
    # In Québec both keep the name they were born with; about half of the couples here share one anyway.
    surname = family if rng.random() < 0.5 else _family(rng, origin)
    first = rng.choice(origin.women if rng.random() < 0.5 else origin.men)
    email = addresses.make(first, surname) if rng.random() < 0.84 else ""
    phone = next(phones) if not email or rng.random() < 0.96 else ""
    name = f"{first} {surname}"
    return Customer(
        group=group,
        name=name,
        name_key=search_key(name)[:210],
        phone=phone,
        email=email,
        language="en" if rng.random() < origin.english else "fr",
        created_at=_some_moment(rng, today),
    )


def _family(rng: random.Random, origin: Origin) -> str:
    name = rng.choice(origin.families)
    if origin is FRENCH and rng.random() < DOUBLE_NAMES:
        other = rng.choice(origin.families)
        return f"{name}-{other}" if other != name and "-" not in name + other else name
    return name


def _some_moment(rng: random.Random, today: date) -> datetime:
    day = today - timedelta(days=rng.randint(370, 2200))
    return clock.at_local(day, time(rng.randint(8, 17), rng.randint(0, 59)), "America/Toronto")


def _phones(rng: random.Random) -> Iterator[str]:
    """Numbers of the exchange that is kept for fiction, each once; 555-01xx first in every area code."""
    lines = {
        area: iter(rng.sample(range(100, 200), 100) + rng.sample(range(2000, 9999), 7000))
        for area in AREA_CODES
    }
    taken = {"+14505550134", "+14505550178"}  # the dealerships
    while True:
        area = draw(rng, AREA_CODES)
        number = f"+1{area}555{next(lines[area]):04}"
        if number not in taken:
            yield number


class _Addresses:
    """E-mail addresses as people choose them, each once."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()

    def make(self, first: str, surname: str) -> str:
        given, family = (fold(part).replace(" ", "") for part in (first, surname))
        local = draw(self.rng, {f"{given}.{family}": 5, f"{given[0]}{family}": 2, f"{given}{family[0]}": 1})
        carrier = self.rng.choice(CARRIERS)
        for number in count():
            address = f"{local}{number or ''}@{carrier}"
            if address not in self.taken:
                self.taken.add(address)
                return address
        raise AssertionError


def _vehicles(rng: random.Random, group: Group, today: date) -> Iterator[Vehicle]:
    numbers, plate_numbers = count(100_000 + rng.randint(0, 400_000), 137), _plates(rng)
    for number in numbers:
        model = draw(rng, {one: one.share for one in MODELS})
        year = _year(rng, model, today)
        colour, paint = rng.choice(PAINTS.get(model.make, PAINTS[""]))
        plate = next(plate_numbers)
        yield Vehicle(
            group=group,
            vin=_vin(model, year, number),
            plate=plate,
            plate_key=plates.search_key(plate),
            year=year,
            make=model.make,
            model=model.name,
            fuel=_usual_fuel(model, year),
            colour=colour,
            paint_code=paint,
            odometer=_odometer(rng, year, today),
        )


def _year(rng: random.Random, model: Model, today: date) -> int:
    newest = min(model.last_year, today.year)
    age = int(rng.triangular(0, 11, 3.5))
    return max(model.first_year, newest - age)


def _vin(model: Model, year: int, number: int) -> str:
    """A number of the maker's own form with the right check digit."""
    code = YEAR_CODES[year - 2010]
    return vins.vin_with_check_digit(
        f"{model.prefix}{model.description}0{code}{model.plant}{number % 1_000_000:06}"
    )


def _usual_fuel(model: Model, year: int) -> str:
    """What most of them are sold with; the list does not know every model year."""
    known = vehicle_list.fuels(model.make, model.name, year) or vehicle_list.fuels(model.make, model.name)
    return next(iter(known), "")


def _odometer(rng: random.Random, year: int, today: date) -> int:
    years = max(0.2, today.year - year + rng.random())
    return int(years * rng.gauss(KILOMETRES_A_YEAR, 3500)) if years > 0.3 else rng.randint(800, 6000)


def _plates(rng: random.Random) -> Iterator[str]:
    """Québec's present form, A12 BCD, each once."""
    letters, taken = "ABCDEFGHJKLMNPQRSTVWXYZ", set[str]()  # pragma: allowlist secret
    while True:
        plate = (
            rng.choice("EFGHJKMNPQRSTVWXYZ") + f"{rng.randint(0, 99):02}" + "".join(rng.choices(letters, k=3))
        )
        if plate not in taken:
            taken.add(plate)
            yield plate


def _links(rng: random.Random, vehicle: Vehicle, home: list[Customer], *, first: bool) -> list[VehicleDriver]:
    """Everybody at home drives the household's first vehicle; the others mostly."""
    owner = rng.randrange(len(home))
    drivers = [one for number, one in enumerate(home) if first or number == owner or rng.random() < 0.6]
    return [VehicleDriver(vehicle=vehicle, customer=one, owner=one is home[owner]) for one in drivers]
