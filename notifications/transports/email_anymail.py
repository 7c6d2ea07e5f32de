"""E-mail by the usual services, through django-anymail."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from typing import Any
from urllib.parse import SplitResult

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailNotSupportedWarning,
    AnymailRecipientsRefused,
    AnymailSerializationError,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives

from notifications.models import Message, Suppression
from notifications.render import Rendered
from notifications.transports.base import Failure, Transport, TransportError
from notifications.transports.failures import TIMEOUT, failure_of, read_retry_after
from notifications.transports.letter import build_letter
from notifications.transports.urls import options_of, password_of, user_of

# Of one letter, not of the service: what is asked of it can't be done for this address or these words.
OF_THE_LETTER = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


def _key(url: SplitResult) -> str:
    """The one secret, written as the user or as the password."""
    return password_of(url) or user_of(url)


def _mailgun(url: SplitResult) -> dict[str, str]:
    return {"api_key": _key(url), "sender_domain": url.hostname or ""}


def _mailjet(url: SplitResult) -> dict[str, str]:
    return {"api_key": user_of(url), "secret_key": password_of(url)}


def _api_key(url: SplitResult) -> dict[str, str]:
    return {"api_key": _key(url)}


def _postmark(url: SplitResult) -> dict[str, str]:
    return {"server_token": _key(url)}


# The scheme, how its address reads, and what anymail's backend wants of it.
SERVICES: dict[str, tuple[str, Callable[[SplitResult], dict[str, str]]]] = {
    "brevo": ("brevo://KEY@", _api_key),
    "mailgun": ("mailgun://KEY@mg.example.com", _mailgun),
    "mailjet": ("mailjet://KEY:SECRET@", _mailjet),  # pragma: allowlist secret
    "postmark": ("postmark://TOKEN@", _postmark),
    "resend": ("resend://KEY@", _api_key),
    "sendgrid": ("sendgrid://KEY@", _api_key),
    "sparkpost": ("sparkpost://KEY@", _api_key),
}
# What may stand behind the question mark and belongs to the backend; `api_url` chooses a region.
OPTIONS = ("api_url", "message_stream", "subaccount")


class AnymailTransport(Transport):
    """One service, chosen by the scheme of EMAIL_URL; each letter on a connection of its own."""

    def __init__(self, url: SplitResult) -> None:
        """ImproperlyConfigured, in a sentence, when the address lacks a key or a domain."""
        self.name = url.scheme
        form, read = SERVICES[url.scheme]
        given = read(url)
        if not all(given.values()):
            raise ImproperlyConfigured(
                f"EMAIL_URL names {url.scheme} without all it needs; it must be {form}."
            )
        more = {name: value for name, value in options_of(url).items() if name in OPTIONS}
        self._options: dict[str, Any] = {
            **given,
            **more,
            "timeout": TIMEOUT,
            # A service that can't carry, say, metadata still gets the letter.
            "ignore_unsupported_features": True,
        }
        self._backend = import_module(f"anymail.backends.{url.scheme}").EmailBackend

    def send(self, message: Message, rendered: Rendered) -> str:
        try:
            letter = _letter(message, rendered)
            self._open().send_messages([letter])
        except (ValueError, UnicodeError, AnymailError, OSError) as error:
            raise _failure(error) from error
        # The service's own id: its callbacks name it where it does not keep ours.
        reference = letter.anymail_status.message_id  # type: ignore[attr-defined]
        if not reference:
            raise TransportError(f"{self.name} did not say whether it took the letter", Failure.AMBIGUOUS)
        return str(reference)

    def _open(self) -> Any:
        with warnings.catch_warnings():
            # The library no longer tests itself against SendGrid; we do, against its protocol.
            warnings.simplefilter("ignore", AnymailNotSupportedWarning)
            return self._backend(**self._options)


def _letter(message: Message, rendered: Rendered) -> EmailMultiAlternatives:
    """Ours, with what brings the service's callbacks back to it."""
    letter = build_letter(message, rendered)
    letter.metadata = {"message": str(message.pk)}  # type: ignore[attr-defined] # anymail reads it
    letter.extra_headers["X-PM-KeepID"] = "true"  # else Postmark writes a Message-ID of its own
    return letter


def _failure(error: Exception) -> TransportError:
    if isinstance(error, AnymailRecipientsRefused):
        return TransportError(str(error), Failure.PERMANENT, suppress=Suppression.Reason.UNREACHABLE)
    if isinstance(error, AnymailAPIError):
        return _classify(error)
    if isinstance(error, (AnymailInvalidAddress, AnymailSerializationError, ValueError, UnicodeError)):
        return TransportError(f"the address or the text can't be sent: {error}", Failure.PERMANENT)
    return TransportError(str(error), failure_of(error))


def _classify(error: AnymailAPIError) -> TransportError:
    status, response = error.status_code, getattr(error, "response", None)
    text = " ".join(str(error).split())
    if status is None:
        return TransportError(text, failure_of(error))
    if status in OF_THE_LETTER:
        return TransportError(text, Failure.REFUSED, of_provider=False)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST:
        return TransportError(text, Failure.AMBIGUOUS)
    pause = read_retry_after(response.headers.get("Retry-After")) if response is not None else None
    return TransportError(text, Failure.REFUSED, retry_after=pause)
