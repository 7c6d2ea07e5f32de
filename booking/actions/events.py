"""Who works on what other machines tell us: providers' callbacks, customers' text messages and e-mails, missed calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from booking.actions.letters import take_letter
from booking.actions.missed_calls import text_back
from booking.actions.replies import answer_text
from notifications.actions import events
from notifications.actions.callbacks import take_mail, take_status
from notifications.models import WebhookEvent, WebhookKind

HANDLERS: Mapping[str, Callable[[WebhookEvent], None]] = {
    WebhookKind.TEXT: answer_text,
    WebhookKind.STATUS: take_status,
    WebhookKind.MAIL: take_mail,
    WebhookKind.CALL: text_back,
    WebhookKind.LETTER: take_letter,
}


def work_on_events() -> int:
    """Work on what came in and is due; return how many events were looked at."""
    return events.work_on_events(HANDLERS)
