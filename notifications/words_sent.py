"""What a message said, as the person read it."""

from __future__ import annotations

import logging

from notifications.models import Message
from notifications.render import render_plain

logger = logging.getLogger(__name__)


def words_sent(message: Message) -> str:
    """Subject and text, or the text message; blank when it was destroyed, or can't be written."""
    if not message.payload:
        return ""
    try:
        subject, body = render_plain(message)
    except Exception:  # whatever is wrong with one message, the page is shown
        logger.exception("Message %s (%s) can't be written.", message.pk, message.kind)
        return ""
    return f"{subject}\n\n{body}".strip() if subject else body
