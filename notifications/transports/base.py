"""What every way out has in common: one verb, one error, and how that error leaves the message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from notifications.models import Message
from notifications.render import Rendered


class Failure(StrEnum):
    REFUSED = "refused"  # certainly not accepted, perhaps later: trying again is safe
    PERMANENT = "permanent"  # this address will never take it
    AMBIGUOUS = "ambiguous"  # it may have been accepted


class TransportError(Exception):
    """The provider did not confirm the message; `failure` says what that leaves us with."""

    def __init__(self, text: str, failure: Failure) -> None:
        super().__init__(text)
        self.failure = failure


class Transport(ABC):
    """One provider of one channel."""

    @abstractmethod
    def send(self, message: Message, rendered: Rendered) -> str:
        """Hand the message over; return the provider's reference. Raises TransportError, nothing else."""
