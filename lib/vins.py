"""Vehicle identification numbers (NIV): reading what people type, and what the number itself tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ultravin
from django.utils.translation import gettext_lazy as _

from lib import clock, makes
from lib.errors import Refusal

LENGTH = 17
CHECK_POSITION = 8

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
# A VIN has no I, O or Q, so these can only be misreadings.
_MISREAD = str.maketrans("IOQ", "100")
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"  # from 1980 on, every 30 years  # pragma: allowlist secret

# vPIC names no make where a company sells several under one prefix; these are all but always the first one.
_COMPANIES = {"HYUNDAI": "Hyundai", "KIA": "Kia", "MITSUBISHI MOTORS": "Mitsubishi", "RENAULT": "Renault"}
# Models that vPIC writes as nobody does.
_RENAMED = {
    "Ariya Hatchback": "Ariya", "Ariya MPV": "Ariya", "Astro Van": "Astro", "C-max": "C-Max", "Corolla Matrix": "Matrix",
    "Ecosport": "EcoSport", "EQE-Class Sedan": "EQE", "EQE-Class SUV": "EQE SUV", "EQS-Class Sedan": "EQS",
    "EQS-Class SUV": "EQS SUV", "EQB-Class": "EQB", "GRAND AM": "Grand Am", "Grand AM": "Grand Am", "Jimmy Utility": "Jimmy",
    "Kicks MPV": "Kicks", "New Range Rover": "Range Rover", "Nissan Z": "Z", "Promaster 1500": "ProMaster 1500",
    "Promaster 2500": "ProMaster 2500", "Promaster 3500": "ProMaster 3500", "Promaster City": "ProMaster City",
    "S-10 Pickup": "S-10", "smart": "Fortwo", "XV CrossTrek": "XV Crosstrek",
}  # fmt: skip
# vPIC's names of what drives it, by the level of electrification first. Hydrogen and gas have no word here.
_LEVELS = {"BEV": "electric", "PHEV": "plug_in_hybrid", "FCEV": ""}
_FUELS = {
    "Gasoline": "gasoline", "Flexible Fuel Vehicle (FFV)": "gasoline", "Ethanol (E85)": "gasoline",
    "Diesel": "diesel", "Electric": "electric",
}  # fmt: skip


@dataclass(frozen=True)
class VinReading:
    """A VIN as read. All that follows `check_digit_ok` is a proposal to confirm; None and "" if unknown.

    `engine` is `2.0 L, 4 cyl.`, which `say_engine` puts into a language; `fuel` is a code of customers.models.Fuel.
    """

    vin: str
    corrected: bool
    check_digit_ok: bool
    year: int | None
    make: str
    model: str = ""
    trim: str = ""
    engine: str = ""
    fuel: str = ""


def read_vin(text: str) -> VinReading:
    """Read a VIN: upper case, separators dropped, I read as 1, O and Q as 0 (then ``corrected``).

    A wrong length or character raises Refusal(field="vin"). A wrong check digit is only reported: it is
    compulsory in North America alone. What the number means comes from NHTSA's vPIC, without network.
    """
    bare = _SEPARATORS.sub("", text)
    typed = bare.upper() if bare.isascii() else ""
    vin = typed.translate(_MISREAD)
    if not _VIN.fullmatch(vin):
        raise Refusal(
            _("A VIN has 17 letters and digits. Check it against the registration certificate."),
            code="vin_invalid",
            field="vin",
        )
    decoded = ultravin.decode(vin, now=clock.now())
    told: dict[str, str] = decoded["attributes"]
    model = told.get("Model", "")
    return VinReading(
        vin=vin,
        corrected=vin != typed,
        check_digit_ok=vin[CHECK_POSITION] == _check_digit(vin),
        year=decoded["model_year"] if model else _model_year(vin),
        make=_make(told),
        model=model_name(model),
        # Without the model, vPIC may have taken the number for one of 30 years before.
        trim=_trim(told) if model else "",
        engine=_engine(told) if model else "",
        fuel=fuel_of(told) if model else "",
    )


def vin_with_check_digit(first17: str) -> str:
    """The same 17 characters with the right check digit in position 9, whatever stood there."""
    return first17[:CHECK_POSITION] + _check_digit(first17) + first17[CHECK_POSITION + 1 :]


def say_engine(engine: str, language: str) -> str:
    """`2,0 L, 4 cyl.` in French; numbers stay beside their unit."""
    said = re.sub(r"(\d) (L|cyl)", "\\1\u00a0\\2", engine)
    return re.sub(r"(\d)\.(\d)", r"\1,\2", said) if language == "fr" else said


def model_name(name: str) -> str:
    """A model as one writes it: `SANTA CRUZ` as Santa Cruz, `RAV4 Prime (PHEV)` without its bracket."""
    bare = _RENAMED.get(name) or re.sub(r"\s*\([^)]*\)", "", name)
    words = [
        word.title() if len(word) > 3 and word.isalpha() and word.isupper() else word for word in bare.split()
    ]
    return " ".join(words)


def fuel_of(told: Mapping[str, Any]) -> str:
    """The fuel's code from vPIC's attributes: mild and full hybrids are hybrids; "" if unknown or none of ours."""
    level = str(told.get("Electrification Level") or "").split(" (")[0].split()
    if level:
        return _LEVELS.get(level[0], "hybrid")
    primary, secondary = (told.get(f"Fuel Type - {which}") for which in ("Primary", "Secondary"))
    if {primary, secondary} == {"Electric", "Gasoline"}:
        return "plug_in_hybrid" if primary == "Electric" else "hybrid"
    return _FUELS.get(str(primary or ""), "")


def _check_digit(vin: str) -> str:
    values = (_VALUES[character] if character.isalpha() else int(character) for character in vin)
    remainder = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def _model_year(vin: str) -> int | None:
    """From position 10, whose codes repeat every 30 years: a letter in position 7 means 2010 or later."""
    if vin[9] not in YEAR_CODES:
        return None
    year = 1980 + YEAR_CODES.index(vin[9])
    return year + 30 if vin[6].isalpha() and year + 30 <= clock.now().year + 2 else year


def _make(told: Mapping[str, str]) -> str:
    if told.get("Make"):
        return makes.spell(told["Make"])
    company = told.get("Manufacturer Name", "")
    return next((make for begin, make in _COMPANIES.items() if company.startswith(begin)), "")


def _trim(told: Mapping[str, str]) -> str:
    """`LX`; nothing when the number leaves several, which vPIC then lists."""
    trim = told.get("Trim", "").strip()
    return "" if re.search(r"[,/;]| or | and ", trim) or len(trim) > 30 else trim


def _engine(told: Mapping[str, str]) -> str:
    litres, cylinders = told.get("Displacement (L)", ""), told.get("Engine Number of Cylinders", "")
    parts = [f"{float(litres):.1f} L"] if litres else []
    return ", ".join([*parts, f"{cylinders} cyl."] if cylinders else parts)
