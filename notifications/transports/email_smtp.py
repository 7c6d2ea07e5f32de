"""E-mail over SMTP. Every try of one message carries the same Message-ID, so a second copy is recognised."""

from __future__ import annotations

import smtplib
import socket
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from notifications.models import Message
from notifications.render import Rendered
from notifications.transports.base import Failure, Transport, TransportError

CONNECT_SECONDS, READ_SECONDS = 3, 10
PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


class SmtpTransport(Transport):
    """One connection a message to `smtp://`, `smtps://` (TLS) or `smtp+tls://` (STARTTLS)."""

    def __init__(self, url: SplitResult) -> None:
        self._url = url

    def send(self, message: Message, rendered: Rendered) -> str:
        try:
            letter = build_letter(message, rendered)
            letter.message()
        except (ValueError, UnicodeError) as error:
            raise TransportError(f"the address or the text can't be sent: {error}", Failure.PERMANENT) from error
        backend = self._backend()
        try:
            backend.open()
        except OSError as error:
            # Also a wrong password: the operator mends it, and the message still goes.
            raise TransportError(f"no session with the mail server: {error}", Failure.REFUSED) from error
        try:
            backend.send_messages([letter])
        except OSError as error:
            raise TransportError(str(error), classify(error)) from error
        finally:
            backend.close()
        return message_id(message)

    def _backend(self) -> EmailBackend:
        url = self._url
        return _Backend(
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
    if isinstance(error, _LostAfterData):
        return Failure.AMBIGUOUS
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Failure.PERMANENT if all(code >= 500 for code in codes) else Failure.REFUSED
    if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500:
        return Failure.PERMANENT
    # A refused sender is our own setup, not the recipient.
    return Failure.REFUSED


def message_id(message: Message) -> str:
    """The one Message-ID of this message, whichever try it is."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{message.pk}@{domain}>"


def build_letter(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """The letter: text, the same in HTML, attachments; from the dealership's name, answers to its address."""
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if rendered.stop_url:
        headers["List-Unsubscribe"] = f"<{rendered.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=formataddr((rendered.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[message.to],
        reply_to=[rendered.reply_to] if rendered.reply_to else None,
        headers=headers,
    )
    letter.attach_alternative(rendered.html, "text/html")
    for attachment in rendered.attachments:
        part = MIMEText(attachment.content.decode(), "calendar", "utf-8")
        part.set_param("method", attachment.method)
        part.add_header("Content-Disposition", "attachment", filename=attachment.name)
        letter.attach(part)
    return letter


class _LostAfterData(smtplib.SMTPServerDisconnected):
    """The line went dead once the letter was on its way: nobody knows whether it was taken."""


class _Patience:
    """Connects within 3 s and then waits 10 s for each answer; tells a loss during DATA apart."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        sock: socket.socket = super()._get_socket(host, port, CONNECT_SECONDS)  # type: ignore[misc]
        sock.settimeout(READ_SECONDS)
        return sock

    def data(self, msg: Any) -> Any:
        try:
            return super().data(msg)  # type: ignore[misc]
        except smtplib.SMTPDataError:
            raise
        except OSError as error:
            raise _LostAfterData(f"lost while the letter was handed over: {error}") from error


class _Smtp(_Patience, smtplib.SMTP):
    pass


class _SmtpTls(_Patience, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:  # type: ignore[override]
        return _SmtpTls if self.use_ssl else _Smtp
