"""A message as the person gets it, from `templates/messages/<kind>/` and the payload of its outbox row.

Rendering the same row twice gives the same letter: nothing is looked up, and no clock is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.utils import translation

from lib.languages import is_english
from notifications.calendar import appointment_calendar
from notifications.kinds import KINDS, Kind, Subject, kind_named
from notifications.models import Channel, Message
from notifications.sms import fit_one_segment, whole_text
from notifications.words import invitation_words, palette, wait_list_words
from notifications.words_after import visit_words
from notifications.words_due import due_words
from notifications.words_thread import thread_words

PRODUCT = "Créneau"
STOP_SALT = "notifications.stop"
PREFERENCES_SALT = "notifications.preferences"
# A calendar is told when something is agreed or changed; a reminder leaves it alone.
TOLD_TO_CALENDARS = frozenset({"confirmation", "welcome", "moved", "cancelled"})
# Account messages say their payload as it is.
READERS = {
    Subject.VISIT: visit_words,
    Subject.WAIT_LIST: wait_list_words,
    Subject.VEHICLE: invitation_words,
    Subject.DUE: due_words,
    Subject.THREAD: thread_words,
}


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
    subject, body = render_plain(message)
    if message.channel == Channel.SMS:
        return Rendered(sms=body)
    kind, words = KINDS[message.kind], _words(message)
    dealership = words.get("dealership") or {"name": PRODUCT, "email": ""}
    return Rendered(
        subject=subject,
        text=body,
        html=_write(kind, "body", "html", words | {"subject": subject}),
        attachments=_attachments(message, kind),
        sender=dealership["name"],
        reply_to=dealership["email"],
        stop_url=words["stop_url"],
    )


def render_plain(message: Message) -> tuple[str, str]:
    """Subject and text of an e-mail, or an empty subject and the text message."""
    kind, words = kind_named(message.kind, channel=message.channel), _words(message)
    if message.channel == Channel.SMS:
        fit = whole_text if words.get("words") else fit_one_segment
        return "", fit(partial(_write, kind, "sms", "txt"), words)
    # One line; only ordinary space is collapsed, French needs its no-break spaces.
    subject = re.sub(r"[ \t\r\n]+", " ", _write(kind, "subject", "txt", words)).strip()
    return subject, re.sub(r"\n{3,}", "\n\n", _write(kind, "body", "txt", words).strip()) + "\n"


def stop_url(message: Message) -> str:
    """Where this message's reader stops messages to this address, without signing in; never expires."""
    return _signed_url(message, "stop", STOP_SALT)


def preferences_url(message: Message) -> str:
    """Where this message's reader chooses what to get, without signing in; never expires."""
    return _signed_url(message, "p", PREFERENCES_SALT)


def _signed_url(message: Message, path: str, salt: str) -> str:
    token = signing.Signer(salt=salt).sign(message.pk.hex)
    return f"{settings.PUBLIC_URL}{'/en' if is_english(message.language) else ''}/{path}/{token}/"


def _words(message: Message) -> dict[str, Any]:
    language, kind = _language(message), KINDS[message.kind]
    common = {"language": language, "product": PRODUCT, "variant": message.variant}
    read = READERS.get(kind.subject)
    if read is None:
        return {**message.payload, **common, "palette": palette(""), "stop_url": ""}
    words = read(message.payload, language)
    return {
        **words,
        **common,
        "palette": words["dealership"]["palette"],
        # Its stop link withdraws a consent; any other's stops the channel.
        "commercial": bool(kind.purpose),
        "stop_url": stop_url(message),
        "preferences_url": preferences_url(message),
    }


def _write(kind: Kind, part: str, extension: str, words: dict[str, Any]) -> str:
    language = words["language"]
    with translation.override(language):
        return render_to_string(f"messages/{kind.name}/{part}.{language}.{extension}", words)


def _attachments(message: Message, kind: Kind) -> tuple[Attachment, ...]:
    if kind.name not in TOLD_TO_CALENDARS:
        return ()
    language, cancelled = _language(message), kind.name == "cancelled"
    content = appointment_calendar(message.payload, language, stamp=message.created_at, cancelled=cancelled)
    name = "appointment.ics" if language == "en" else "rendez-vous.ics"
    return (Attachment(name, content, "CANCEL" if cancelled else "PUBLISH"),)


def _language(message: Message) -> str:
    return "en" if is_english(message.language) else "fr"
