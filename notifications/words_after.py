"""What the letters around a visit say beyond the appointment itself: where to answer, when the desk is open."""

from __future__ import annotations

from typing import Any

from lib.clock import local, say_date, say_short_date, say_time
from notifications.words import Payload, appointment_words, manage_url, moment

SCORES = range(1, 6)


def visit_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a letter about a visit may say: the appointment's words, and

    - `review_url`, `review_links`: the question about the visit, without an answer and with each (1 to 5);
    - `open_until`, `open_day`, `short_open_day`: with `closes_at`, the closing of the opening that counts now;
    - `opens_again`: with `opens_again_at`, the opening after that, `mercredi 9 décembre à 7 h 30`;
    - `served_day`: the day on which the vehicle was handed back (`completed_at`), else the visit's.

    `closes_at`, `opens_again_at` and `completed_at` may be missing. KeyError or ValueError as for the appointment.
    """
    zone, review = payload["zone"], f"{manage_url(payload)}/review/"
    served = local(moment(payload.get("completed_at") or payload["starts_at"]), zone)
    return {
        **appointment_words(payload, language),
        "review_url": review,
        "review_links": [{"score": score, "url": f"{review}?score={score}"} for score in SCORES],
        "served_day": say_date(served, language),
        "short_served_day": say_short_date(served, language),
        **_opening_words(payload, zone, language),
    }


def _opening_words(payload: Payload, zone: str, language: str) -> dict[str, str]:
    closes, opens = payload.get("closes_at"), payload.get("opens_again_at")
    words = {
        "open_until": "",
        "open_day": "",
        "short_open_day": "",
        "opens_again_day": "",
        "opens_again_time": "",
    }
    if closes:
        there = local(moment(closes), zone)
        words["open_until"] = say_time(there, language)
        words["open_day"], words["short_open_day"] = (
            say_date(there, language),
            say_short_date(there, language),
        )
    if opens:
        there = local(moment(opens), zone)
        words["opens_again_day"], words["opens_again_time"] = (
            say_date(there, language),
            say_time(there, language),
        )
    return words
