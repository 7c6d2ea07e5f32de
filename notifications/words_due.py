"""What the letters about a vehicle's next maintenance or change of tires may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal

from lib.clock import NBSP, say_date
from lib.languages import is_english, locale_name
from notifications.words import (
    Payload,
    book_url,
    dealership_words,
    home_url,
    line,
    say_hello,
    say_service,
    say_vehicle,
    suffix,
)


def due_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a letter about what is due may say, as text in `language`.

    The payload: name, email, dealership, zone, language, vehicle, plate, make, model, year and services (each with
    its `code`), and of a change of tires `winter`, `first_day` and `stored`, of maintenance `due_km`, `due_on`,
    `last_on`, `what` and `contents` (both by language). What is missing from the second list is not said;
    KeyError or ValueError when it is another payload.
    """
    slug = payload["dealership"]["slug"]
    links = list(_book_links(payload, language))
    services = [say_service(service, language) for service in payload["services"]]
    said = (_number_words(one) for one in _in(payload.get("contents"), language, []))
    contents = [one for one in said if one]
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "hello": say_hello(payload["name"], language),
        "name": line(payload["name"]),
        "vehicle": say_vehicle(payload["vehicle"], language),
        "plate": line(payload.get("plate", "")),
        "services": services,
        "advisor": line(payload.get("advisor", "")),
        "in_quebec": payload["dealership"]["province"] == "QC",
        "winter": bool(payload.get("winter")),
        "stored": bool(payload.get("stored")),
        "first_day": _day(payload, "first_day", language),
        "due_km": _kilometres(payload.get("due_km"), language),
        "due_on": _day(payload, "due_on", language, year=True),
        "due_when": _due_when(payload, language),
        "last_on": _day(payload, "last_on", language, year=True),
        "what": _number_words(_in(payload.get("what"), language, "") or _first(services)),
        "contents": contents,
        "content_lines": "\n".join(contents),
        # The fullest first: a text message takes the longest that it has room for.
        "book_links": links,
        "book_link": links[0],
        "home_url": home_url(slug, language),
    }


def _book_links(payload: Payload, language: str) -> Iterator[str]:
    """The booking with everything filled in, with the service alone, and with nothing."""
    bare = book_url(payload["dealership"]["slug"], language)
    services = [("service", service["code"]) for service in payload["services"] if service.get("code")]
    vehicle = [(name, str(payload[name])) for name in ("make", "model", "year") if payload.get(name)]
    for pairs in (services + vehicle, services):
        if pairs:
            yield f"{bare}?{urlencode(pairs)}"
    yield bare


def _day(payload: Payload, key: str, language: str, *, year: bool = False) -> str:
    text = payload.get(key)
    return say_date(date.fromisoformat(text), language, year=year) if text else ""


def _due_when(payload: Payload, language: str) -> str:
    """`à 48 000 km ou le mardi 8 décembre 2026`, as far as it is known."""
    english = is_english(language)
    kilometres = _kilometres(payload.get("due_km"), language)
    day = _day(payload, "due_on", language, year=True)
    said = [f"{'at' if english else 'à'} {kilometres}"] if kilometres else []
    if day:
        said.append(f"{'on' if english else 'le'} {day}")
    return (" or " if english else " ou ").join(said)


def _kilometres(kilometres: int | None, language: str) -> str:
    """`96 000 km`, `96,000 km`."""
    if kilometres is None:
        return ""
    return f"{format_decimal(kilometres, locale=locale_name(language))}{NBSP}km"


def _number_words(text: str) -> str:
    """What the dealership named, its numbers kept together: `96 000 km`."""
    return re.sub(r"(?<=\d) (?=\d{3}\b|km\b)", NBSP, line(text))


def _in(texts: Payload | None, language: str, nothing: Any) -> Any:
    return (texts or {}).get(suffix(language), nothing)


def _first(services: list[dict[str, Any]]) -> str:
    return services[0]["name"] if services else ""
