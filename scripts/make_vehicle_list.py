"""Write lib/data/vehicles.json: the makes, models, years and fuels of cars and light trucks since 1995.

    python scripts/make_vehicle_list.py

Needs no network: everything is read out of the vPIC database that ultravin carries (NHTSA, public domain), by decoding
numbers made for the purpose. Takes a few minutes; run it again when ultravin is updated. vPIC covers the United
States; what Canada alone was sold is in CANADIAN.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import ultravin  # noqa: E402

from lib import makes, vins  # noqa: E402

TARGET = ROOT / "lib" / "data" / "vehicles.json"
OLDEST = 1995
TYPES = {"PASSENGER CAR", "MULTIPURPOSE PASSENGER VEHICLE (MPV)", "TRUCK"}
HEAVY = re.compile(r"Class ([5-9])")  # over 16,000 lb
YEAR_POSITION = 9
DESCRIPTORS_A_MODEL = 6  # tried in every year
DRAWN_A_YEAR = 60  # random numbers of one prefix and year
BATCH = 4000

# Sold in Canada only, or under another name here: make, model, first and last model year, fuels.
CANADIAN = [
    ("Acura", "EL", 1997, 2005, "gasoline"),
    ("Acura", "CSX", 2006, 2011, "gasoline"),
    ("Buick", "Allure", 2005, 2010, "gasoline"),
    ("Chevrolet", "Epica", 2004, 2006, "gasoline"),
    ("Chevrolet", "Optra", 2004, 2007, "gasoline"),
    ("Chevrolet", "Orlando", 2012, 2014, "gasoline"),
    ("Kia", "EV4", 2026, 2027, "electric"),
    ("Kia", "EV5", 2026, 2027, "electric"),
    ("Kia", "Magentis", 2001, 2010, "gasoline"),
    ("Kia", "Rondo", 2007, 2017, "gasoline"),
    ("Mercedes-Benz", "B-Class", 2006, 2019, "gasoline"),
    ("Mitsubishi", "RVR", 2011, 2024, "gasoline"),
    ("Nissan", "Micra", 2015, 2019, "gasoline"),
    ("Nissan", "Qashqai", 2017, 2023, "gasoline"),
    ("Nissan", "X-Trail", 2005, 2006, "gasoline"),
    ("Pontiac", "Pursuit", 2005, 2006, "gasoline"),
    ("Pontiac", "Wave", 2004, 2010, "gasoline"),
    ("Smart", "Fortwo", 2005, 2007, "diesel"),
    ("Suzuki", "Swift+", 2004, 2011, "gasoline"),
    ("Volkswagen", "City Golf", 2007, 2010, "gasoline"),
    ("Volkswagen", "City Jetta", 2007, 2009, "gasoline"),
]

# What vPIC has under a model's own name and people say longer.
LONGER = [
    ("Chevrolet", "Silverado EV", 2024, 2027, "electric"),
    ("Ford", "F-150 Lightning", 2022, 2025, "electric"),
    ("GMC", "Sierra EV", 2024, 2027, "electric"),
]
# Makes of which vPIC joins engine codes with models that never had them: beside gasoline, only what FUELS_SOLD says.
MIXED = {
    "Buick", "Cadillac", "Chevrolet", "Chrysler", "Daewoo", "Dodge", "Eagle", "Fiat", "Ford", "Geo", "GMC", "Hummer",
    "Infiniti", "Isuzu", "Jeep", "Lincoln", "Mercury", "Mitsubishi", "Nissan", "Oldsmobile", "Plymouth", "Pontiac", "Ram",
    "Saturn", "Suzuki", "Toyota", "Volvo",
}  # fmt: skip
FUELS_SOLD = ROOT / "scripts" / "vehicle_fuels.txt"
# Where vPIC forgets the electric half of every one of them.
HYBRIDS = {("Toyota", "Prius"), ("Honda", "Insight")}
NEVER = {  # chance pairings that other makes have
    ("Hyundai", "diesel"), ("Kia", "diesel"), ("Subaru", "diesel"), ("Lotus Elise", "electric"),
    ("Lotus Exige", "electric"), ("Hyundai Accent", "hybrid"), ("Hyundai Accent", "plug_in_hybrid"),
    ("Honda Fit", "electric"), ("Volkswagen e-Golf", "gasoline"), ("Volkswagen e-Golf", "diesel"),
    ("Volkswagen Golf GTI", "electric"), ("Volkswagen Golf R", "electric"), ("Volkswagen GTI", "electric"),
    ("Volkswagen GTI", "diesel"), ("Volkswagen Golf SportWagen", "electric"), ("Volkswagen Routan", "electric"),
    ("Volkswagen Routan", "diesel"),
}  # fmt: skip
NOT_ONE = re.compile(
    r"Motorhome|Hearse|Police|Cab\b|Cab Over|\bton$|Forward$|Altra-EV|GMT-|U100|^'34|Electric Vehicle|, | AV$"
)
FORD_TRUCKS = re.compile(r"(?!F-[1-4]50|E-[1-4]50)[A-Z]{1,3}-?\d{3,5}$|F-Super")
SHARE = 0.04  # of a model's numbers in a year: less is a chance pairing of model and engine codes
GAP = 3  # years that chance may have left out

Seen = dict[tuple[str, str], dict[str, Counter[int]]]  # (make, model): fuel: year: how many numbers


def main() -> None:
    now = datetime.now(UTC)
    years = range(OLDEST, now.year + 2)
    rows = rows_of_light_vehicles(now)
    seen: Seen = defaultdict(lambda: defaultdict(Counter))
    prefixes = sorted({vin[:3] for vins_of_one in rows.values() for vin in vins_of_one})
    note(seen, clean(in_every_year(rows, years), now), years)
    note(seen, clean(drawn(prefixes, years, now), now), years)
    drop_chance(seen)
    part_pairs(seen)
    for make, model, first, last, fuel in [*CANADIAN, *LONGER]:
        seen[make, model][fuel].update(range(first, last + 1))
    settle(seen, years)
    write(seen, str(ultravin.provenance()["data_month"]))


def rows_of_light_vehicles(now: datetime) -> dict[tuple[str, str, str], list[str]]:
    """A few numbers of each prefix, make and model that a row of the data names."""
    sweep = ultravin.sweep(["pattern"])
    kind = {vin[:3]: vin for vin in sweep}  # a prefix belongs to one type of vehicle
    light = {prefix for prefix, vin in kind.items() if is_light(next(decoded([vin], now))[1])}
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for vin, told in decoded((vin for vin in sweep if vin[:3] in light), now):
        named = name_of(told)
        if named and len(found[vin[:3], *named]) < DESCRIPTORS_A_MODEL:
            found[vin[:3], *named].append(vin)
    return found


def in_every_year(rows: dict[tuple[str, str, str], list[str]], years: Iterable[int]) -> Iterator[str]:
    codes = {vins.YEAR_CODES[(year - 1980) % 30] for year in years}
    for numbers in rows.values():
        for vin in numbers:
            for code in codes:
                yield vins.vin_with_check_digit(vin[:YEAR_POSITION] + code + vin[YEAR_POSITION + 1 :])


def drawn(prefixes: Iterable[str], years: Iterable[int], now: datetime) -> Iterator[str]:
    """Random but possible numbers, which say model and fuel together."""
    for prefix in prefixes:
        for year in years:
            yield from ultravin.generate(DRAWN_A_YEAR, wmi=prefix, year=year, invalid_rate=0, now=now)


def decoded(numbers: Iterable[str], now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    batch: list[str] = []
    for vin in numbers:
        batch.append(vin)
        if len(batch) == BATCH:
            yield from _decoded(batch, now)
            batch = []
    yield from _decoded(batch, now)


def _decoded(batch: list[str], now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    for vin, answer in zip(batch, ultravin.decode_batch(batch, now=now), strict=True):
        yield vin, {**answer["attributes"], "year": answer["model_year"], "errors": answer["error_codes"]}


def clean(numbers: Iterable[str], now: datetime) -> Iterator[dict[str, Any]]:
    return (told for _vin, told in decoded(numbers, now) if told["errors"] == [0])


def is_light(told: dict[str, Any]) -> bool:
    return told.get("Vehicle Type") in TYPES


def name_of(told: dict[str, Any]) -> tuple[str, str] | None:
    """Make and model of a light vehicle of a make that we know."""
    make, model = makes.spell(told.get("Make", "")), vins.model_name(told.get("Model", ""))
    if make == "Toyota" and model.startswith("Scion "):
        make, model = "Scion", model.removeprefix("Scion ")
    heavy = HEAVY.search(told.get("Gross Vehicle Weight Rating From", "")) or NOT_ONE.search(model)
    if heavy or (make == "Ford" and FORD_TRUCKS.match(model)):
        return None
    return (make, model) if make in makes.MAKES and model and is_light(told) else None


def note(seen: Seen, answers: Iterable[dict[str, Any]], years: range) -> None:
    for told in answers:
        named = name_of(told)
        if named and told["year"] in years:
            fuel = "hybrid" if named in HYBRIDS and vins.fuel_of(told) == "gasoline" else vins.fuel_of(told)
            seen[named][fuel][told["year"]] += 1


def drop_chance(seen: Seen) -> None:
    """Leave out what is rare among a model's numbers of a year."""
    for fuels in seen.values():
        known = Counter[int]()
        for fuel, years in fuels.items():
            known.update(years if fuel else {})
        for fuel, years in fuels.items():
            rare = [year for year, count in years.items() if fuel and count < SHARE * known[year]]
            for year in rare:
                del years[year]


def part_pairs(seen: Seen) -> None:
    """`Caravan/Grand Caravan` is two models."""
    for make, model in [named for named in seen if "/" in named[1]]:
        fuels = seen.pop((make, model))
        for part in model.split("/"):
            for fuel, years in fuels.items():
                seen[make, part.strip()][fuel].update(years)


def settle(seen: Seen, years: range) -> None:
    """Take out what chance joined, put in what was sold."""
    sold = dict(fuels_sold())
    for named, fuels in seen.items():
        make, model = named
        whole = sorted(set().union(*fuels.values()))
        if make in MIXED and "gasoline" in fuels:
            for fuel in set(fuels) - {"gasoline", ""}:
                del fuels[fuel]
        for fuel in [fuel for fuel in fuels if {(make, fuel), (f"{make} {model}", fuel)} & NEVER]:
            del fuels[fuel]
        for fuel, span in sold.get(named, ()):
            if span is None:
                fuels.clear()
            first, last = (whole[0], whole[-1]) if span is None else span
            fuels[fuel].update(range(max(first, years[0]), min(last, years[-1]) + 1))


def fuels_sold() -> Iterator[tuple[tuple[str, str], list[tuple[str, tuple[int, int] | None]]]]:
    """Each model of FUELS_SOLD with its fuels and their years; None where there is no other fuel."""
    for line in FUELS_SOLD.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        make, model, fuels = line.split("|")
        yield (
            (make, model),
            [
                (fuel, None if span == "only" else tuple(map(int, span.split("-"))))  # type: ignore[misc]
                for fuel, span in (part.split() for part in fuels.split(", "))
            ],
        )


def spans_of(fuels: dict[str, Counter[int]]) -> list[list[Any]]:
    """`[fuel, first year, last year]`, as often as a fuel comes and goes; an unknown one where no other is known."""
    spans: list[list[Any]] = []
    for fuel in sorted(filter(None, fuels)):
        spans.extend([fuel, *run] for run in runs(sorted(fuels[fuel])))
    blank = sorted(
        year for year in fuels.get("", ()) if not any(first <= year <= last for _fuel, first, last in spans)
    )
    return [*spans, *(["", *run] for run in runs(blank))]


def runs(years: list[int]) -> list[list[int]]:
    """First and last of each row of years without a gap."""
    found: list[list[int]] = []
    for year in years:
        if found and year - found[-1][1] <= GAP:
            found[-1][1] = year
        else:
            found.append([year, year])
    return found


def write(seen: Seen, month: str) -> None:
    listed: dict[str, dict[str, list[list[Any]]]] = defaultdict(dict)
    for make, model in sorted(seen, key=lambda named: (named[0].lower(), named[1].lower())):
        listed[make][model] = spans_of(seen[make, model])
    head = {"source": "NHTSA vPIC, read with ultravin; scripts/make_vehicle_list.py", "data_month": month}
    TARGET.parent.mkdir(exist_ok=True)
    lines = [
        f"{json.dumps(make)}: {{\n"
        + ",\n".join(
            f"{json.dumps(model)}: {json.dumps(spans, separators=(',', ':'))}"
            for model, spans in models.items()
        )
        + "}"
        for make, models in listed.items()
    ]
    text = json.dumps(head)[:-1] + ', "makes": {\n' + ",\n".join(lines) + "}}\n"
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {sum(map(len, listed.values()))} models, {len(text) // 1000} kB")


if __name__ == "__main__":
    main()
