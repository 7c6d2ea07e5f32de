"""The facts that strain the words of messages: what every kind is reviewed and tested with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind
from notifications.models import Channel, Message
from notifications.samples import DEALERSHIP, STARTS, TIRES, payload_of
from notifications.words import Payload

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

# The same for every sample, so that a letter looks the same whenever it is asked for.
SAMPLE_ID = uuid.UUID("5a3b1e00-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Case:
    """Facts that strain the words: changes of a payload, and of the dealership that writes."""

    name: str
    label: StrOrPromise
    changes: Payload = field(default_factory=dict)
    dealership: Mapping[str, str] = field(default_factory=dict)


def _at(start: str, ready: str, zone: str) -> Payload:
    return {
        "starts_at": start,
        "ready_at": ready,
        "completed_at": ready,
        "closes_at": ready,
        "kept_until": start,
        "zone": zone,
    }


_LONG_NAME = "Marie-Antoinette-Évangéline de Saint-Exupéry-Vaillancourt-Roy"[:60]
_LONG_DEALERSHIP = "Concessionnaire automobile de la région des Laurentides inc."
_MARKUP = 'O’Neil & Fils <b>d\'Alma</b> "23%" {{ x }}'
_EMOJI = "Zoé 😀 李雷 🚗"
_MANY = [
    {**TIRES, "fr": f"Remplacement complet du système d’échappement et de ses fixations, partie {number}",
     "en": f"Complete replacement of the exhaust system and of its fixings, part {number}"}
    for number in range(1, 9)
]  # fmt: skip

CASES: Mapping[str, Case] = {
    case.name: case
    for case in (
        Case("usual", _("Usual")),
        Case(
            "long_names",
            _("Long names"),
            {"name": _LONG_NAME, "inviter": _LONG_NAME, "advisor": _LONG_NAME, "make": "Mercedes-Benz",
             "model": "Sprinter 3500XD Cargo", "vehicle": "Mercedes-Benz Sprinter 3500XD Cargo 2024"},
            {"name": _LONG_DEALERSHIP, "slug": "concessionnaire-laurentides"},
        ),
        Case(
            "signs",
            _("Apostrophes and signs"),
            {"name": _MARKUP, "inviter": _MARKUP, "advisor": _MARKUP, "vehicle": _MARKUP, "note": _MARKUP,
             "words": _MARKUP, "subject": _MARKUP, "body": _MARKUP},
            {"name": "L’Auto & Cie d’Alma"},
        ),
        Case("emoji", _("Emoji and other alphabets"), {"name": _EMOJI, "inviter": _EMOJI, "vehicle": _EMOJI,
                                                       "note": _EMOJI, "words": _EMOJI}),
        Case("no_vehicle", _("No vehicle"), {"vehicle": "", "plate": "", "make": "", "model": "", "year": ""}),
        Case("no_plate", _("Unknown plate and price"), {"plate": "", "services": [{**TIRES, "price": None}],
                                                        "advisor": "", "closes_at": None, "opens_again_at": None}),
        Case("halifax", _("In Halifax"), _at("2026-12-08T11:45:00+00:00", "2026-12-08T15:30:00+00:00",
                                             "America/Halifax"), {"zone": "America/Halifax", "province": "NS"}),
        Case("st_johns", _("In St. John’s"), _at("2026-12-08T11:15:00+00:00", "2026-12-08T15:00:00+00:00",
                                                 "America/St_Johns"), {"zone": "America/St_Johns", "province": "NL"}),
        Case("spring", _("Clocks go forward"), _at("2026-03-08T07:30:00+00:00", "2026-03-09T12:00:00+00:00",
                                                   "America/Toronto")),
        Case("autumn", _("Clocks go back"), _at("2026-11-01T06:30:00+00:00", "2026-11-02T13:00:00+00:00",
                                                "America/Toronto")),
        Case("longest_day", _("The longest day to say"), _at("2026-09-30T14:45:00+00:00", "2026-10-01T21:30:00+00:00",
                                                            "America/Toronto")),
        Case("many_services", _("Many long services"), {"services": _MANY}),
        Case("courtesy_car", _("Courtesy car"), {"transport": "courtesy_car", "transport_fr": "Véhicule de courtoisie",
                                                 "transport_en": "Courtesy car"}),
        Case("summer", _("Summer tires, nothing stored"), {"winter": False, "stored": False, "first_day": "2026-04-01",
                                                           "due_on": None, "last_on": None, "contents": None}),
    )
}  # fmt: skip


def sample_message(
    kind: Kind,
    *,
    channel: str,
    language: str,
    case: Case = CASES["usual"],
    variant: str = "",
    dealership: Mapping[str, str] = DEALERSHIP,
) -> Message:
    """A message that was never sent and is not stored, from `dealership` as far as the case does not need another."""
    payload = payload_of(kind.name, language)
    payload |= {name: value for name, value in case.changes.items() if name in payload}
    if "dealership" in payload:
        payload["dealership"] = {**dealership, **case.dealership}
    return Message(
        pk=SAMPLE_ID,
        dedupe_key="sample",
        kind=kind.name,
        channel=channel,
        to="+14505550142" if channel == Channel.SMS else "luc@example.com",
        language=language,
        variant=variant,
        payload=payload,
        about="appointment:K4T7QFX",
        version=1,
        created_at=STARTS - timedelta(days=30),
    )
