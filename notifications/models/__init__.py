"""The outbox, the addresses that want no more messages, what comes in, and how the providers do."""

from notifications.models.cadence import Cadence, CadenceChange, Way
from notifications.models.delivery import Attempt, Breaker, Outcome, Pace
from notifications.models.message import Channel, Message, State
from notifications.models.suppression import Suppression
from notifications.models.webhook import (
    ERASED_ADDRESS,
    Conversation,
    Incoming,
    WebhookEvent,
    WebhookKind,
)

__all__ = [
    "ERASED_ADDRESS",
    "Attempt",
    "Breaker",
    "Cadence",
    "CadenceChange",
    "Channel",
    "Conversation",
    "Incoming",
    "Message",
    "Outcome",
    "Pace",
    "State",
    "Suppression",
    "Way",
    "WebhookEvent",
    "WebhookKind",
]
