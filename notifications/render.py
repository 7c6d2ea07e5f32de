"""A message as the person gets it, from `templates/messages/<kind>/` and the payload of its outbox row.

Rendering the same row twice gives the same letter: nothing is looked up, and no clock is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.utils import translation

from lib.languages import is_english
from notifications.calendar import appointment_calendar
from notifications.kinds import KINDS, Kind, kind_named
from notifications.models import Channel, Message
from notifications.sms import fit_one_segment
from notifications.words import appointment_words, palette

PRODUCT = "Créneau"
STOP_SALT = "notifications.stop"


@dataclass(frozen=True)
class Attachment:
    """A calendar file: its name, its bytes, and what a calendar should do with it (PUBLISH or CANCEL)."""

    name: str
    content: bytes
    method: str


@dataclass(frozen=True)
class Rendered:
    """What leaves: for an e-mail everything but `sms`, for a text message `sms` only."""

    subject: str = ""
    text: str = ""
    html: str = ""
    sms: str = ""
    attachments: tuple[Attachment, ...] = ()
    sender: str = PRODUCT
    reply_to: str = ""
    stop_url: str = ""


def render(message: Message) -> Rendered:
    """The message in its language, for its channel only.

    LookupError or ValueError when the payload is not what its kind needs.
    """
    kind = kind_named(message.kind, channel=message.channel)
    language = "en" if is_english(message.language) else "fr"
    with translation.override(language):
        words = _words(message, kind, language)
        if message.channel == Channel.SMS:
            return Rendered(sms=fit_one_segment(_writer(kind, f"sms.{language}.txt"), words))
        return _letter(message, kind, language, words)


def stop_url(message: Message) -> str:
    """Where this message's reader stops messages to this address, without signing in; never expires."""
    token = signing.Signer(salt=STOP_SALT).sign(message.pk.hex)
    return f"{settings.PUBLIC_URL}{'/en' if is_english(message.language) else ''}/stop/{token}/"


def _words(message: Message, kind: Kind, language: str) -> dict[str, Any]:
    if kind.says_how_to_stop:
        words = appointment_words(message.payload, language)
        colours, stop = words["dealership"]["palette"], stop_url(message)
    else:
        words, colours, stop = dict(message.payload), palette(""), ""
    return words | {"language": language, "palette": colours, "stop_url": stop, "product": PRODUCT}


def _letter(message: Message, kind: Kind, language: str, words: dict[str, Any]) -> Rendered:
    dealership = words.get("dealership") or {"name": PRODUCT, "email": ""}
    subject = " ".join(_writer(kind, f"subject.{language}.txt")(words).split())
    return Rendered(
        subject=subject,
        text=_writer(kind, f"body.{language}.txt")(words).strip() + "\n",
        html=_writer(kind, f"body.{language}.html")(words | {"subject": subject}),
        attachments=_attachments(message, kind, language),
        sender=dealership["name"],
        reply_to=dealership["email"],
        stop_url=words["stop_url"],
    )


def _attachments(message: Message, kind: Kind, language: str) -> tuple[Attachment, ...]:
    if kind not in _WITH_CALENDAR:
        return ()
    cancelled = kind.name == "cancelled"
    content = appointment_calendar(message.payload, language, stamp=message.created_at, cancelled=cancelled)
    name = "appointment.ics" if language == "en" else "rendez-vous.ics"
    return (Attachment(name, content, "CANCEL" if cancelled else "PUBLISH"),)


def _writer(kind: Kind, name: str) -> Any:
    return lambda words: render_to_string(f"messages/{kind.name}/{name}", words)


_WITH_CALENDAR = tuple(kind for kind in KINDS.values() if kind.says_how_to_stop)
