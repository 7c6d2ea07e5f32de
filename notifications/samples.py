"""Invented payloads of every kind, for those who review the words and for the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.languages import is_english
from notifications.kinds import KINDS, Subject
from notifications.words import Payload

# Tuesday, December 8, 2026, 7:45 in Toronto.
STARTS = datetime(2026, 12, 8, 12, 45, tzinfo=UTC)
DEALERSHIP = {
    "slug": "boreal",
    "name": "Garage Boréal",
    "phone": "+14505550134",
    "email": "service@boreal.example",
    "address_line": "1234, boul. Curé-Labelle",
    "city": "Blainville",
    "province": "QC",
    "postal_code": "J7C 2P4",
    "zone": "America/Toronto",
    "brand_colour": "#0e5a6b",
}
TIRES: Payload = {
    "code": "tire_swap",
    "fr": "Changement de pneus",
    "en": "Tire change",
    "answers": {"fr": ["Sur jantes"], "en": ["On rims"]},
    "minutes": 60,
    "price": 8995,
}
MAINTENANCE: Payload = {
    "code": "maintenance",
    "fr": "Entretien périodique",
    "en": "Scheduled maintenance",
    "answers": {},
    "minutes": 90,
    "price": 24995,
}


def visit(**changes: Any) -> Payload:
    """The outbox contract's payload of an appointment; with when the desk closes and when the vehicle left."""
    return {
        "reference": "K4T7QFX",
        "name": "Luc Tremblay",
        "email": "luc@example.com",
        "dealership": dict(DEALERSHIP),
        "starts_at": STARTS.isoformat(),
        "ready_at": (STARTS + timedelta(hours=3, minutes=45)).isoformat(),
        "zone": "America/Toronto",
        "vehicle": "Honda Civic 2019",
        "plate": "A12 BCD",
        "services": [dict(TIRES)],
        "bring": ["lock_key", "tires", "registration"],
        "transport": "drop_off",
        "transport_fr": "Je le dépose",
        "transport_en": "I drop it off",
        "advisor": "Julie Gagnon",
        "language": "fr",
        "note": "",
        "previous_starts_at": None,
        "link_nonce": "nonce-of-this-appointment",
        "version": 1,
        "closes_at": (STARTS + timedelta(hours=9, minutes=45)).isoformat(),
        "opens_again_at": (STARTS + timedelta(hours=23, minutes=45)).isoformat(),
        "completed_at": (STARTS + timedelta(hours=8)).isoformat(),
        **changes,
    }


def moved(**changes: Any) -> Payload:
    """The payload of an appointment that was on December 7 at 8:30."""
    return visit(**{"previous_starts_at": "2026-12-07T13:30:00+00:00", **changes})


def waiting(**changes: Any) -> Payload:
    """The payload of somebody on the wait-list with an appointment."""
    known = visit()
    return {
        **{
            name: known[name]
            for name in ("name", "email", "dealership", "zone", "language", "vehicle", "plate", "services")
        },
        "first_day": "2026-11-30",
        "last_day": "2026-12-10",
        "reference": "K4T7QFX",
        "link_nonce": "nonce-of-this-entry",
        **changes,
    }


def offered(**changes: Any) -> Payload:
    """The payload of a place that is kept for them until 14:20, instead of December 11 at 8:30."""
    known = visit()
    return {
        **waiting(),
        **{
            name: known[name]
            for name in ("starts_at", "ready_at", "transport", "transport_fr", "transport_en")
        },
        "kept_until": "2026-12-01T19:20:00+00:00",
        "previous_starts_at": "2026-12-11T13:30:00+00:00",
        "offer_nonce": "nonce-of-this-offer",
        **changes,
    }


def due(**changes: Any) -> Payload:
    """The payload of maintenance that a vehicle is due for."""
    known = visit()
    return {
        **{
            name: known[name]
            for name in ("name", "email", "dealership", "zone", "language", "plate", "advisor")
        },
        "vehicle": "Honda Civic 2019",
        "make": "Honda",
        "model": "Civic",
        "year": "2019",
        "services": [dict(MAINTENANCE)],
        "due_km": 96_000,
        "due_on": "2026-12-22",
        "last_on": "2026-06-01",
        "what": {"fr": "Entretien des 96 000\u00a0km", "en": "96,000 km maintenance"},
        "contents": {
            "fr": ["Huile et filtre", "Permutation des pneus", "Inspection des freins"],
            "en": ["Oil and filter", "Tire rotation", "Brake inspection"],
        },
        **changes,
    }


def season(**changes: Any) -> Payload:
    """The payload of winter's change of tires, with the tires stored at the dealership."""
    without = ("due_km", "due_on", "last_on", "what", "contents")
    base = {name: value for name, value in due().items() if name not in without}
    return {
        **base,
        "services": [{**TIRES, "answers": {}}],
        "winter": True,
        "first_day": "2026-10-01",
        "stored": True,
        **changes,
    }


def invitation(**changes: Any) -> Payload:
    """The payload of an invitation to somebody's vehicle."""
    return {
        "dealership": dict(DEALERSHIP),
        "inviter": "Luc Tremblay",
        "vehicle": "Honda Civic 2019",
        "expires_on": "2026-12-22",
        "link_nonce": "nonce-of-this-invitation",
        **changes,
    }


def thread(**changes: Any) -> Payload:
    """The payload of what the desk writes in a conversation."""
    return {
        "dealership": dict(DEALERSHIP),
        "words": "Votre clé antivol est dans le coffre à gants. À demain.",
        "author": "Julie Gagnon",
        **changes,
    }


def answer(**changes: Any) -> Payload:
    """The payload of the automatic answer to who confirms by text message."""
    return {
        "dealership": dict(DEALERSHIP),
        "answer": "confirmed",
        "starts_at": STARTS.isoformat(),
        "vehicle": "Honda Civic 2019",
        **changes,
    }


def missed_call(**changes: Any) -> Payload:
    """The payload of the answer to a call that nobody took."""
    return {"dealership": dict(DEALERSHIP), **changes}


def code(**changes: Any) -> Payload:
    """The payload of a sign-in code."""
    return {"code": "482913", "minutes": 10, **changes}


def notice(**changes: Any) -> Payload:
    """The payload of what happened to an account."""
    return {
        "subject": "Votre adresse de courriel a été changée",
        "body": "Ce n’est pas vous? Voyez votre compte\u00a0:\n\nhttps://example.com/account/",
        **changes,
    }


_BY_SUBJECT: Mapping[Subject, Callable[..., Payload]] = {
    Subject.VISIT: visit,
    Subject.WAIT_LIST: waiting,
    Subject.VEHICLE: invitation,
    Subject.DUE: due,
    Subject.THREAD: thread,
    Subject.ACCOUNT: code,
}
_BY_KIND: Mapping[str, Callable[..., Payload]] = {
    "moved": moved,
    "wait_list_offer": offered,
    "next_season": season,
    "account_notice": notice,
    "auto_answer": answer,
    "missed_call": missed_call,
}


# What somebody typed, or an account's page wrote, in the reader's own language.
_IN_ENGLISH: Mapping[str, Payload] = {
    "desk_message": {"words": "Your wheel lock key is in the glove box. See you tomorrow."},
    "account_notice": {
        "subject": "Your e-mail address was changed",
        "body": "Was this not you? See your account:\n\nhttps://example.com/account/",
    },
}


def payload_of(kind: str, language: str = "fr", **changes: Any) -> Payload:
    """What is written to the outbox for this kind, with `changes`; KeyError for a kind that does not exist."""
    own_words = _IN_ENGLISH.get(kind, {}) if is_english(language) else {}
    return (_BY_KIND.get(kind) or _BY_SUBJECT[KINDS[kind].subject])(**{**own_words, **changes})
