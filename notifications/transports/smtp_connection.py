"""Connections to a mail server that wait briefly, and that know when a letter was already on its way."""

from __future__ import annotations

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from notifications.transports.base import CONNECT_SECONDS, READ_SECONDS


class LostAfterData(smtplib.SMTPServerDisconnected):
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
            raise LostAfterData(f"lost while the letter was handed over: {error}") from error


class _Smtp(_Patience, smtplib.SMTP):
    pass


class _SmtpTls(_Patience, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's, over those connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpTls if self.use_ssl else _Smtp
