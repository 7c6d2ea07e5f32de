"""An appointment's facts, said in words: what the message templates are given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings

from lib.clock import NBSP, local, say_date, say_moment, say_short_date, say_time
from lib.colour import DEFAULT_BRAND, brand_palette
from lib.languages import is_english
from lib.money import say_price
from lib.phones import format_phone
from lib.text import without_controls
from lib.tokens import show_reference, token_for

Payload = dict[str, Any]

_YEAR_LAST = re.compile(r"(.+) ((?:19|20)\d\d)")


def appointment_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about an appointment may say, as text in `language`.

    The payload is the outbox contract's; KeyError or ValueError when it is not.
    """
    zone = payload["zone"]
    starts, ready = moment(payload["starts_at"]), moment(payload["ready_at"])
    there = local(starts, zone)
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "name": line(payload["name"]),
        "hello": say_hello(payload["name"], language),
        "when": say_moment(starts, zone, language),
        "day": say_date(there, language),
        "full_day": say_date(there, language, year=True),
        "full_when": f"{say_date(there, language, year=True)}, {say_time(there, language)}",
        "time": say_time(there, language),
        "short_when": f"{say_short_date(there, language)} {say_time(there, language)}",
        "ready": _say_ready(starts, ready, zone, language, short=False),
        "short_ready": _say_ready(starts, ready, zone, language, short=True),
        "previous_when": _say_previous(payload, zone, language),
        "vehicle": say_vehicle(payload["vehicle"], language),
        "plate": line(payload.get("plate", "")),
        "services": [say_service(service, language) for service in payload["services"]],
        "workshop_time": say_duration(
            sum(service.get("minutes") or 0 for service in payload["services"]), language
        ),
        "total": _total(payload["services"], language),
        "priced": any(service.get("price") is not None for service in payload["services"]),
        "bring": _say_bring(payload.get("bring", ()), language),
        "transport": payload["transport"],
        "transport_label": payload[f"transport_{suffix(language)}"],
        "advisor": line(payload["advisor"]),
        "note": without_controls(payload.get("note", ""), keep="\n").strip(),
        "reference": show_reference(payload["reference"]),
        "manage_url": manage_url(payload),
        "book_url": book_url(payload["dealership"]["slug"], language),
        "home_url": home_url(payload["dealership"]["slug"], language),
    }


def wait_list_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about a wait-list entry may say; with an offer, which place and until when.

    KeyError or ValueError when the payload is not an entry's.
    """
    zone = payload["zone"]
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "name": line(payload["name"]),
        "hello": say_hello(payload["name"], language),
        "vehicle": say_vehicle(payload["vehicle"], language),
        "plate": line(payload.get("plate", "")),
        "services": [say_service(service, language) for service in payload["services"]],
        "reference": show_reference(payload["reference"]) if payload["reference"] else "",
        "first_day": say_date(date.fromisoformat(payload["first_day"]), language),
        "last_day": say_date(date.fromisoformat(payload["last_day"]), language),
        "short_ready": "",
        "entry_url": link("l", payload["link_nonce"], "wait-list"),
        **(_offer_words(payload, zone, language) if "offer_nonce" in payload else {}),
    }


def invitation_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about an invitation to a vehicle may say; KeyError or ValueError as above."""
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "inviter": line(payload["inviter"]),
        "vehicle": say_vehicle(payload["vehicle"], language),
        "expires_on": say_date(date.fromisoformat(payload["expires_on"]), language),
        "invitation_url": link("i", payload["link_nonce"], "invitation"),
    }


def _offer_words(payload: Payload, zone: str, language: str) -> dict[str, Any]:
    starts, ready = moment(payload["starts_at"]), moment(payload["ready_at"])
    there = local(starts, zone)
    return {
        "when": say_moment(starts, zone, language),
        "day": say_date(there, language),
        "full_day": say_date(there, language, year=True),
        "full_when": f"{say_date(there, language, year=True)}, {say_time(there, language)}",
        "time": say_time(there, language),
        "short_when": f"{say_short_date(there, language)} {say_time(there, language)}",
        "ready": _say_ready(starts, ready, zone, language, short=False),
        "previous_when": _say_previous(payload, zone, language),
        "kept_until": say_time(local(moment(payload["kept_until"]), zone), language),
        "bring": _say_bring(payload.get("bring", ()), language),
        "transport": payload["transport"],
        "transport_label": payload[f"transport_{suffix(language)}"],
        "offer_url": link("o", payload["offer_nonce"], "offer"),
    }


def dealership_words(dealership: Payload, language: str) -> dict[str, Any]:
    """Who writes: name, address, telephone and colours."""
    postal_code = dealership["postal_code"].replace(" ", NBSP)
    return {
        "name": line(dealership["name"]),
        "phone": format_phone(dealership["phone"], language),
        "phone_link": dealership["phone"],
        "email": dealership["email"],
        "address_line": line(dealership["address_line"]),
        "city": f"{line(dealership['city'])} ({dealership['province']}) {postal_code}",
        "palette": palette(dealership.get("brand_colour", "")),
    }


def palette(colour: str) -> dict[str, str]:
    """The brand's shades; the house colour when there is none, or none that is a colour."""
    try:
        return brand_palette(colour)
    except ValueError:
        return brand_palette(DEFAULT_BRAND)


def manage_url(payload: Payload) -> str:
    """The link that opens this appointment, and only this one."""
    return link("m", payload["link_nonce"], "manage")


def home_url(slug: str, language: str) -> str:
    """The dealership's own page, with its hours and its address, in the reader's language."""
    return f"{settings.PUBLIC_URL}{'/en' if is_english(language) else ''}/{slug}/"


def book_url(slug: str, language: str) -> str:
    """Where the dealership takes bookings, in the reader's language."""
    return f"{home_url(slug, language)}book/"


def say_hello(name: str, language: str) -> str:
    """`Bonjour Luc Tremblay,`; without the name when there is none."""
    return " ".join(filter(None, ("Hello" if is_english(language) else "Bonjour", line(name)))) + ","


def say_duration(minutes: int, language: str) -> str:
    """`45 min`, `1 h`, French `1 h 30`, English `1 h 30 min` (no-break spaces); empty for none."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours}{NBSP}h"] if hours else []
    if rest:
        said.append(f"{rest:02}" if hours and not is_english(language) else f"{rest}{NBSP}min")
    return NBSP.join(said)


def say_vehicle(vehicle: str, language: str) -> str:
    """`Honda Civic 2019`; in English the year leads: `2019 Honda Civic`."""
    words = line(vehicle)
    year_last = _YEAR_LAST.fullmatch(words)
    return f"{year_last[2]} {year_last[1]}" if year_last and is_english(language) else words


def link(path: str, nonce: str, purpose: str) -> str:
    """The secret address that this nonce opens for this purpose."""
    return f"{settings.PUBLIC_URL}/{path}/{token_for(nonce, purpose=purpose)}"


def say_service(service: Payload, language: str) -> dict[str, Any]:
    """One thing to be done: its name, what was answered, its price or nothing."""
    price = service.get("price")
    answers = service.get("answers") or {}
    return {
        "name": line(service[suffix(language)]),
        "answers": [line(answer) for answer in answers.get(suffix(language), [])],
        "price": "" if price is None else say_price(price, language),
    }


# What a message tells to bring, by the codes of booking/bring.py; what they leave out is said elsewhere in it.
_BRING = {
    "lock_key": (
        "la clé antivol de vos roues (si vous en avez une)",
        "your wheel lock key (if you have one)",
    ),
    "tires": ("les pneus à poser", "the tires to be installed"),
    "licence": ("votre permis de conduire", "your driver’s licence"),
    "registration": ("le certificat d’immatriculation", "the registration certificate"),
}


def _say_bring(things: Iterable[str], language: str) -> str:
    """`les pneus à poser, votre permis de conduire et le certificat d’immatriculation`; empty when nothing is said."""
    named = [_BRING[thing][is_english(language)] for thing in things if thing in _BRING]
    *first, last = named or [""]
    return f"{', '.join(first)} {'and' if is_english(language) else 'et'} {last}" if first else last


def _total(services: list[Payload], language: str) -> str:
    """The sum, when there are several prices and each is known; a partial sum would mislead."""
    prices = [service.get("price") for service in services]
    if len(prices) < 2 or None in prices:
        return ""
    return say_price(sum(price for price in prices if price is not None), language)


def _say_ready(starts: datetime, ready: datetime, zone: str, language: str, *, short: bool) -> str:
    """`vers 11 h 30`, with the day in front when it is another one."""
    there, start_day = local(ready, zone), local(starts, zone).date()
    around = f"{'around' if is_english(language) else 'vers'} {say_time(there, language)}"
    if there.date() == start_day:
        return around
    return f"{(say_short_date if short else say_date)(there, language)} {around}"


def _say_previous(payload: Payload, zone: str, language: str) -> str:
    previous = payload.get("previous_starts_at")
    return say_moment(moment(previous), zone, language) if previous else ""


def moment(text: str) -> datetime:
    """A moment as payloads carry it: ISO 8601 with its offset."""
    return datetime.fromisoformat(text)


def line(text: str) -> str:
    """What somebody typed as one line, without controls."""
    return " ".join(without_controls(text).split())


def suffix(language: str) -> str:
    """Which of a payload's two languages is read."""
    return "en" if is_english(language) else "fr"
