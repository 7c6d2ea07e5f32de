"""An appointment's facts, said in words: what the message templates are given."""

from __future__ import annotations

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


def appointment_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about an appointment may say, as text in `language`.

    The payload is the outbox contract's; KeyError or ValueError when it is not.
    """
    zone = payload["zone"]
    starts, ready = _moment(payload["starts_at"]), _moment(payload["ready_at"])
    there = local(starts, zone)
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "name": _line(payload["name"]),
        "when": say_moment(starts, zone, language),
        "day": say_date(there, language),
        "full_day": say_date(there, language, year=True),
        "time": say_time(there, language),
        "short_when": f"{say_short_date(there, language)} {say_time(there, language)}",
        "ready": _say_ready(starts, ready, zone, language, short=False),
        "short_ready": _say_ready(starts, ready, zone, language, short=True),
        "previous_when": _say_previous(payload, zone, language),
        "vehicle": _line(payload["vehicle"]),
        "plate": _line(payload.get("plate", "")),
        "services": [_service(service, language) for service in payload["services"]],
        "total": _total(payload["services"], language),
        "transport": payload["transport"],
        "transport_label": payload[f"transport_{_suffix(language)}"],
        "advisor": _line(payload["advisor"]),
        "note": without_controls(payload.get("note", ""), keep="\n").strip(),
        "reference": show_reference(payload["reference"]),
        "manage_url": manage_url(payload),
        "book_url": book_url(payload["dealership"]["slug"], language),
    }


def wait_list_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about a wait-list entry may say; with an offer, which place and until when.

    KeyError or ValueError when the payload is not an entry's.
    """
    zone = payload["zone"]
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "name": _line(payload["name"]),
        "vehicle": _line(payload["vehicle"]),
        "plate": _line(payload.get("plate", "")),
        "services": [_service(service, language) for service in payload["services"]],
        "reference": show_reference(payload["reference"]) if payload["reference"] else "",
        "first_day": say_date(date.fromisoformat(payload["first_day"]), language),
        "last_day": say_date(date.fromisoformat(payload["last_day"]), language),
        "short_ready": "",
        "entry_url": _link("l", payload["link_nonce"], "wait-list"),
        **(_offer_words(payload, zone, language) if "offer_nonce" in payload else {}),
    }


def invitation_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a template about an invitation to a vehicle may say; KeyError or ValueError as above."""
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "inviter": _line(payload["inviter"]),
        "vehicle": _line(payload["vehicle"]),
        "expires_on": say_date(date.fromisoformat(payload["expires_on"]), language),
        "invitation_url": _link("i", payload["link_nonce"], "invitation"),
    }


def _offer_words(payload: Payload, zone: str, language: str) -> dict[str, Any]:
    starts, ready = _moment(payload["starts_at"]), _moment(payload["ready_at"])
    there = local(starts, zone)
    return {
        "when": say_moment(starts, zone, language),
        "day": say_date(there, language),
        "full_day": say_date(there, language, year=True),
        "time": say_time(there, language),
        "short_when": f"{say_short_date(there, language)} {say_time(there, language)}",
        "ready": _say_ready(starts, ready, zone, language, short=False),
        "previous_when": _say_previous(payload, zone, language),
        "kept_until": say_time(local(_moment(payload["kept_until"]), zone), language),
        "transport": payload["transport"],
        "transport_label": payload[f"transport_{_suffix(language)}"],
        "offer_url": _link("o", payload["offer_nonce"], "offer"),
    }


def dealership_words(dealership: Payload, language: str) -> dict[str, Any]:
    """Who writes: name, address, telephone and colours."""
    postal_code = dealership["postal_code"].replace(" ", NBSP)
    return {
        "name": _line(dealership["name"]),
        "phone": format_phone(dealership["phone"], language),
        "phone_link": dealership["phone"],
        "email": dealership["email"],
        "address_line": _line(dealership["address_line"]),
        "city": f"{_line(dealership['city'])} ({dealership['province']}) {postal_code}",
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
    return _link("m", payload["link_nonce"], "manage")


def book_url(slug: str, language: str) -> str:
    """Where the dealership takes bookings, in the reader's language."""
    return f"{settings.PUBLIC_URL}{'/en' if is_english(language) else ''}/{slug}/book/"


def _link(path: str, nonce: str, purpose: str) -> str:
    return f"{settings.PUBLIC_URL}/{path}/{token_for(nonce, purpose=purpose)}"


def _service(service: Payload, language: str) -> dict[str, Any]:
    price = service.get("price")
    answers = service.get("answers") or {}
    return {
        "name": _line(service[_suffix(language)]),
        "answers": [_line(answer) for answer in answers.get(_suffix(language), [])],
        "price": "" if price is None else say_price(price, language),
    }


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
    return say_moment(_moment(previous), zone, language) if previous else ""


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _line(text: str) -> str:
    return " ".join(without_controls(text).split())


def _suffix(language: str) -> str:
    return "en" if is_english(language) else "fr"
