"""The outbox and the addresses that want no more messages."""

from notifications.models.message import Channel, Message, State
from notifications.models.suppression import Suppression

__all__ = ["Channel", "Message", "State", "Suppression"]
