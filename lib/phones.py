"""Telephone numbers: typed any way, stored as E.164, shown the Canadian way."""

from __future__ import annotations

import re

import phonenumbers
from django.utils.translation import gettext_lazy as _

from lib.errors import Refusal
from lib.languages import is_english

REGION = "CA"
LONGEST_INPUT = 40

# The North American plan, looser than phonenumbers: new area codes and the fictional 555-01xx pass.
_NANP = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
_EXTENSION = re.compile(r"\d[\s,;.)-]*(?:extension|ext|poste|x|#|p\.)[\s.:#=]*\d", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\+?[\d\s().\-\u2010-\u2015\u2212/]+")


def parse_phone(text: str) -> str:
    """The number as E.164 (``+15145550123``); without a country code it is Canadian.

    Accepts punctuation and a leading 1. Raises Refusal(field="phone") for letters, an extension, or a
    number that cannot exist.
    """
    if len(text) <= LONGEST_INPUT and _EXTENSION.search(text):
        sentence = _("Enter the telephone number without its extension, e.g. 514-555-0123.")
        raise Refusal(sentence, code="phone_extension", field="phone")
    number = _read(text)
    if number is None or not _can_exist(number):
        sentence = _("Enter a telephone number with its area code, e.g. 514-555-0123.")
        raise Refusal(sentence, code="phone_invalid", field="phone")
    return number


def format_phone(e164: str, language: str) -> str:
    """French ``514 555-0123``, English ``514-555-0123``; a foreign number in international form.

    What is not E.164 comes back unchanged.
    """
    if _NANP.fullmatch(e164):
        area, exchange, line = e164[2:5], e164[5:8], e164[8:]
        return f"{area}{'-' if is_english(language) else ' '}{exchange}-{line}"
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def can_take_texts(e164: str) -> bool:
    """Whether a text message may reach it: a Canadian or US number that is not known to be anything but a telephone.

    The North American plan does not tell mobile numbers from landlines; toll-free and premium numbers, and those of the
    islands that share the plan, it does.
    """
    if not _NANP.fullmatch(e164):
        return False
    number = phonenumbers.parse(e164)
    usual = (phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE, phonenumbers.PhoneNumberType.MOBILE)
    # A region that is not known yet is a new area code.
    region = phonenumbers.region_code_for_number(number)
    return region is None or (region in ("CA", "US") and phonenumbers.number_type(number) in usual)


def digits(text: str) -> str:
    """Only the digits, as ASCII, to search with."""
    return "".join(str(int(character)) for character in text if character.isdecimal())


def _read(text: str) -> str | None:
    if len(text) > LONGEST_INPUT or not _NUMBER.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _can_exist(e164: str) -> bool:
    if e164.startswith("+1"):
        return _NANP.fullmatch(e164) is not None
    return phonenumbers.is_valid_number(phonenumbers.parse(e164))
