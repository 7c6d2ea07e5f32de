"""The appointment as a calendar file, the same whether it comes by e-mail or from the appointment's page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lib.calendar_file import calendar_file
from lib.languages import is_english
from notifications.words import appointment_words

WAITS = "wait"
# Who leaves the vehicle is busy for the drop-off only.
DROP_OFF = timedelta(minutes=15)


def appointment_calendar(
    payload: dict[str, Any], language: str, *, stamp: datetime, cancelled: bool = False
) -> bytes:
    """One event: until the vehicle is ready for who waits on site, a quarter of an hour for everybody else.

    A calendar that has an older version of the appointment replaces it, or removes it when `cancelled`.
    """
    words = appointment_words(payload, language)
    starts = datetime.fromisoformat(payload["starts_at"])
    waits = payload["transport"] == WAITS
    dealership = words["dealership"]
    return calendar_file(
        uid=f"{payload['reference']}@creneau",
        sequence=payload["version"],
        starts_at=starts,
        ends_at=datetime.fromisoformat(payload["ready_at"]) if waits else starts + DROP_OFF,
        zone=payload["zone"],
        summary=_summary(words, language),
        description=_description(words, language),
        location=f"{dealership['name']}, {dealership['address_line']}, {dealership['city']}",
        url=words["manage_url"],
        organizer_name=dealership["name"],
        organizer_email=dealership["email"],
        cancelled=cancelled,
        stamp=stamp,
    )


def _summary(words: dict[str, Any], language: str) -> str:
    service = "Service" if is_english(language) else "Entretien"
    return f"{service} {words['vehicle']}, {words['dealership']['name']}"


def _description(words: dict[str, Any], language: str) -> str:
    ready, change, call = (
        ("Ready", "Change or cancel:", "Telephone:")
        if is_english(language)
        else ("Prêt", "Déplacer ou annuler\u00a0:", "Téléphone\u00a0:")
    )
    lines = [
        ", ".join(service["name"] for service in words["services"]),
        f"{ready} {words['ready']}",
        f"{change} {words['manage_url']}",
        f"{call} {words['dealership']['phone']}",
    ]
    return "\n".join(lines)
