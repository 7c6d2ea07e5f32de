"""Payloads and rows as booking writes them."""

from datetime import UTC, datetime, timedelta

from lib import clock
from notifications.models import Channel, Message

# Tuesday, December 8, 2026, 7:45 in Toronto.
STARTS = datetime(2026, 12, 8, 12, 45, tzinfo=UTC)


def visit(**changes):
    """The outbox contract's payload of an appointment."""
    return {
        "reference": "K4T7QFX",
        "name": "Luc Tremblay",
        "email": "luc@example.com",
        "dealership": {
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
        },
        "starts_at": STARTS.isoformat(),
        "ready_at": (STARTS + timedelta(hours=3, minutes=45)).isoformat(),
        "zone": "America/Toronto",
        "vehicle": "Honda Civic 2019",
        "plate": "A12 BCD",
        "services": [
            {
                "fr": "Changement de pneus",
                "en": "Tire change",
                "answers": {"fr": ["Sur jantes"], "en": ["On rims"]},
                "minutes": 60,
                "price": 8995,
            }
        ],
        "transport": "drop_off",
        "transport_fr": "Je le dépose",
        "transport_en": "I drop it off",
        "advisor": "Julie Gagnon",
        "language": "fr",
        "note": "",
        "previous_starts_at": None,
        "link_nonce": "nonce-of-this-appointment",
        "version": 1,
        **changes,
    }


def waiting(**changes):
    """The payload of somebody on the wait-list with an appointment."""
    known = visit()
    return {
        **{
            name: known[name]
            for name in ("name", "email", "dealership", "zone", "language", "vehicle", "plate")
        },
        "services": known["services"],
        "first_day": "2026-11-30",
        "last_day": "2026-12-10",
        "reference": "K4T7QFX",
        "link_nonce": "nonce-of-this-entry",
        **changes,
    }


def offered(**changes):
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


PAYLOADS = {"wait_list_joined": waiting, "wait_list_offer": offered}


def payload_of(kind, **changes):
    """What booking writes for this kind."""
    return PAYLOADS.get(kind, visit)(**changes)


def letter(kind="confirmation", channel=Channel.EMAIL, **fields):
    """An unsaved message, due now."""
    fields.setdefault("payload", payload_of(kind))
    fields.setdefault("about", "appointment:K4T7QFX")
    fields.setdefault("version", 1)
    key = f"{fields['about']}:{fields['version']}:{kind}:{channel}"
    return Message(
        dedupe_key=fields.pop("dedupe_key", key),
        kind=kind,
        channel=channel,
        to=fields.pop("to", "+14505550142" if channel == Channel.SMS else "luc@example.com"),
        language=fields.pop("language", "fr"),
        next_try_at=fields.pop("next_try_at", clock.now() - timedelta(seconds=1)),
        **fields,
    )
