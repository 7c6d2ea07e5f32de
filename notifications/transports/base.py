"""What every way out has in common: one verb, one error, and how that error leaves the message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from notifications.models import Message, Suppression
from notifications.render import Rendered

# Seconds until a provider answers the telephone, and between two of its words.
CONNECT_SECONDS, READ_SECONDS = 3, 10


class Failure(StrEnum):
    REFUSED = "refused"  # certainly not accepted, perhaps later: trying again is safe
    PERMANENT = "permanent"  # this address will never take it
    AMBIGUOUS = "ambiguous"  # it may have been accepted


class Known(StrEnum):
    """What a provider answers when it is asked about a message of ours."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    ABSENT = "absent"  # proof: it never took it
    UNKNOWN = "unknown"


class TransportError(Exception):
    """The provider did not confirm the message; `failure` says what that leaves us with."""

    def __init__(
        self,
        text: str,
        failure: Failure,
        *,
        retry_after: timedelta | None = None,
        of_provider: bool = True,
        suppress: Suppression.Reason | None = None,
    ) -> None:
        """`retry_after`: how long the provider wants to be left alone.

        `of_provider` is False for what says nothing about the provider's health (a full mailbox); `suppress` is why
        the address gets nothing more, where the provider said so.
        """
        super().__init__(text)
        self.failure = failure
        self.retry_after = retry_after
        self.of_provider = of_provider and failure is not Failure.PERMANENT
        self.suppress = suppress


class Transport(ABC):
    """One provider of one channel."""

    # As it stands in attempts, breakers and paces.
    name: str = "provider"
    # Messages a second that the provider takes from one sender; None for as many as there are.
    rate: float | None = None
    # Where a message comes from whose dealership has no number of its own.
    default_sender: str = ""
    # What the provider's webhooks may be signed with; an empty one signs nothing.
    secrets: Sequence[str] = ()

    @abstractmethod
    def send(self, message: Message, rendered: Rendered) -> str:
        """Hand the message over; return the provider's reference. Raises TransportError, nothing else."""

    def sender_for(self, message: Message) -> str:
        """The number that a text message comes from, by which the rate is counted: the dealership's, if it has one."""
        return (message.dealership.sms_sender if message.dealership else "") or self.default_sender

    def look_up(self, message: Message, rendered: Rendered) -> Known:  # noqa: ARG002
        """What the provider knows of the message. Never raises: no answer is UNKNOWN."""
        return Known.UNKNOWN
