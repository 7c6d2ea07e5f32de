"""The appointment as a calendar file, the same whether it comes by e-mail or from the appointment's page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.conf import settings

from lib.calendar_file import calendar_file
from lib.clock import local
from lib.languages import is_english
from notifications.words import appointment_words, book_url

WAITS = "wait"
# Who leaves the vehicle is busy for the drop-off only.
DROP_OFF = timedelta(minutes=15)
# In time to leave; what reminds days before is a message.
ALARM = timedelta(hours=1)

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


def appointment_calendar(
    payload: dict[str, Any], language: str, *, stamp: datetime, cancelled: bool = False
) -> bytes:
    """One event: until the vehicle is ready for who waits on site, a quarter of an hour for everybody else.

    A calendar that has an older version of the appointment replaces it, or removes it when `cancelled`.
    """
    words = appointment_words(payload, language)
    starts, ends = _span(payload)
    dealership = words["dealership"]
    change = f"{_labels(language)['change']} {words['manage_url']}"
    return calendar_file(
        uid=f"{payload['reference']}@creneau",
        sequence=payload["version"],
        starts_at=starts,
        ends_at=ends,
        zone=payload["zone"],
        summary=_summary(words, language),
        description=_description(words, language, change),
        location=_location(dealership),
        url=words["manage_url"],
        organizer_name=dealership["name"],
        organizer_email=dealership["email"],
        cancelled=cancelled,
        stamp=stamp,
        alarm=ALARM,
    )


def calendar_links(payload: dict[str, Any], language: str) -> dict[str, str]:
    """The same event for calendars that live on the web: the addresses that `google` and `outlook` open with it.

    The link that manages the appointment is a secret that no other company is told: who is in a hurry finds the
    appointment by its reference instead.
    """
    words = appointment_words(payload, language)
    starts, ends = (local(moment, payload["zone"]) for moment in _span(payload))
    change = f"{_labels(language)['find']} {_find_url(payload, language)} ({words['reference']})"
    summary, place = _summary(words, language), _location(words["dealership"])
    description = _description(words, language, change)
    google = {
        "action": "TEMPLATE",
        "text": summary,
        "dates": f"{starts:%Y%m%dT%H%M%S}/{ends:%Y%m%dT%H%M%S}",
        "ctz": payload["zone"],
        "details": description,
        "location": place,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary,
        "startdt": starts.isoformat(),
        "enddt": ends.isoformat(),
        "body": description,
        "location": place,
    }
    # Outlook shows a plus sign as it is: spaces are written as %20.
    return {
        "google": f"{GOOGLE}?{urlencode(google, quote_via=quote)}",
        "outlook": f"{OUTLOOK}?{urlencode(outlook, quote_via=quote)}",
    }


def reminder_calendar(
    payload: dict[str, Any],
    language: str,
    *,
    uid: str,
    day: date,
    summary: str,
    description: str,
    stamp: datetime,
) -> bytes:
    """A quarter of an hour on the morning of `day`, to think of something; `payload` is the dealership's."""
    starts = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(payload["zone"]))
    return calendar_file(
        uid=uid,
        sequence=0,
        starts_at=starts,
        ends_at=starts + DROP_OFF,
        zone=payload["zone"],
        summary=summary,
        description=description,
        location="",
        url=book_url(payload["slug"], language),
        organizer_name=payload["name"],
        organizer_email=payload["email"],
        stamp=stamp,
        alarm=timedelta(),
    )


def _span(payload: dict[str, Any]) -> tuple[datetime, datetime]:
    starts = datetime.fromisoformat(payload["starts_at"])
    waits = payload["transport"] == WAITS
    return starts, datetime.fromisoformat(payload["ready_at"]) if waits else starts + DROP_OFF


def _find_url(payload: dict[str, Any], language: str) -> str:
    prefix = "/en" if is_english(language) else ""
    return f"{settings.PUBLIC_URL}{prefix}/{payload['dealership']['slug']}/find/"


def _location(dealership: dict[str, Any]) -> str:
    return f"{dealership['name']}, {dealership['address_line']}, {dealership['city']}"


def _summary(words: dict[str, Any], language: str) -> str:
    service = "Service" if is_english(language) else "Entretien"
    about = f"{service}{_colon(language)} {words['vehicle']}" if words["vehicle"] else service
    return f"{about}, {words['dealership']['name']}"


def _description(words: dict[str, Any], language: str, change: str) -> str:
    labels = _labels(language)
    lines = [
        ", ".join(service["name"] for service in words["services"]),
        f"{labels['ready']} {words['ready']}",
        change,
        f"{labels['call']} {words['dealership']['phone']}",
    ]
    return "\n".join(lines)


def _labels(language: str) -> dict[str, str]:
    if is_english(language):
        return {
            "ready": "Ready", "change": "Change or cancel:", "find": "Find or change it:", "call": "Telephone:",
        }  # fmt: skip
    return {
        "ready": "Prêt", "change": "Déplacer ou annuler\u00a0:", "find": "Le retrouver ou le changer\u00a0:",
        "call": "Téléphone\u00a0:",
    }  # fmt: skip


def _colon(language: str) -> str:
    return ":" if is_english(language) else "\u00a0:"
