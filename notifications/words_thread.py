"""What the messages between a customer and the desk may say: the desk's own words, and the automatic answers."""

from __future__ import annotations

from typing import Any

from lib.clock import local, say_moment, say_short_date, say_time
from lib.text import without_controls
from notifications.words import (
    Payload,
    book_url,
    dealership_words,
    line,
    link,
    manage_url,
    moment,
    say_vehicle,
)

# Stands in the desk's words for the customer's own link, which is written when the message is: a link that opens
# somebody's appointment is nothing for the screens of the staff, or for the database.
LINK_MARKS = {"fr": "{lien}", "en": "{link}"}


def thread_words(payload: Payload, language: str) -> dict[str, Any]:
    """Everything that a message of a thread may say, as text in `language`.

    Of the payload only `dealership` is required. `words` and `author` are the desk's own; `answer` is the code of an
    automatic one, with its facts: `starts_at` with `zone` and `vehicle`, `link_nonce`, `offer_nonce`, `minutes`,
    `choices`, `opens_at`. KeyError or ValueError when it is another payload.
    """
    slug, zone = payload["dealership"]["slug"], payload["dealership"]["zone"]
    return {
        "dealership": dealership_words(payload["dealership"], language),
        "author": line(payload.get("author", "")),
        "words": _own_words(payload, language),
        "their_subject": line(payload.get("subject", "")),
        "answer": payload.get("answer", ""),
        "when": say_moment(moment(payload["starts_at"]), zone, language) if payload.get("starts_at") else "",
        "short_when": _when(payload.get("starts_at"), zone, language),
        "vehicle": say_vehicle(payload.get("vehicle", ""), language),
        "minutes": payload.get("minutes", 0),
        "choices": [
            {
                "when": _when(one["starts_at"], zone, language),
                "vehicle": say_vehicle(one["vehicle"], language),
            }
            for one in payload.get("choices", [])
        ],
        "opens": _when(payload.get("opens_at"), zone, language),
        "full_opens": say_moment(moment(payload["opens_at"]), zone, language)
        if payload.get("opens_at")
        else "",
        "manage_url": manage_url(payload) if payload.get("link_nonce") else "",
        "offer_url": link("o", payload["offer_nonce"], "offer") if payload.get("offer_nonce") else "",
        "book_url": book_url(slug, language),
    }


def _own_words(payload: Payload, language: str) -> str:
    words = without_controls(payload.get("words", ""), keep="\n").strip()
    url = (
        manage_url(payload)
        if payload.get("link_nonce")
        else book_url(payload["dealership"]["slug"], language)
    )
    for mark in LINK_MARKS.values():
        words = words.replace(mark, url)
    return words


def _when(at: str | None, zone: str, language: str) -> str:
    """`mar. 8 déc. 7 h 45`."""
    if not at:
        return ""
    there = local(moment(at), zone)
    return f"{say_short_date(there, language)} {say_time(there, language)}"
