"""Vehicle identification numbers (NIV): reading what people type, and what the number itself tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from vininfo import Vin

from lib.errors import Refusal

LENGTH = 17
CHECK_POSITION = 8

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
# A VIN has no I, O or Q, so these can only be misreadings.
_MISREAD = str.maketrans("IOQ", "100")
_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

# Where vininfo names a company, or the wrong one, instead of the make on the tailgate; an empty make
# where several share the prefix: better to ask than to be wrong.
_MAKES = {
    "KMH": "Hyundai", "JF1": "Subaru", "WBS": "BMW", "WDB": "Mercedes-Benz", "WDC": "Mercedes-Benz",
    "WDD": "Mercedes-Benz", "WP0": "Porsche", "WP1": "Porsche", "WMZ": "Mini", "1GT": "GMC",
    "1C4": "", "2C4": "", "3C4": "", "1M8": "",
}  # fmt: skip
_COMPANY_WORDS = re.compile(r"(?: (?:Motors|Cars|Truck|Canada|Mexico|USA|China|Thailand))+$")


@dataclass(frozen=True)
class VinReading:
    """A VIN as read. ``year`` (model year) and ``maker`` are proposals to confirm; None and "" if unknown."""

    vin: str
    corrected: bool
    check_digit_ok: bool
    year: int | None
    maker: str


def read_vin(text: str) -> VinReading:
    """Read a VIN: upper case, separators dropped, I read as 1, O and Q as 0 (then ``corrected``).

    A wrong length or character raises Refusal(field="vin"). A wrong check digit is only reported: it is
    compulsory in North America alone.
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
    decoded = Vin(vin)
    return VinReading(
        vin=vin,
        corrected=vin != typed,
        check_digit_ok=vin[CHECK_POSITION] == _check_digit(vin),
        year=_model_year(decoded),
        maker=_maker(decoded),
    )


def vin_with_check_digit(first17: str) -> str:
    """The same 17 characters with the right check digit in position 9, whatever stood there."""
    return first17[:CHECK_POSITION] + _check_digit(first17) + first17[CHECK_POSITION + 1 :]


def _check_digit(vin: str) -> str:
    values = (_VALUES[character] if character.isalpha() else int(character) for character in vin)
    remainder = sum(value * weight for value, weight in zip(values, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def _model_year(decoded: Vin) -> int | None:
    """Codes repeat every 30 years: a letter in position 7 means 2010 or later, a digit before that."""
    years = decoded.years  # newest first
    if not years:
        return None
    return int(years[0] if decoded.num[6].isalpha() else years[-1])


def _maker(decoded: Vin) -> str:
    if decoded.wmi in _MAKES:
        return _MAKES[decoded.wmi]
    name: str = decoded.manufacturer
    return "" if name == "UnsupportedBrand" else _COMPANY_WORDS.sub("", name)
