"""An e-mail that came in, as django-anymail or a mail server gives it."""

from __future__ import annotations

import re
from email.message import Message as Part
from email.utils import getaddresses, parseaddr
from hashlib import sha256

from anymail.inbound import AnymailInboundMessage
from django.conf import settings

from lib import clock
from lib.text import without_controls
from notifications.models import WebhookKind
from notifications.reply_to import Place, read_place
from notifications.webhooks.base import Told
from notifications.webhooks.own_words import own_words

LONGEST_WORDS = 10_000
LONGEST_SUBJECT = 200
LONGEST_ADDRESS = 254
LONGEST_NAME = 100
MOST_FILES = 99
# RFC 3834, and what programs wrote before it.
_BY_MACHINES = re.compile(r"^(auto[ _-]?repl|bulk|junk|list)", re.IGNORECASE)
_AWAY = re.compile(
    r"^(auto(matic)?[ :-]|automatic reply|r[ée]ponse automatique|out of (the )?office|absen[ct]e? du bureau|absence\b)",
    re.IGNORECASE,
)
_OF_MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "List-Unsubscribe")


def read_letter(letter: AnymailInboundMessage, *, event_id: str = "") -> Told | None:
    """One letter in our words; None for what is to nobody of ours, from nobody or ourselves, spam, or a mail server's.

    The id is the letter's own, not the service's: whoever tells of it twice may count anew.
    """
    place = read_place(_recipients(letter), f"{_head(letter, 'References')} {_head(letter, 'In-Reply-To')}")
    name, address = _sender(letter)
    ours = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()  # sent back by somebody's forwarding
    if place is None or address in ("", ours) or _is_report(letter):
        return None
    if letter.spam_detected and not place.message:
        return None
    subject = _head(letter, "Subject")[:LONGEST_SUBJECT]
    payload = {
        "from": address,
        "name": name[:LONGEST_NAME],
        "message": place.message,
        "dealership": place.slug,
        "id": _message_id(letter),
        "subject": subject,
        "words": _words(letter, subject, place),
        # Not the sender's Date: clocks of telephones are wrong, and forged.
        "at": clock.now().isoformat(),
        "auto": _is_machine(letter, subject),
        "files": min(_count_files(letter), MOST_FILES),
    }
    return Told(_id_of(payload) or event_id or _print_of(payload), WebhookKind.LETTER, payload)


def _head(letter: Part, name: str) -> str:
    """A header on one line; empty where there is none, or one that Python's parser stumbles over."""
    try:
        return without_controls(str(letter.get(name) or "")).strip()
    except (LookupError, ValueError, AttributeError):
        return ""


def _sender(letter: AnymailInboundMessage) -> tuple[str, str]:
    """Name and address; an empty address for nobody's, and for several people's."""
    people = getaddresses([_head(letter, "From")])
    name, address = people[0] if len(people) == 1 else ("", "")
    address = address.strip().lower()
    return name.strip(), address if "@" in address and len(address) <= LONGEST_ADDRESS else ""


def _recipients(letter: AnymailInboundMessage) -> list[str]:
    named = getaddresses([_head(letter, name) for name in ("Delivered-To", "X-Original-To", "To", "Cc")])
    return [letter.envelope_recipient or "", *(address for _name, address in named)]


def _words(letter: AnymailInboundMessage, subject: str, place: Place) -> str:
    """What they say; of a letter that answers nothing, the subject is a part of it."""
    words = own_words(_body(letter, "text/plain"), _body(letter, "text/html"))
    whole = words if place.message or not subject else f"{subject}\n\n{words}".strip()
    return whole if len(whole) <= LONGEST_WORDS else f"{whole[: LONGEST_WORDS - 1]}…"


def _body(letter: AnymailInboundMessage, content_type: str) -> str:
    """The first part of that type; in a character set that nobody knows, what can be read of it."""
    try:
        return (letter.text if content_type == "text/plain" else letter.html) or ""
    except LookupError:
        parts = (part for part in letter.walk() if part.get_content_type() == content_type)
        return next((part.get_content_text("utf-8") or "" for part in parts if not part.is_attachment()), "")


def _count_files(letter: AnymailInboundMessage) -> int:
    """Attachments, and the photos that some telephones put between the lines; not the pictures of a signature."""
    between = [part for part in letter.inlines if part["Content-ID"] is None and part.get_filename()]
    return len(letter.attachments) + len(between)


def _is_report(letter: Part) -> bool:
    """Whether a mail server wrote it about a letter of ours: what came back is told by the service's own events."""
    return letter.get_content_type() == "multipart/report"


def _is_machine(letter: AnymailInboundMessage, subject: str) -> bool:
    return (
        not (_head(letter, "Auto-Submitted").lower() or "no").startswith("no")
        or bool(_BY_MACHINES.match(_head(letter, "Precedence")))
        or any(name in letter for name in _OF_MACHINES)
        or bool(_AWAY.match(subject))
    )


def _message_id(letter: AnymailInboundMessage) -> str:
    """Theirs, for the head of our answer; empty when it could not stand there."""
    text = _head(letter, "Message-ID")
    return text if re.fullmatch(r"<[!-;=?-~]{1,250}>", text) else ""


def _id_of(payload: dict[str, object]) -> str:
    return sha256(f"{payload['id']}\n{payload['from']}".encode()).hexdigest() if payload["id"] else ""


def _print_of(payload: dict[str, object]) -> str:
    parts = (payload["from"], payload["subject"], payload["words"])
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()
