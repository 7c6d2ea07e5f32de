"""E-mail over SMTP."""

from __future__ import annotations

import contextlib
import smtplib
from urllib.parse import SplitResult, unquote

from notifications.models import Message
from notifications.render import Rendered
from notifications.transports.base import READ_SECONDS, Failure, Transport, TransportError
from notifications.transports.letter import build_letter, message_id
from notifications.transports.smtp_connection import LostAfterData, SmtpBackend

PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


class SmtpTransport(Transport):
    """One connection a message to `smtp://`, `smtps://` (TLS) or `smtp+tls://` (STARTTLS)."""

    name = "smtp"

    def __init__(self, url: SplitResult) -> None:
        self._url = url

    def send(self, message: Message, rendered: Rendered) -> str:
        try:
            letter = build_letter(message, rendered)
        except (ValueError, UnicodeError) as error:
            raise TransportError(
                f"the address or the text can't be sent: {error}", Failure.PERMANENT
            ) from error
        backend = self._backend()
        try:
            self._open(backend)
            backend.send_messages([letter])
        except OSError as error:
            raise TransportError(str(error), classify(error), of_provider=is_of_server(error)) from error
        finally:
            # Whatever goes wrong with saying goodbye changes nothing about the letter.
            with contextlib.suppress(OSError):
                backend.close()
        return message_id(message)

    def _open(self, backend: SmtpBackend) -> None:
        try:
            backend.open()
        except OSError as error:
            # Also a wrong password: the operator mends it, and the message still goes.
            raise TransportError(f"no session with the mail server: {error}", Failure.REFUSED) from error

    def _backend(self) -> SmtpBackend:
        url = self._url
        return SmtpBackend(
            host=url.hostname or "localhost",
            port=url.port or PORTS[url.scheme],
            username=unquote(url.username or ""),
            password=unquote(url.password or ""),
            use_tls=url.scheme == "smtp+tls",
            use_ssl=url.scheme == "smtps",
            timeout=READ_SECONDS,
        )


def classify(error: OSError) -> Failure:
    """What an error after the greeting leaves us with (smtplib's errors are OSErrors)."""
    if isinstance(error, LostAfterData):
        return Failure.AMBIGUOUS
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Failure.PERMANENT if all(code >= 500 for code in codes) else Failure.REFUSED
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        return Failure.PERMANENT
    # A refused sender is our own setup, not the recipient.
    return Failure.REFUSED


def is_of_server(error: OSError) -> bool:
    """Whether the error says something about the server, not only about one mailbox or one letter (greylisting)."""
    return not isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
