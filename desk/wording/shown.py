"""What every kind of message says, with invented facts: text messages counted, e-mails by the address of their frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from dealerships.models import Dealership
from desk.cadence.forms import NAMES
from desk.cadence.words import name_with_day, note_of, say_when
from desk.wording.grounds import GROUNDS
from lib.gsm7 import segments
from notifications.cadence import cadences_of
from notifications.kinds import KINDS, Kind, When
from notifications.models import Channel
from notifications.payloads import dealership_payload
from notifications.render import render_plain
from notifications.sample_cases import CASES, Case, sample_message

LANGUAGES = ("fr", "en")
LOOKS = ("light", "dark")


@dataclass(frozen=True)
class Chosen:
    """What the page shows: one kind or all (empty), with which facts, in which languages, how bright."""

    kind: str = ""
    case: Case = CASES["usual"]
    languages: tuple[str, ...] = LANGUAGES
    look: str = "light"


@dataclass
class Shown:
    """One wording of a kind in one language."""

    language: str
    sms: str = ""
    characters: int = 0
    segments: int = 0
    subject: str = ""
    text: str = ""
    letter_url: str = ""


@dataclass
class Wording:
    """One wording of a kind, in the languages of the page; `name` is empty for the only one."""

    name: str
    letters: list[Shown] = field(default_factory=list)


def read_choice(query: Mapping[str, str]) -> Chosen:
    """What the address asks for; what it names and is not there shows as usual."""
    kind, language = query.get("kind", ""), query.get("language", "")
    return Chosen(
        kind=kind if kind in KINDS else "",
        case=CASES.get(query.get("facts", ""), CASES["usual"]),
        languages=(language,) if language in LANGUAGES else LANGUAGES,
        look="dark" if query.get("look") == "dark" else "light",
    )


def named_kinds(dealership: Dealership) -> list[tuple[str, str]]:
    """Every kind to choose from, beside its name the day on which it goes out here. One query."""
    cadences = cadences_of(dealership)
    return [(kind.name, name_with_day(kind, cadences.get(kind.name))) for kind in KINDS.values()]


def show_kinds(dealership: Dealership, chosen: Chosen) -> list[dict[str, Any]]:
    """A card for each kind. One query for the cadences."""
    cadences = cadences_of(dealership)
    kinds = [kind for kind in KINDS.values() if chosen.kind in ("", kind.name)]
    return [_card(dealership, kind, cadences.get(kind.name), chosen) for kind in kinds]


def _card(dealership: Dealership, kind: Kind, when: When | None, chosen: Chosen) -> dict[str, Any]:
    return {
        "kind": kind,
        "ground": GROUNDS[kind.message_class],
        "when": say_when(kind, when) if when else _("At once, when it happens"),
        "off": when is not None and not when.active,
        "note": note_of(kind.name),
        "wordings": [_wording(dealership, kind, variant, chosen) for variant in ("", *kind.variants)],
    }


def _wording(dealership: Dealership, kind: Kind, variant: str, chosen: Chosen) -> Wording:
    name = NAMES.get(variant, _("The usual one")) if kind.variants else ""
    letters = [_shown(dealership, kind, variant, language, chosen) for language in chosen.languages]
    return Wording(str(name), letters)


def _shown(dealership: Dealership, kind: Kind, variant: str, language: str, chosen: Chosen) -> Shown:
    shown, who = Shown(language), dealership_payload(dealership)
    more: dict[str, Any] = {"language": language, "case": chosen.case, "variant": variant, "dealership": who}
    if Channel.SMS in kind.channels:
        _subject, shown.sms = render_plain(sample_message(kind, channel=Channel.SMS, **more))
        shown.characters, shown.segments = len(shown.sms), segments(shown.sms)
    if Channel.EMAIL in kind.channels:
        shown.subject, shown.text = render_plain(sample_message(kind, channel=Channel.EMAIL, **more))
        asked = {"facts": chosen.case.name, "look": chosen.look, "wording": variant}
        address = reverse("desk:messages-wording-letter", args=[dealership.slug, kind.name, language])
        shown.letter_url = f"{address}?{urlencode({name: value for name, value in asked.items() if value})}"
    return shown
