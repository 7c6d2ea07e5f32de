"""Text messages by Twilio."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from lib import clock
from notifications.models import Message, Suppression
from notifications.render import Rendered
from notifications.transports.base import Failure, Known, Transport, TransportError
from notifications.transports.failures import TIMEOUT, failure_of
from notifications.transports.urls import options_of, password_of, rate_of, user_of

# Twilio's error codes (twilio.com/docs/api/errors): who opted out, and numbers that no text message reaches.
OPTED_OUT = 21610
NO_SUCH_NUMBER = frozenset({21211, 21614, 30005, 30006})
# Nothing more can be done for this message, though the number may work another day.
NEVER = frozenset({OPTED_OUT, 30003, 30004}) | NO_SUCH_NUMBER
# Twilio's own word that it took nothing; any other 5xx may come from something between us, after it was taken.
UNAVAILABLE = 20503
VALIDITY = (5, 36_000)  # seconds, as Twilio takes them
# Clocks differ; an older text to the same number with the same words is another one.
CLOCKS_DIFFER = timedelta(seconds=5)


class TwilioTransport(Transport):
    """Twilio's REST interface: one message a second and sender unless `rate` says otherwise."""

    name = "twilio"

    def __init__(self, url: SplitResult) -> None:
        """ImproperlyConfigured, in a sentence, when something is missing."""
        options = options_of(url)
        self.account, self.token = user_of(url), password_of(url)
        self.secrets = [self.token, options.get("next_secret", "")]
        self.default_sender = options.get("from", "")
        # A long code's share (twilio.com/docs: 1 message segment a second).
        self.rate = rate_of(options, default=1.0)
        if not (self.account and self.token and self.default_sender):
            raise ImproperlyConfigured(
                "SMS_URL names Twilio; it must be twilio://SID:TOKEN@/?from=+1450…"  # pragma: allowlist secret
            )

    def send(self, message: Message, rendered: Rendered) -> str:
        try:
            taken = self._client.messages.create(
                to=message.to,
                from_=self.sender_for(message),
                body=rendered.sms,
                status_callback=f"{settings.PUBLIC_URL}/hooks/sms/twilio/status/?message={message.pk}",
                **_validity(message),
            )
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refusal(error) from error
        except (requests.RequestException, OSError) as error:
            raise TransportError(f"Twilio did not answer: {error}", failure_of(error)) from error
        except (TwilioException, ValueError, TypeError, AttributeError) as error:
            raise TransportError(f"Twilio's answer can't be read: {error!r}", Failure.AMBIGUOUS) from error
        if not taken.sid:
            raise TransportError("Twilio's answer names no message", Failure.AMBIGUOUS)
        return str(taken.sid)

    def look_up(self, message: Message, rendered: Rendered) -> Known:
        """Twilio keeps no reference of ours: what went to that number with these words since the call counts.

        That none is listed proves nothing, because a queued message may be listed late.
        """
        since = (message.called_at or clock.now()) - CLOCKS_DIFFER
        try:
            listed = self._client.messages.list(to=message.to, from_=self.sender_for(message), limit=20)
        except (TwilioException, requests.RequestException, OSError, ValueError, TypeError, AttributeError):
            return Known.UNKNOWN
        for one in listed:
            if one.body == rendered.sms and one.date_created is not None and one.date_created >= since:
                return Known.DELIVERED if str(one.status) == "delivered" else Known.ACCEPTED
        return Known.UNKNOWN

    @cached_property
    def _client(self) -> Any:
        # A connection of its own for each call, and no second try that we do not know of.
        line = TwilioHttpClient(pool_connections=False)
        line.timeout = TIMEOUT  # its constructor knows one number only
        return Client(self.account, self.token, http_client=line)


def _validity(message: Message) -> dict[str, int]:
    """Twilio lets go of a message that waits there for longer than it is of use."""
    if message.expires_at is None:
        return {}
    least, most = VALIDITY
    left = int((message.expires_at - clock.now()).total_seconds())
    return {"validity_period": min(max(left, least), most)}


def _refusal(error: TwilioRestException | TwilioServiceException) -> TransportError:
    code = int(error.code or 0)
    text = f"Twilio answered {error.status}, error {code}: {getattr(error, 'msg', error)}"
    if code in NEVER:
        return TransportError(text, Failure.PERMANENT, suppress=suppression_for(code))
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or code == UNAVAILABLE:
        return TransportError(text, Failure.REFUSED)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status < HTTPStatus.BAD_REQUEST:
        return TransportError(text, Failure.AMBIGUOUS)
    # A wrong token, a sender that is not ours: the operator mends it, and the message still goes.
    return TransportError(text, Failure.REFUSED)


def suppression_for(code: int) -> Suppression.Reason | None:
    """Why a number gets nothing more, by Twilio's error code."""
    if code == OPTED_OUT:
        return Suppression.Reason.ASKED
    return Suppression.Reason.UNREACHABLE if code in NO_SUCH_NUMBER else None
